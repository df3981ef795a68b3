"""The desk: developer qualifications and applications of the Open Platform, one list, one page each, the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from entities.views.papers import picture_response
from openplatform import queries
from openplatform.actions import applications, qualifications
from openplatform.forms.accounts import ReasonForm
from openplatform.models import Application, Icon, Qualification
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.web.paging import page_of

SHOWN = 50


def _list(request: StaffRequest, find: Callable[..., QuerySet], template: str) -> HttpResponse:
    show = "decided" if request.GET.get("show") == "decided" else "waiting"
    page = page_of(find(decided=show == "decided"), request.GET.get("page"), size=SHOWN)
    return render(request, template, {"page": page, "show": show, "now": now()})


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_qualifications(request: StaffRequest) -> HttpResponse:
    """Developer qualifications that wait for their audit, the first due first; or those that are decided."""
    return _list(request, queries.qualifications_at_desk, "openplatform/desk_qualifications.html")


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_applications(request: StaffRequest) -> HttpResponse:
    """Applications that wait for their review, the first due first; or those that are decided."""
    return _list(request, queries.applications_at_desk, "openplatform/desk_applications.html")


def qualification_or_404(pk: int) -> Qualification:
    if (row := queries.qualification_at_desk(pk)) is None:
        raise Http404
    return row


def application_or_404(pk: int) -> Application:
    if (row := queries.application_at_desk(pk)) is None:
        raise Http404
    return row


def _one(request: StaffRequest, row: Any, template: str, name: str, form: ReasonForm | None = None) -> HttpResponse:
    context = {
        name: row,
        "account": row.account,
        "events": queries.history_of(row),
        "form": form or ReasonForm(),
        "now": now(),
    }
    return render(request, template, context, status=422 if form is not None else 200)


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_qualification(request: StaffRequest, pk: int) -> HttpResponse:
    """One developer qualification."""
    return _one(request, qualification_or_404(pk), "openplatform/desk_qualification.html", "qualification")


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_application(request: StaffRequest, pk: int) -> HttpResponse:
    """One application."""
    return _one(request, application_or_404(pk), "openplatform/desk_application.html", "application")


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_licence(request: StaffRequest, pk: int) -> HttpResponse:
    """The scan that was handed in."""
    return picture_response(qualification_or_404(pk))


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_icon(request: StaffRequest, pk: int, size: str) -> HttpResponse:
    """An icon of an application."""
    if size not in ("small", "large"):
        raise Http404
    return picture_response(Icon(application_or_404(pk), size))


def _yes(request: StaffRequest, act: Callable[[], None], done: str, back: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(f"openplatform:{back}")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_qualification_pass(request: StaffRequest, pk: int) -> HttpResponse:
    """It is passed: the account is verified for a year."""
    row = qualification_or_404(pk)
    done = _("Passed: %(account)s.") % {"account": row.account.label}
    return _yes(request, lambda: qualifications.pass_qualification(row, by=request.user), done, "desk_qualifications")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_application_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """It is approved and has an AppID."""
    row = application_or_404(pk)
    done = _("Approved: %(name)s.") % {"name": row.name}
    return _yes(request, lambda: applications.approve(row, by=request.user), done, "desk_applications")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_qualification_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """It is not passed, with words that the account reads."""
    row, form = qualification_or_404(pk), ReasonForm(request.POST)
    form.is_valid()
    try:
        qualifications.reject_qualification(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        add_refusal(form, refusal)
        return _one(request, qualification_or_404(pk), "openplatform/desk_qualification.html", "qualification", form)
    messages.success(request, _("Rejected: %(name)s.") % {"name": row.account.label})
    return redirect("openplatform:desk_qualifications")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_application_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """It is rejected, with words that the account reads."""
    row, form = application_or_404(pk), ReasonForm(request.POST)
    form.is_valid()
    try:
        applications.reject(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        add_refusal(form, refusal)
        return _one(request, application_or_404(pk), "openplatform/desk_application.html", "application", form)
    messages.success(request, _("Rejected: %(name)s.") % {"name": row.name})
    return redirect("openplatform:desk_applications")
