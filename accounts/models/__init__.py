"""Who there is: log-in accounts, WeChat people with phones, Mini Programs with members, scan tickets, messages."""

from accounts.models.desk import DeskClaim
from accounts.models.messages import ConsoleNotice, ServiceNotification, SmsCode, SmsMessage
from accounts.models.people import ActivationLink, EmailChange, EmailHolder, EmailKind, User, WeChatPerson
from accounts.models.programs import Member, MiniProgram
from accounts.models.tickets import QrLink, ScanTicket

__all__ = [
    "ActivationLink",
    "ConsoleNotice",
    "DeskClaim",
    "EmailChange",
    "EmailHolder",
    "EmailKind",
    "Member",
    "MiniProgram",
    "QrLink",
    "ScanTicket",
    "ServiceNotification",
    "SmsCode",
    "SmsMessage",
    "User",
    "WeChatPerson",
]
