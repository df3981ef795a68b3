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
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.actions import tickets
from accounts.lifecycle import LIVE_TICKET, TicketStatus
from accounts.limits import spend
from accounts.models import MiniProgram, ScanTicket, WeChatPerson
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.ticket_words import who_is_waited_for
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import random_token

HOLDER_KEY = "scan_holder"
WAITING_KEY = "scans"  # {ticket pk: {"then": path, "back": path}} of this session
MOST_WAITING = 20


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
    leads. Rate-limited per session and per address.
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
        from_address=address_of(request),
        from_browser=browser_name(request),
    )
    _remember(request, ticket, {"then": then, "back": back or then})
    return ticket


def ask_for_scan(request: HttpRequest, purpose: ScanPurpose, **asked: Any) -> HttpResponse:
    """Open a ticket (see `show_ticket`) and lead to the page that shows it."""
    ticket = show_ticket(request, purpose, **asked)
    return HttpResponseRedirect(scan_path(request, ticket))


def show_anew(request: HttpRequest, ticket: ScanTicket) -> ScanTicket:
    """Put a ticket's question under a new QR for the same browser; the old QR is dead."""
    spend(request, "ticket_create", RULES.rates.ticket_create, key=holder_of(request))
    fresh = tickets.ask_again(
        ticket, holder=holder_of(request), from_address=address_of(request), from_browser=browser_name(request)
    )
    _remember(request, fresh, request.session[WAITING_KEY].pop(str(ticket.pk)))
    return fresh


def _remember(request: HttpRequest, ticket: ScanTicket, paths: dict[str, str]) -> None:
    waiting = dict(list(request.session.get(WAITING_KEY, {}).items())[1 - MOST_WAITING :])
    waiting[str(ticket.pk)] = paths
    request.session[WAITING_KEY] = waiting


def scan_path(request: HttpRequest, ticket: ScanTicket, page: str = "") -> str:
    """The waiting page of a ticket (or its "status/", "refresh/"), in the realm that shows it."""
    prefix = {"devtools": "/devtools", "desk": "/desk", "open": "/open"}.get(request.realm.name, "")  # type: ignore[attr-defined]
    return f"{prefix}/scan/{ticket.pk}/{page}"


def waiting_for(request: HttpRequest, pk: int) -> tuple[ScanTicket, dict[str, str]] | None:
    """The ticket that this browser shows, with its `then` and `back`; None for any other browser."""
    paths = request.session.get(WAITING_KEY, {}).get(str(pk))
    if paths is None:
        return None
    ticket = tickets.ticket_shown_to(holder_of(request), pk)
    return (ticket, paths) if ticket is not None else None


def panel_of(request: HttpRequest, ticket: ScanTicket, *, inside_form: str = "") -> dict[str, Any]:
    """What the panel's templates need to show a ticket that this browser holds."""
    paths = request.session.get(WAITING_KEY, {}).get(str(ticket.pk), {})
    inside = {"form": inside_form} if inside_form else {}
    return {
        "ticket": ticket,
        "then": paths.get("then", ""),
        "inside_form": inside_form,
        "qr_path": f"/q/{ticket.code}",
        "waited_for": who_is_waited_for(ticket),
        "asks_again": ticket.status in LIVE_TICKET and (inside_form or ticket.status != TicketStatus.CONFIRMED),
        # only as the answer to a poll: a page that is led back to after a refusal must not send itself in circles
        "submits_now": bool(getattr(request, "htmx", False)),
        "can_refresh": ticket.status not in (TicketStatus.CONFIRMED, TicketStatus.CONSUMED),
        "status_path": scan_path(request, ticket, "status/?" + urlencode({"seen": ticket.status, **inside})),
        "refresh_path": scan_path(request, ticket, "refresh/" + (f"?{urlencode(inside)}" if inside else "")),
        "poll_milliseconds": RULES.ticket.poll_milliseconds,
        "minutes": RULES.ticket.valid_minutes,
        "now": now(),
    }


@contextmanager
def scan_confirmed(request: HttpRequest, purpose: ScanPurpose) -> Iterator[Scan]:
    """The transaction in which a confirmed ticket (POST field `ticket`) is consumed and the screen acts."""
    ticket = _ticket_sent_in(request)
    with transaction.atomic():
        person = tickets.consume(ticket, purpose=purpose)
        yield Scan(person=person, payload=ticket.payload, mini_program=ticket.mini_program)


def _ticket_sent_in(request: HttpRequest) -> ScanTicket:
    """The ticket that this browser shows and sends in; attempts with another's or a used one are recorded."""
    number = request.POST.get("ticket", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    found = waiting_for(request, pk) if pk else None
    if found is not None and found[0].status != TicketStatus.CONSUMED:
        return found[0]
    if found is not None:
        tickets.note_reuse(found[0], by=found[0].scanned_by or SYSTEM, from_address=address_of(request))
    elif pk:
        spend(request, "ticket_foreign", RULES.rates.ticket_scan, key=address_of(request))
        tickets.note_foreign_use(pk, from_address=address_of(request))
    raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")


def address_of(request: HttpRequest) -> str:
    """The network address that asks."""
    return str(get_adapter().get_client_ip(request))


def browser_name(request: HttpRequest) -> str:
    """A short name of the asking browser for the phone: "Chrome · Linux"."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), _("an unknown browser"))
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} · {system}" if system else browser


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("Mac OS", "macOS"), ("Linux", "Linux"))

__all__ = ["Scan", "ask_for_scan", "panel_of", "scan_confirmed", "scan_path", "show_anew", "show_ticket", "waiting_for"]
