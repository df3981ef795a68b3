"""The desk's Mini Programs that are or were online: found by name or AppID, suspended with words, lifted again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from entities.queries import categories_of, display_name
from platform_site.kernel.lifecycle import Refused
from platform_site.web.keyset import keyset_page
from releases import program_queries
from releases.actions.service import lift_suspension, suspend_service
from releases.forms.desk_filters import ProgramFilter, SuspendForm
from releases.models import Service
from releases.queue import count_words

SHOWN = 50


def service_or_404(appid: str) -> Service:
    if (service := program_queries.service_at_desk(appid)) is None:
        raise Http404
    return service


@staff_only(Permission.SERVICE_SUSPEND)
@require_safe
def desk_programs(request: StaffRequest) -> HttpResponse:
    """Mini Programs that have been published, what changed last first."""
    wanted = ProgramFilter(request.GET).cleaned()
    rows = program_queries.services(request.user, search=wanted["q"], suspended=wanted["show"] == "suspended")
    page = keyset_page(rows, program_queries.CHANGED, request.GET, size=SHOWN)
    return render(request, "releases/desk_programs.html", {"page": page, "count": count_words(rows), **wanted})


@staff_only(Permission.SERVICE_SUSPEND)
@require_safe
def desk_program(request: StaffRequest, appid: str) -> HttpResponse:
    """One of them."""
    return _program(request, service_or_404(appid), SuspendForm())


def _program(request: StaffRequest, service: Service, form: SuspendForm) -> HttpResponse:
    mini_program = service.mini_program
    context: dict[str, Any] = {
        "service": service,
        "mini_program": mini_program,
        "name": display_name(mini_program),
        "entity": getattr(mini_program, "entity", None),
        "categories": categories_of(mini_program),
        "releases": program_queries.live_releases_of(service),
        "events": program_queries.service_events(service),
        "may_suspend": request.user.may(Permission.SERVICE_SUSPEND, service),
        "form": form,
    }
    return render(request, "releases/desk_program.html", context, status=422 if form.errors else 200)


@staff_only(Permission.SERVICE_SUSPEND)
@require_POST
def desk_program_suspend(request: StaffRequest, appid: str) -> HttpResponse:
    """Suspend its service, with words that its administrator reads."""
    service, form = service_or_404(appid), SuspendForm(request.POST)
    form.is_valid()
    try:
        suspend_service(service.mini_program, by=request.user, words=str(form.cleaned_data.get("words", "")))
    except Refused as refusal:
        if refusal.field in form.fields:
            add_refusal(form, refusal)
            return _program(request, service_or_404(appid), form)
        messages.error(request, refusal.message)  # it is suspended already, or one's own: the page has no form then
    else:
        messages.success(request, _("%(name)s is suspended.") % {"name": display_name(service.mini_program)})
    return redirect("releases:desk_program", appid=appid)


@staff_only(Permission.SERVICE_SUSPEND)
@require_POST
def desk_program_lift(request: StaffRequest, appid: str) -> HttpResponse:
    """Lift our suspension; what its administrator had suspended stays so."""
    service = service_or_404(appid)
    try:
        lift_suspension(service.mini_program, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("The suspension of %(name)s is lifted.")
        messages.success(request, words % {"name": display_name(service.mini_program)})
    return redirect("releases:desk_program", appid=appid)
