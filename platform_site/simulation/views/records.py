"""Mini Programs with their closed beta switch, and what happened."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from platform_site.simulation import queries
from platform_site.simulation.actions import switch_closed_beta
from platform_site.simulation.forms import EventFilterForm, ProgramSearchForm
from platform_site.simulation.paging import page_of


@require_GET
@staff_only(Permission.WORLD_STEER)
def programs(request: StaffRequest) -> HttpResponse:
    """All Mini Programs, to switch closed beta testing on and off."""
    form = ProgramSearchForm(request.GET)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    page = page_of(request, queries.programs(words))
    return render(request, "simulation/programs.html", {"form": form, "page": page, "words": words})


@require_POST
@staff_only(Permission.WORLD_STEER)
def closed_beta(request: StaffRequest, appid: str) -> HttpResponse:
    """Switch closed beta testing of one Mini Program on or off."""
    on = request.POST.get("on") == "1"
    switch_closed_beta(queries.program(appid), on=on, by=request.user)
    text = _("%(appid)s is in closed beta testing.") if on else _("%(appid)s is no longer in closed beta testing.")
    messages.success(request, text % {"appid": appid})
    return redirect("sim:programs")


@require_GET
@staff_only(Permission.WORLD_STEER)
def events(request: StaffRequest) -> HttpResponse:
    """The audit trail: what happened, to what, by whom."""
    form = EventFilterForm(request.GET)
    page = page_of(request, queries.events(**form.chosen()))
    return render(request, "simulation/events.html", {"form": form, "page": page})
