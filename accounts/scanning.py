"""The screen's side of a scan: show a QR, wait for the phone, consume the ticket. Shared by every app's views.

    def publish_ask(request):                       # POST of the button
        return ask_for_scan(request, ScanPurpose.RELEASE_PUBLISH, then=reverse(…, "version_publish"), facts={…},
                            payload={"order": order.pk}, mini_program=…, permission=Permission.RELEASE_PUBLISH)

    def publish(request):                           # `then`: POSTed by the waiting page once the phone has confirmed
        with scan_confirmed(request, ScanPurpose.RELEASE_PUBLISH) as scan:
            publish(order_of(scan.payload), by=…)   # same transaction: refused action → ticket stays confirmed

The waiting page (accounts:scan_wait) belongs to the realm that asks, because only that session holds the secret.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.actions import tickets
from accounts.limits import spend
from accounts.models import MiniProgram, ScanTicket, WeChatPerson
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import random_token

HOLDER_KEY = "scan_holder"
WAITING_KEY = "scans"  # {ticket pk: {"then": path, "back": path}} of this session


@dataclass(frozen=True)
class Scan:
    """A consumed ticket: who confirmed, and what the screen had asked for."""

    person: WeChatPerson
    payload: dict[str, Any]
    mini_program: MiniProgram | None


def holder_of(request: HttpRequest) -> str:
    """The secret (256 bits) of this browser's session in this realm; survives log-in."""
    if HOLDER_KEY not in request.session:
        request.session[HOLDER_KEY] = random_token()
    return str(request.session[HOLDER_KEY])


def show_ticket(
    request: HttpRequest,
    purpose: ScanPurpose,
    *,
    then: str,
    facts: dict[str, str],
    back: str = "",
    payload: dict[str, Any] | None = None,
    only_person: WeChatPerson | None = None,
    mini_program: MiniProgram | None = None,
    permission: Permission | None = None,
    identity_digest: str = "",
) -> ScanTicket:
    """Open a ticket for this browser, to embed its panel (`{% include "components/_scan_panel.html" %}`) in a page.

    `then` is the path that the panel POSTs to (field `ticket`) when the phone has confirmed; `back` is where "cancel"
    and "refresh" lead. Rate-limited per session.
    """
    spend(request, "ticket_create", RULES.rates.ticket_create, key=holder_of(request))
    ticket = tickets.open_ticket(
        purpose,
        holder=holder_of(request),
        facts=facts,
        payload=payload,
        only_person=only_person,
        mini_program=mini_program,
        permission=permission,
        identity_digest=identity_digest,
        from_address=get_adapter().get_client_ip(request),
        from_browser=browser_name(request),
    )
    waiting = dict(list(request.session.get(WAITING_KEY, {}).items())[-19:])
    waiting[str(ticket.pk)] = {"then": then, "back": back or then}
    request.session[WAITING_KEY] = waiting
    return ticket


def ask_for_scan(request: HttpRequest, purpose: ScanPurpose, **asked: Any) -> HttpResponse:
    """Open a ticket (see `show_ticket`) and lead to the page that shows it."""
    ticket = show_ticket(request, purpose, **asked)
    return HttpResponseRedirect(scan_path(request, ticket))


def scan_path(request: HttpRequest, ticket: ScanTicket) -> str:
    """The waiting page of a ticket, in the realm that shows it."""
    prefix = {"devtools": "/devtools", "phone": "/phone", "desk": "/desk"}.get(request.realm.name, "")  # type: ignore[attr-defined]
    return f"{prefix}/scan/{ticket.pk}/"


def waiting_for(request: HttpRequest, pk: int) -> tuple[ScanTicket, dict[str, str]] | None:
    """The ticket that this browser shows, with its `then` and `back`; None for any other browser."""
    ticket = tickets.ticket_shown_to(holder_of(request), pk)
    paths = request.session.get(WAITING_KEY, {}).get(str(pk))
    return (ticket, paths) if ticket is not None and paths is not None else None


@contextmanager
def scan_confirmed(request: HttpRequest, purpose: ScanPurpose) -> Iterator[Scan]:
    """The transaction in which a confirmed ticket (POST field `ticket`) is consumed and the screen acts."""
    number = request.POST.get("ticket", "")
    found = waiting_for(request, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
    with transaction.atomic():
        person = tickets.consume(found[0], purpose=purpose)
        yield Scan(person=person, payload=found[0].payload, mini_program=found[0].mini_program)


def browser_name(request: HttpRequest) -> str:
    """A short name of the asking browser for the phone: "Chrome on Linux"."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), _("an unknown browser"))
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} · {system}" if system else browser


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("Mac OS", "macOS"), ("Linux", "Linux"))

__all__ = ["Scan", "ask_for_scan", "scan_confirmed", "scan_path", "show_ticket", "waiting_for"]
