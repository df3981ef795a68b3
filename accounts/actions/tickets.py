"""Scan tickets: opened by a screen, scanned and answered on a phone, consumed by the same screen."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.messages import notify_person
from accounts.lifecycle import CONFIRM, CONSUME, EXPIRE, LIVE_TICKET, REFUSE, SCAN, TicketStatus
from accounts.models import MiniProgram, QrLink, ScanTicket, WeChatPerson
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.queries import typed_code_digest
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, LostRace, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest, random_code, random_token, short_token


def open_ticket(
    purpose: ScanPurpose,
    *,
    holder: str,
    facts: dict[str, str],
    payload: dict[str, Any] | None = None,
    only_person: WeChatPerson | None = None,
    mini_program: MiniProgram | None = None,
    permission: Permission | None = None,
    identity_digest: str = "",
    from_address: str = "",
    from_browser: str = "",
) -> ScanTicket:
    """Show a new QR for `purpose` to the browser that holds the secret `holder`.

    `facts` ({key of FACT_LABELS: text}) is what the phone shows; `payload` (JSON) is what the screen will act on.
    """
    typed = random_code(RULES.ticket.typed_code_length)
    code = random_token()
    return ScanTicket.objects.create(
        code=code,
        code_digest=plain_digest(code),
        typed_code=typed,
        typed_code_digest=typed_code_digest(typed),
        holder_digest=plain_digest(holder),
        purpose=purpose,
        facts=facts,
        payload=payload or {},
        only_person=only_person,
        mini_program=mini_program,
        permission=permission or "",
        identity_digest=identity_digest,
        from_address=from_address[:64],
        from_browser=from_browser[:120],
        created_at=now(),
        expires_at=now() + timedelta(minutes=RULES.ticket.valid_minutes),
    )


@transaction.atomic
def ask_again(ticket: ScanTicket, *, holder: str, from_address: str, from_browser: str) -> ScanTicket:
    """Put the same question under a new QR: the one before expires now, so that no two can answer it."""
    if ticket.status == TicketStatus.CONSUMED:
        raise Refused(_("This scan has been used. Begin again."), code="ticket_used")
    if ticket.status in LIVE_TICKET:
        advance(ticket, EXPIRE, by=SYSTEM, reason="refreshed")
    return open_ticket(
        ScanPurpose(ticket.purpose),
        holder=holder,
        facts=ticket.facts,
        payload=ticket.payload,
        only_person=ticket.only_person,
        mini_program=ticket.mini_program,
        permission=Permission(ticket.permission) if ticket.permission else None,
        identity_digest=ticket.identity_digest,
        from_address=from_address,
        from_browser=from_browser,
    )


def scan(ticket: ScanTicket, *, by: WeChatPerson) -> ScanTicket:
    """A phone has scanned the QR: nothing is granted yet. Scanning again by the same person changes nothing.

    Call it outside a transaction: that a used code was shown again is recorded although the scan is refused.
    """
    check_is_alive(ticket)
    if ticket.status == TicketStatus.SCANNED and ticket.scanned_by_id == by.pk:
        return ticket
    try:
        with transaction.atomic():
            advance(ticket, SCAN, by=by, scanned_by=by, scanned_at=now())
    except (IllegalMove, LostRace):
        note_reuse(ticket, by=by)
        raise Refused(
            _("This QR code has been scanned already. Refresh it on the screen."), code="ticket_used"
        ) from None
    return ticket


@transaction.atomic
def note_reuse(ticket: ScanTicket, *, by: Actor, from_address: str = "") -> None:
    """Record that somebody tried to use a ticket again or from elsewhere; who had scanned it is told."""
    ticket.refresh_from_db()
    record(
        "accounts.ticket.reused",
        ticket,
        by=by,
        data={"purpose": ticket.purpose, "status": ticket.status, "from": from_address},
    )
    if ticket.scanned_by is not None and ticket.scanned_by.actor_id != by.actor_id:
        notify_person(ticket.scanned_by, "accounts.ticket.reused", {"purpose": ticket.get_purpose_display()})


def note_foreign_use(pk: int, *, from_address: str) -> None:
    """Record that a browser sent in a ticket that it does not hold."""
    if (ticket := ScanTicket.objects.filter(pk=pk).first()) is not None:
        note_reuse(ticket, by=SYSTEM, from_address=from_address)


@transaction.atomic
def confirm(ticket: ScanTicket, *, by: WeChatPerson) -> None:
    """The person who scanned says yes: from now on the screen has as long again to act.

    Raises Refused with the reason if they may not.
    """
    check_answerable(ticket, by=by)
    check_may_confirm(ticket, by)
    until = now() + timedelta(minutes=RULES.ticket.valid_minutes)
    advance(ticket, CONFIRM, by=by, answered_at=now(), expires_at=until)


@transaction.atomic
def refuse(ticket: ScanTicket, *, by: WeChatPerson) -> None:
    """The person who scanned says no: final."""
    check_answerable(ticket, by=by)
    advance(ticket, REFUSE, by=by, answered_at=now())


def check_is_alive(ticket: ScanTicket) -> None:
    """Refused when its time is over (whether or not the sweep has come by)."""
    if ticket.status == TicketStatus.EXPIRED or (ticket.status in LIVE_TICKET and ticket.expires_at <= now()):
        raise Refused(_("This QR code has expired. Refresh it on the screen."), code="ticket_expired")


def check_answerable(ticket: ScanTicket, *, by: WeChatPerson) -> None:
    """Only who scanned may answer, once, in time."""
    check_is_alive(ticket)
    if ticket.status == TicketStatus.WAITING:
        raise Refused(_("Scan the QR code first."), code="ticket_not_scanned")
    if ticket.scanned_by_id != by.pk:
        raise Refused(_("Somebody else has scanned this QR code."), code="ticket_of_another")
    if ticket.status != TicketStatus.SCANNED:
        raise Refused(_("This has been answered already."), code="ticket_answered")


def check_may_confirm(ticket: ScanTicket, person: WeChatPerson) -> None:
    """Refused, in words, when this person is not the one being waited for."""
    if ticket.only_person_id is not None and ticket.only_person_id != person.pk:
        raise Refused(_("This QR code is for somebody else."), code="ticket_for_another")
    if ticket.identity_digest:
        _check_identity(ticket, person)
    if ticket.mini_program_id is not None:
        member = person.memberships.filter(mini_program_id=ticket.mini_program_id).first()
        if member is None or not member.holds(ticket.permission):
            raise Refused(_("You do not have the right to confirm this in this Mini Program."), code="ticket_no_right")


def _check_identity(ticket: ScanTicket, person: WeChatPerson) -> None:
    if not person.is_real_name:
        raise Refused(
            _("Your WeChat has no real name: bind a bank card in the phone's settings first."),
            code="ticket_no_real_name",
        )
    if person.identity_digest != ticket.identity_digest:
        raise Refused(
            _("Your real name and ID do not match the administrator information on the screen."), code="ticket_identity"
        )


def ticket_shown_to(holder: str, pk: int) -> ScanTicket | None:
    """The ticket, if this browser is the one that shows it; overdue ones are expired on the spot."""
    ticket = (
        ScanTicket.objects.select_related("scanned_by", "mini_program", "only_person")
        .filter(pk=pk, holder_digest=plain_digest(holder))
        .first()
    )
    if ticket is not None:
        expire_if_overdue(ticket)
    return ticket


def expire_if_overdue(ticket: ScanTicket) -> bool:
    """Let the ticket's deadline fire if it has passed; a sweep may do so too, with the same one outcome."""
    if ticket.status not in LIVE_TICKET or ticket.expires_at > now():
        return False
    try:
        with transaction.atomic():
            advance(ticket, EXPIRE, by=SYSTEM)
    except LostRace:  # answered or expired by another at this very moment
        ticket.refresh_from_db()
        return False
    return True


