"""The phone's half of a scan, by the ordinary actions."""

from accounts.actions import tickets
from accounts.models import ScanTicket, WeChatPerson


def confirm(ticket: ScanTicket, person: WeChatPerson) -> None:
    """The person scans the QR and says yes."""
    ticket.refresh_from_db()
    tickets.scan(ticket, by=person)
    tickets.confirm(ticket, by=person)


def latest_confirmed(person: WeChatPerson) -> ScanTicket:
    """The ticket that was shown last, scanned and confirmed by this person."""
    ticket = ScanTicket.objects.latest("pk")
    confirm(ticket, person)
    return ticket
