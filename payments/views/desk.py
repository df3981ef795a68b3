"""The desk: applications for WeChat Pay, one of them with all that was handed in, the decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.forms.refusals import ReasonForm, add_refusal
from accounts.permissions import Permission
from accounts.views.desk_work import list_context, of_whom, page_context, sent_away
from entities.papers import Kept
from entities.queries import display_name
from entities.views.papers import picture_response
from payments import queries
from payments.actions.applications import approve, reject
from payments.actions.reveals import reveal
from payments.models import PayApplication
from payments.queries import PAY_APPLICATIONS
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web.paging import page_of
from verification.forms.desk import RevealForm

SHOWN = 50
MOST_WORDS = RULES.pay.reason_characters


def application_or_404(pk: int) -> PayApplication:
    if (application := queries.application_at_desk(pk)) is None:
        raise Http404
    return application


@staff_only(Permission.PAY_DECIDE)
@require_safe
def desk_applications(request: StaffRequest) -> HttpResponse:
    """Applications that wait for their review, the first due first; or those that are decided."""
    show = "decided" if request.GET.get("show") == "decided" else "waiting"
    rows = of_whom(request, PAY_APPLICATIONS, queries.at_desk(decided=show == "decided"))
    page = page_of(rows, request.GET.get("page"), size=SHOWN)
    context = list_context(request, PAY_APPLICATIONS, page) | {"show": show, "now": now()}
    return render(request, "payments/desk_applications.html", context)


@staff_only(Permission.PAY_DECIDE)
@require_safe
@never_cache
def desk_application(request: StaffRequest, pk: int) -> HttpResponse:
    """One application."""
    return _one(request, application_or_404(pk))


def _one(
    request: StaffRequest,
    application: PayApplication,
    form: ReasonForm | None = None,
    *,
    reveal_form: RevealForm | None = None,
    revealed: bool = False,
) -> HttpResponse:
    context = page_context(request, PAY_APPLICATIONS, application) | {
        "application": application,
        "mini_program": application.mini_program,
        "name": display_name(application.mini_program),
        "answers": queries.shown_answers(application, masked=not revealed),
        "revealed": revealed,
        "reveal": reveal_form or RevealForm(),
        "events": queries.history_of(application, for_staff=True),
        "form": form or ReasonForm(most=MOST_WORDS),
        "now": now(),
    }
    return render(request, "payments/desk_application.html", context, status=422 if form or reveal_form else 200)


@staff_only(Permission.PAY_DECIDE)
@require_safe
def desk_scan(request: StaffRequest, pk: int, slot: str) -> HttpResponse:
    """A scan that was handed in; of an ID card only to who has had it revealed, for a while."""
    sha256 = queries.scan_at_desk(application_or_404(pk), slot, reviewer=request.user)
    if sha256 is None:
        raise Http404
    return picture_response(Kept(pk, sha256))


@staff_only(Permission.PAY_DECIDE)
@require_POST
@never_cache
def desk_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """People's data in full, for once: who looked, and why, is written down."""
    application, form = application_or_404(pk), RevealForm(request.POST)
    try:
        reveal(application, by=request.user, reason=form.given("reason"))
    except Refused as refusal:
        form.add_refusal(refusal)
        return _one(request, application, reveal_form=form)
    return _one(request, application, revealed=True)


@staff_only(Permission.PAY_DECIDE)
@require_POST
def desk_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve: the settlement account is checked next."""
    application = application_or_404(pk)
    try:
        approve(application, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("payments:desk_application", pk=pk)
    messages.success(request, _("Approved: %(name)s.") % {"name": display_name(application.mini_program)})
    return redirect("payments:desk_applications")


@staff_only(Permission.PAY_DECIDE)
@require_POST
def desk_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Reject, with words that the administrator reads."""
    application, form = application_or_404(pk), ReasonForm(request.POST, most=MOST_WORDS)
    form.is_valid()
    try:
        reject(application, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        if (away := sent_away(request, PAY_APPLICATIONS, application, refusal)) is not None:
            return away
        add_refusal(form, refusal)
        return _one(request, application_or_404(pk), form)
    messages.success(request, _("Rejected: %(name)s.") % {"name": display_name(application.mini_program)})
    return redirect("payments:desk_applications")
