"""What is read of accounts across rows: unread counts, inboxes, whose Mini Programs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value
from django.utils.module_loading import import_string

from accounts.identity import normal_phone
from accounts.lifecycle import AccountStatus, TicketStatus
from accounts.models import (
    EmailChange,
    Member,
    MiniProgram,
    QrLink,
    ScanTicket,
    ServiceNotification,
    SmsMessage,
    User,
    WeChatPerson,
)
from accounts.permissions import Role
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.secrets import digest, plain_digest


def programs_administered_by(person: WeChatPerson) -> QuerySet[MiniProgram]:
    """The Mini Programs whose administrator this person is, oldest first."""
    mine = person.memberships.filter(role=Role.ADMINISTRATOR).values("mini_program")
    return MiniProgram.objects.select_related("user").filter(pk__in=mine).order_by("pk")


def is_member(reviewer: User) -> Exists | Value:
    """Whether a reviewer belongs to the Mini Program of a row (by its `mini_program_id`)."""
    if reviewer.person_id is None:
        return Value(False, output_field=BooleanField())
    return Exists(Member.objects.filter(mini_program_id=OuterRef("mini_program_id"), person_id=reviewer.person_id))


def unread_notices(member: Member) -> int:
    """How many notices of this Mini Program's console nobody has read: what the bell counts."""
    return member.mini_program.notices.filter(read_at=None).count()


def sms_of(person: WeChatPerson) -> QuerySet[SmsMessage]:
    """The text messages to this person's own number, newest first."""
    return SmsMessage.objects.filter(phone=person.phone).order_by("-pk")


def personas() -> QuerySet[WeChatPerson]:
    """The people of the demo world whose phone anybody may pick up."""
    return WeChatPerson.objects.filter(is_persona=True).order_by("pk")


def person_with(pk: int) -> WeChatPerson:
    """The WeChat person with this key."""
    return WeChatPerson.objects.get(pk=pk)


def account_awaiting_activation(pk: int | str | None) -> User | None:
    """The account with this key, if its e-mail address is not proved yet."""
    return User.objects.filter(pk=pk, status=AccountStatus.AWAITING_ACTIVATION).first() if pk else None


def email_change_of(user: User) -> EmailChange | None:
    """The address to which this account wants to move, if it has asked for that."""
    return EmailChange.objects.filter(user=user).first()


def account_with(pk: int | str) -> User | None:
    """The log-in account with this key."""
    return User.objects.filter(pk=pk).first()


def names_of(mini_programs: Iterable[MiniProgram]) -> dict[int, str]:
    """What people call each Mini Program (by pk): a later app knows; settings.PROGRAM_NAMES names its function."""
    named: dict[int, str] = import_string(settings.PROGRAM_NAMES)(mini_programs)
    return named


def name_of(mini_program: MiniProgram) -> str:
    """What people call this Mini Program."""
    return names_of([mini_program])[mini_program.pk]


def names_by_appid(appids: Iterable[str]) -> dict[str, str]:
    """The same by AppID, for messages that name a Mini Program only so."""
    programs = list(MiniProgram.objects.filter(appid__in=set(appids)))
    named = names_of(programs)
    return {program.appid: named[program.pk] for program in programs}


def typed_code_digest(typed: str) -> str:
    """The digest of a code as people type it: lower case, spaces and dashes do not matter."""
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return digest(plain, purpose="typed-code")


def ticket_with_code(code: str) -> ScanTicket | None:
    """The scan ticket whose QR holds this code."""
    return _tickets().filter(code_digest=plain_digest(code)).first()


def ticket_with_typed_code(typed: str) -> ScanTicket | None:
    """The scan ticket that this typed code names."""
    return _tickets().filter(typed_code_digest=typed_code_digest(typed)).first()


def ticket_scanned_by(person: WeChatPerson, pk: int) -> ScanTicket | None:
    """The ticket, if it was this person who scanned it."""
    return _tickets().filter(pk=pk, scanned_by=person).first()


def _tickets() -> QuerySet[ScanTicket]:
    return ScanTicket.objects.select_related("scanned_by", "mini_program", "only_person")


def link_with_code(code: str) -> QrLink | None:
    """The link to a page of the phone whose QR holds this code."""
    return QrLink.objects.filter(code_digest=plain_digest(code)).first()


def person_named(name: str) -> WeChatPerson | None:
    """The person with this WeChat ID (any case) or phone number (any spelling)."""
    person = WeChatPerson.objects.filter(wechat_id__iexact=name.strip()).first()
    if person is not None:
        return person
    try:
        phone = normal_phone(name.strip())
    except Refused:
        return None
    return WeChatPerson.objects.filter(phone=phone).first()


def persona_with(pk: int) -> WeChatPerson | None:
    """The demo persona with this key."""
    return personas().filter(pk=pk).first()


@dataclass(frozen=True)
class Inbox:
    """What a phone's home page shows of one kind of message."""

    unread: int
    latest: SmsMessage | ServiceNotification | None


def notification_inbox(person: WeChatPerson) -> Inbox:
    """The service notifications of this person, in short."""
    return Inbox(person.notifications.filter(read_at=None).count(), person.notifications.order_by("-pk").first())


def sms_inbox(person: WeChatPerson) -> Inbox:
    """The text messages of this person's number, in short."""
    return Inbox(sms_of(person).filter(read_at=None).count(), sms_of(person).first())


def tickets_to_answer(person: WeChatPerson) -> QuerySet[ScanTicket]:
    """What this person has scanned and not answered yet, newest first."""
    return _tickets().filter(scanned_by=person, status=TicketStatus.SCANNED, expires_at__gt=now()).order_by("-pk")
