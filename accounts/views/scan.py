"""The screen that waits for a scan: its page, its short polls, and a new QR for the same question."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.door import person_of
from accounts.limits import spend
from accounts.models import ScanTicket
from accounts.scanning import panel_of, scan_path, show_anew, waiting_for
from accounts.ticket_words import facts_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

BASES = {"devtools": "base_devtools.html", "desk": "base_desk.html", "open": "base_open.html"}


def _shown_here(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The door of a ticket's pages: only the browser that shows it gets in, for any other there is no such page."""

    @wraps(view)
    def behind(request: Any, pk: int) -> HttpResponse:
        found = waiting_for(request, pk)
        if found is not None:
            return view(request, *found)
        if not request.htmx:
            raise Http404
        words = {"message": _("This browser does not wait for this scan any more. Open the page anew.")}
        return render(request, "components/_refusal.html", words, status=404)

    return behind


@never_cache
@require_GET
@_shown_here
def scan_wait(request: HttpRequest, ticket: ScanTicket, paths: dict[str, str]) -> HttpResponse:
    """The page that waits for the phone, in the realm that asked."""
    request.person = person_of(request)  # type: ignore[attr-defined]
    base = BASES.get(request.realm.name, "base_public.html")  # type: ignore[attr-defined]
    asked = {"ticket": ticket, "facts": facts_of(ticket), "back": paths["back"], "base": base}
    return render(request, "accounts/scan_wait.html", asked)


@never_cache
@require_GET
@_shown_here
def scan_status(request: HttpRequest, ticket: ScanTicket, paths: dict[str, str]) -> HttpResponse:
    """A poll: the panel when it looks different from what the screen shows (`?seen=`), else 204.

    Who asks too often gets 204 with Retry-After: the screen goes on as it is.
    """
    try:
        spend(request, "ticket_poll", RULES.rates.ticket_poll, key=str(ticket.pk))
    except Refused:
        return HttpResponse(status=204, headers={"Retry-After": "5"})
    if request.GET.get("seen") == ticket.status:
        return HttpResponse(status=204)
    return _panel(request, ticket)


@require_POST
@_shown_here
def scan_refresh(request: Any, ticket: ScanTicket, paths: dict[str, str]) -> HttpResponse:
    """A new QR for the same question; the old one expires."""
    fresh = show_anew(request, ticket)
    return _panel(request, fresh) if request.htmx else redirect(scan_path(request, fresh))


def _panel(request: HttpRequest, ticket: ScanTicket) -> HttpResponse:
    """The panel alone, belonging to the form that its own polls name (`?form=`)."""
    form = request.GET.get("form", "")
    is_id = form.isascii() and form.replace("-", "").replace("_", "").isalnum() and len(form) <= 40
    return render(request, "accounts/_scan_state.html", panel_of(request, ticket, inside_form=form if is_id else ""))
