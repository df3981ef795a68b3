"""The desk: developer qualifications and applications of the Open Platform, one list, one page each, the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_work import DeskWork
from accounts.door import StaffRequest, staff_only
from accounts.forms.refusals import ReasonForm, add_refusal
from accounts.permissions import Permission
from accounts.views.desk_work import list_context, of_whom, page_context, sent_away
from entities.papers import Kept
from entities.views.papers import picture_response
from openplatform import queries
from openplatform.actions import applications, qualifications
from openplatform.models import Application, Qualification
from openplatform.queries import APPLICATIONS, QUALIFICATIONS
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web.paging import page_of

SHOWN = 50
MOST_WORDS = RULES.open_platform.reason_characters


WORKS = {work.kind: work for work in (QUALIFICATIONS, APPLICATIONS)}


def _list(request: StaffRequest, work: DeskWork, find: Callable[..., QuerySet]) -> HttpResponse:
    show = "decided" if request.GET.get("show") == "decided" else "waiting"
    rows = of_whom(request, work, find(decided=show == "decided"))
    page = page_of(rows, request.GET.get("page"), size=SHOWN)
    context = list_context(request, work, page) | {"show": show, "now": now()}
    return render(request, f"openplatform/desk_{work.kind}s.html", context)


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_qualifications(request: StaffRequest) -> HttpResponse:
    """Developer qualifications that wait for their audit, the first due first; or those that are decided."""
    return _list(request, QUALIFICATIONS, queries.qualifications_at_desk)


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_applications(request: StaffRequest) -> HttpResponse:
    """Applications that wait for their review, the first due first; or those that are decided."""
    return _list(request, APPLICATIONS, queries.applications_at_desk)


def qualification_or_404(pk: int) -> Qualification:
    if (row := queries.qualification_at_desk(pk)) is None:
        raise Http404
    return row


def application_or_404(pk: int) -> Application:
    if (row := queries.application_at_desk(pk)) is None:
        raise Http404
    return row


def _one(request: StaffRequest, row: Any, name: str, form: ReasonForm | None = None) -> HttpResponse:
    context = page_context(request, WORKS[name], row) | {
        name: row,
        "account": row.account,
        "events": queries.history_of(row),
        "form": form or ReasonForm(most=MOST_WORDS),
        "now": now(),
    }
    return render(request, f"openplatform/desk_{name}.html", context, status=422 if form is not None else 200)


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_qualification(request: StaffRequest, pk: int) -> HttpResponse:
    """One developer qualification."""
    return _one(request, qualification_or_404(pk), "qualification")


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_application(request: StaffRequest, pk: int) -> HttpResponse:
    """One application."""
    return _one(request, application_or_404(pk), "application")


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_licence(request: StaffRequest, pk: int) -> HttpResponse:
    """The scan that was handed in."""
    return picture_response(Kept(pk, qualification_or_404(pk).licence_sha256))


@staff_only(Permission.OPEN_DECIDE)
@require_safe
def desk_icon(request: StaffRequest, pk: int, size: str) -> HttpResponse:
    """An icon of an application."""
    if size not in ("small", "large"):
        raise Http404
    return picture_response(Kept(pk, application_or_404(pk).icon(size)))


def _yes(request: StaffRequest, work: DeskWork, row: Any, act: Callable[..., None], done: str) -> HttpResponse:
    try:
        act(row, by=request.user)
    except Refused as refusal:
        if (away := sent_away(request, work, row, refusal)) is not None:
            return away
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(work.queue)


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_qualification_pass(request: StaffRequest, pk: int) -> HttpResponse:
    """It is passed: the account is verified for a year."""
    row = qualification_or_404(pk)
    done = _("Passed: %(account)s.") % {"account": row.account.label}
    return _yes(request, QUALIFICATIONS, row, qualifications.pass_qualification, done)


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_application_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """It is approved and has an AppID."""
    row = application_or_404(pk)
    done = _("Approved: %(name)s.") % {"name": row.name}
    return _yes(request, APPLICATIONS, row, applications.approve, done)


def _no(request: StaffRequest, row: Any, act: Callable[..., None], label: str, name: str) -> HttpResponse:
    """Say no with a reason; `name` is "qualification" or "application": of the template, the row in it, the list."""
    form = ReasonForm(request.POST, most=MOST_WORDS)
    form.is_valid()
    try:
        act(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        if (away := sent_away(request, WORKS[name], row, refusal)) is not None:
            return away
        add_refusal(form, refusal)
        row.refresh_from_db()
        return _one(request, row, name, form)
    messages.success(request, _("Rejected: %(name)s.") % {"name": label})
    return redirect(f"openplatform:desk_{name}s")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_qualification_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """It is not passed, with words that the account reads."""
    row = qualification_or_404(pk)
    return _no(request, row, qualifications.reject_qualification, row.account.label, "qualification")


@staff_only(Permission.OPEN_DECIDE)
@require_POST
def desk_application_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """It is rejected, with words that the account reads."""
    row = application_or_404(pk)
    return _no(request, row, applications.reject, row.name, "application")
