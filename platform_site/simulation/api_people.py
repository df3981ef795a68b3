"""Calls of the control API about people: new ones, what they answer on their phones, what was sent to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypedDict

from django.utils.translation import gettext as _

from accounts.actions import tickets
from accounts.lifecycle import TicketStatus
from accounts.models import ScanTicket, SmsMessage, WeChatPerson
from accounts.queries import ticket_with_code, ticket_with_typed_code
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import queries, world
from platform_site.simulation.api import Missing, call
from platform_site.simulation.api_shapes import When
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.newcomers import newcomer

MESSAGES = 50  # of one answer, the newest


@dataclass(frozen=True)
class PersonBody:
    """Who signs up on WeChat; everything that is left out is invented."""

    nickname: str = ""
    wechat_id: str = ""
    real_name: str = ""
    id_number: str = ""
    phone: str = ""
    client_version: str = ""


class NewPerson(TypedDict):
    """The person as they are now; the password is that of their phone."""

    wechat_id: str
    nickname: str
    real_name: str
    id_number: str
    phone: str
    client_version: str
    password: str


@call("POST", "people", PersonBody)
def create(body: PersonBody) -> NewPerson:
    """Somebody new signs up on WeChat, a bank card bound: can be administrator, answer scans, log in to a phone."""
    person = newcomer(
        nickname=body.nickname,
        wechat_id=body.wechat_id,
        real_name=body.real_name,
        id_number=body.id_number,
        phone=body.phone,
        client_version=body.client_version,
    )
    return {
        "wechat_id": person.wechat_id,
        "nickname": person.nickname,
        "real_name": person.real_name,
        "id_number": person.id_number,
        "phone": person.phone,
        "client_version": person.client_version,
        "password": PASSWORD,
    }


def person_called(wechat_id: str) -> WeChatPerson:
    """The person with this WeChat ID; Missing if there is none."""
    person = WeChatPerson.objects.filter(wechat_id__iexact=wechat_id).first()
    if person is None:
        raise Missing(_("There is nobody with this WeChat ID."), code="not_found", field="wechat_id")
    return person


VERBS: dict[str, Callable[..., object]] = {"confirm": tickets.confirm, "refuse": tickets.refuse}


@dataclass(frozen=True)
class TicketBody:
    """Who scans the QR code, and what they answer: confirm or refuse."""

    wechat_id: str
    answer: Annotated[str, tuple(VERBS)]


class Answered(TypedDict):
    """How the QR code stands now."""

    status: Annotated[str, TicketStatus]


@call("POST", "tickets/<str:code>/answers", TicketBody)
def answer_ticket(body: TicketBody, code: str) -> Answered:
    """Scan a QR code (what stands behind /q/ in it, or the code to type) and answer it on this person's phone."""
    ticket, person = _ticket(code), person_called(body.wechat_id)
    if body.answer not in VERBS:
        message = _("Choose one of: %(known)s.") % {"known": ", ".join(VERBS)}
        raise Refused(message, code="unknown_choice", field="answer")
    tickets.scan(ticket, by=person)
    VERBS[body.answer](ticket, by=person)
    return {"status": ticket.status}


def _ticket(code: str) -> ScanTicket:
    ticket = ticket_with_code(code) or ticket_with_typed_code(code)
    if ticket is None:
        raise Missing(_("There is no such QR code."), code="not_found")
    return ticket


@dataclass(frozen=True)
class MailBody:
    """To which address; all mails if left out."""

    to: str = ""


class SentMail(TypedDict):
    """A mail."""

    to: str
    subject: str
    body: str
    sent_at: When


class Mails(TypedDict):
    """Mails, newest first."""

    mails: list[SentMail]


@call("GET", "mail", MailBody)
def mail(body: MailBody) -> Mails:
    """Mails that the platform has sent, newest first."""
    found = queries.mails(body.to)[:MESSAGES]
    return {
        "mails": [
            {"to": one.to, "subject": one.subject, "body": one.body, "sent_at": one.sent_at.isoformat()}
            for one in found
        ]
    }


@dataclass(frozen=True)
class SmsBody:
    """To which phone number; all messages if left out."""

    phone: str = ""


class SentSms(TypedDict):
    """A text message."""

    phone: str
    body: str
    sent_at: When


class Messages(TypedDict):
    """Text messages, newest first."""

    messages: list[SentSms]


@call("GET", "sms", SmsBody)
def sms(body: SmsBody) -> Messages:
    """Text messages that the platform has sent, newest first."""
    rows = SmsMessage.objects.order_by("-id")
    rows = rows.filter(phone=body.phone.replace(" ", "+", 1)) if body.phone else rows
    return {
        "messages": [
            {"phone": one.phone, "body": one.body, "sent_at": one.sent_at.isoformat()} for one in rows[:MESSAGES]
        ]
    }


@dataclass(frozen=True)
class ResetBody:
    """A text of your own: the same one gives the same identifiers each time. Random ones if left out."""

    seed: str = ""


class NewWorld(TypedDict):
    """How many live in the new world, and how many Mini Programs they have."""

    people: int
    mini_programs: int


@call("POST", "reset", ResetBody)
def reset(body: ResetBody) -> NewWorld:
    """Empty the world and load the demo world again: everybody is logged out."""
    world.reset_world(seed=body.seed)
    return {"people": queries.personas().count(), "mini_programs": queries.programs().count()}