def consume(ticket: ScanTicket, *, purpose: ScanPurpose) -> WeChatPerson:
    """Use up a confirmed ticket, in the caller's transaction, and return who confirmed it.

    Checks anew that this person may still confirm (rights can be lost meanwhile). Refused unless it is confirmed, alive
    and for this purpose.
    """
    check_is_alive(ticket)
    if ticket.purpose != purpose or ticket.status != TicketStatus.CONFIRMED or ticket.scanned_by is None:
        raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
    check_may_confirm(ticket, ticket.scanned_by)
    advance(ticket, CONSUME, by=ticket.scanned_by, consumed_at=now())
    return ticket.scanned_by


def expire_overdue_tickets(*, most: int = 500) -> int:
    """Sweep: expire live tickets whose deadline has passed; returns how many."""
    due = ScanTicket.objects.filter(status__in=LIVE_TICKET, expires_at__lte=now()).order_by("expires_at")[:most]
    return sum(expire_if_overdue(ticket) for ticket in due)


def make_link(path: str, *, expires_at: datetime | None = None, is_short: bool = False) -> QrLink:
    """A QR that opens a page of the phone. `path` starts with /phone/.

    A short one (48 bits) makes a QR that weak decoders can read; who may open the page is the page's own matter.
    """
    if not path.startswith("/phone/"):
        raise ValueError(f"{path} is not a page of the phone")
    code = short_token() if is_short else random_token()
    return QrLink.objects.create(
        code=code, code_digest=plain_digest(code), path=path, expires_at=expires_at, created_at=now()
    )
