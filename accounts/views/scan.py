"""The screen that waits for a scan: its page, its short polls, and a new QR for the same question."""

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

BASES = {"devtools": "base_devtools.html", "desk": "base_desk.html"}


def _shown_here(request: HttpRequest, pk: int) -> tuple[ScanTicket, dict[str, str]]:
    """The ticket that this browser shows; for any other browser there is no such page."""
    if (found := waiting_for(request, pk)) is None:
        raise Http404
    return found


@never_cache
@require_GET
def scan_wait(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that waits for the phone, in the realm that asked."""
    ticket, paths = _shown_here(request, pk)
    request.person = person_of(request)  # type: ignore[attr-defined]
    base = BASES.get(request.realm.name, "base_public.html")  # type: ignore[attr-defined]
    asked: dict[str, Any] = {"ticket": ticket, "facts": facts_of(ticket), "back": paths["back"], "base": base}
    return render(request, "accounts/scan_wait.html", asked)


@never_cache
@require_GET
def scan_status(request: HttpRequest, pk: int) -> HttpResponse:
    """A poll: the panel when it looks different from what the screen shows (`?seen=`), else 204.

    Who asks too often gets 204 with Retry-After: the screen goes on as it is.
    """
    try:
        spend(request, "ticket_poll", RULES.rates.ticket_poll, key=f"{request.session.session_key}:{pk}")
    except Refused:
        return HttpResponse(status=204, headers={"Retry-After": "5"})
    try:
        ticket, _paths = _shown_here(request, pk)
    except Http404:
        if not getattr(request, "htmx", False):
            raise
        words = {"message": _("This browser does not wait for this scan any more. Open the page anew.")}
        return render(request, "components/_refusal.html", words, status=404)
    if request.GET.get("seen") == ticket.status:
        return HttpResponse(status=204)
    panel = panel_of(request, ticket, inside_form=_form_id(request))
    return render(request, "accounts/_scan_state.html", panel)


@require_POST
def scan_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """A new QR for the same question; the old one expires."""
    ticket, _paths = _shown_here(request, pk)
    fresh = show_anew(request, ticket)
    if not getattr(request, "htmx", False):
        return redirect(scan_path(request, fresh))
    panel = panel_of(request, fresh, inside_form=_form_id(request))
    return render(request, "accounts/_scan_state.html", panel)


def _form_id(request: HttpRequest) -> str:
    """The id of the form around the panel, as the panel told it to its own polls."""
    asked = request.GET.get("form", "")
    return asked if asked.isascii() and asked.replace("-", "").replace("_", "").isalnum() and len(asked) <= 40 else ""
