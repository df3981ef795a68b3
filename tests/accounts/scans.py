"""Helpers of the scan tests: a browser that shows a ticket, and tickets brought into each state by real moves."""

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.test import Client, RequestFactory

from accounts.actions import tickets
from accounts.lifecycle import TicketStatus
from accounts.models import ScanTicket, WeChatPerson
from accounts.purposes import ScanPurpose
from accounts.scanning import show_ticket
from platform_site.kernel import clock
from platform_site.web.realms import CONSOLE, Realm, realm_of

HOLDER = "the secret of one browser"


def ticket_for(purpose: ScanPurpose = ScanPurpose.DEVTOOLS_LOGIN, *, holder: str = HOLDER, **asked: Any) -> ScanTicket:
    return tickets.open_ticket(purpose, holder=holder, facts=asked.pop("facts", {}), **asked)


def ticket_in(status: str, by: WeChatPerson, **asked: Any) -> ScanTicket:
    """A ticket in this state, reached by its moves."""
    ticket = ticket_for(**asked)
    if status in ("scanned", "confirmed", "refused", "consumed"):
        tickets.scan(ticket, by=by)
    if status in ("confirmed", "consumed"):
        tickets.confirm(ticket, by=by)
    if status == "refused":
        tickets.refuse(ticket, by=by)
    if status == "consumed":
        tickets.consume(ticket, purpose=ScanPurpose(ticket.purpose))
    if status == "expired":
        pass_time(minutes=5)
        tickets.expire_overdue_tickets()
        ticket.refresh_from_db()
    assert ticket.status == TicketStatus(status)
    return ticket


def pass_time(**delta: float) -> None:
    """Let the world's clock run on."""
    clock.move_forward(int(timedelta(**delta).total_seconds()))


def shown_in(client: Client, *, realm: Realm = CONSOLE, **asked: Any) -> ScanTicket:
    """A ticket that this browser shows in this realm, as a view would open it."""
    asked = {"purpose": ScanPurpose.DEVTOOLS_LOGIN, "then": "/then/", "facts": {}, **asked}
    request = RequestFactory(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537"}).post(
        realm.prefixes[0]
    )
    engine = import_module(settings.SESSION_ENGINE)
    cookie = client.cookies.get(realm.cookie)
    request.session = engine.SessionStore(cookie.value if cookie else None)
    request.realm = realm_of(realm.prefixes[0])
    ticket = show_ticket(request, asked.pop("purpose"), **asked)
    request.session.save()
    client.cookies[realm.cookie] = request.session.session_key
    return ticket
