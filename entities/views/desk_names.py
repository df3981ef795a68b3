"""The desk: the queue of names with protected words, one with its naming proof, the decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_work import following
from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from accounts.views.desk_work import list_context, of_whom, page_context
from entities import name_queries, queries
from entities.actions.name_decisions import approve_name, reject_name
from entities.forms.desk import QueueFilter
from entities.forms.names import NameRejectForm
from entities.models import NameApplication
from entities.name_queries import NAMES
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.web.paging import page_of

SHOWN = 50


def name_or_404(pk: int) -> NameApplication:
    if (application := name_queries.name_at_the_desk(pk)) is None:
        raise Http404
    return application


@staff_only(Permission.NAME_DECIDE)
@require_safe
def desk_names(request: StaffRequest) -> HttpResponse:
    """The queue: names that wait, the first due first; or those that are decided."""
    wanted = QueueFilter(request.GET).cleaned()
    rows = name_queries.names_at_the_desk(request.user, decided=wanted["show"] == "decided", search=wanted["q"])
    page = page_of(of_whom(request, NAMES, rows), request.GET.get("page"), size=SHOWN)
    context = list_context(request, NAMES, page) | {"now": now(), **wanted}
    return render(request, "entities/desk_names.html", context)


@staff_only(Permission.NAME_DECIDE)
@require_safe
def desk_name(request: StaffRequest, pk: int) -> HttpResponse:
    """One name."""
    return _name(request, name_or_404(pk), NameRejectForm())


def _name(request: StaffRequest, application: NameApplication, form: NameRejectForm) -> HttpResponse:
    mini_program = application.mini_program
    context: dict[str, Any] = page_context(request, NAMES, application)
    context |= {
        "application": application,
        "mini_program": mini_program,
        "profile": queries.profile_of(mini_program),
        "entity": mini_program.entity,
        "similar": name_queries.similar_names(application),
        "events": name_queries.history_of_name(application),
        "is_waiting": context["is_to_decide"],
        "is_overdue": context["is_to_decide"] and application.due_at <= now(),
        "form": form,
    }
    return render(request, "entities/desk_name.html", context)


@staff_only(Permission.NAME_DECIDE)
@require_POST
def desk_name_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve, then on to the next."""
    application = name_or_404(pk)
    try:
        approve_name(application, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("entities:desk_name", pk=pk)
    messages.success(request, _("Approved: %(name)s.") % {"name": application.name})
    return _to_next(request)


@staff_only(Permission.NAME_DECIDE)
@require_POST
def desk_name_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Reject with a reason, then on to the next."""
    application = name_or_404(pk)
    form = NameRejectForm(request.POST)
    if not form.is_valid():
        return _name(request, application, form)
    try:
        reject_name(application, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("entities:desk_name", pk=pk)
    messages.success(request, _("Rejected: %(name)s.") % {"name": application.name})
    return _to_next(request)


def _to_next(request: StaffRequest) -> HttpResponse:
    if (after := following(NAMES, request.user)) is not None:
        return redirect("entities:desk_name", pk=after.pk)
    return redirect("entities:desk_names")
