"""The desk: the queue of applications for WeChat Verification, one with all that a reviewer needs, the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_work import following
from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from accounts.views.desk_work import list_context, of_whom, page_context, sent_away
from entities.views.papers import picture_response
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web.paging import page_of
from verification import desk, queries
from verification.actions import audits
from verification.failures import FAILURES
from verification.forms.desk import CallForm, FailForm, QueueFilter, RefillForm, RevealForm
from verification.institutions import INSTITUTIONS
from verification.models import Verification
from verification.subtypes import ID_SCANS

SHOWN = 50


def application_or_404(pk: int) -> Verification:
    """The application; if its time to refill is over, that is said now, whether or not a sweep came by."""
    if (verification := desk.application(pk)) is None:
        raise Http404
    audits.time_out_if_due(verification)
    return verification


@staff_only(Permission.VERIFICATION_DECIDE)
@require_safe
def desk_verifications(request: StaffRequest) -> HttpResponse:
    """The queue: waiting applications, the first due first; those sent back; those that are decided."""
    wanted = QueueFilter(request.GET).cleaned()
    rows = of_whom(request, desk.AUDITS, desk.desk_queue(request.user, **wanted))
    page = page_of(rows, request.GET.get("page"), size=SHOWN)
    context = list_context(request, desk.AUDITS, page)
    context |= {"wanted": wanted, "institutions": INSTITUTIONS, "now": now()}
    return render(request, "verification/desk_verifications.html", context)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_safe
@never_cache
def desk_verification(request: StaffRequest, pk: int) -> HttpResponse:
    """One application."""
    return _application(request, application_or_404(pk))


def _application(
    request: StaffRequest, verification: Verification, *, revealed: bool = False, **forms: Any
) -> HttpResponse:
    mini_program, facts = verification.mini_program, queries.facts_of(verification, revealed=revealed)
    calls = desk.calls_of(verification)
    fields = {fact.code for fact in queries.refillable(facts)}
    hidden = frozenset() if revealed else ID_SCANS
    refill: RefillForm = forms.pop("refill", None) or RefillForm()
    context: dict[str, Any] = page_context(request, desk.AUDITS, verification)
    context |= {
        "verification": verification,
        "mini_program": mini_program,
        "entity": mini_program.entity,
        "standing": mini_program.standing,
        "institution": INSTITUTIONS.get(verification.institution),
        "failure": FAILURES.get(verification.failure),
        "rows": refill.rows(facts, refillable=fields, hidden=hidden),
        "calls": calls,
        "was_confirmed": any(call.outcome == "confirmed" for call in calls),
        "rounds": desk.rounds_of(verification, facts),
        "events": desk.history_of(verification),
        "may_decide": request.user.may(Permission.VERIFICATION_DECIDE, verification),
        "is_waiting": context["is_to_decide"],
        "can_decide": not context["why_not"],
        "is_overdue": desk.is_overdue(verification),
        "refills_left": RULES.verification.refills - verification.refills,
        "revealed": revealed,
        "refill": refill,
        "call": CallForm(),
        "fail": FailForm(),
        "reveal": RevealForm(),
    }
    return render(request, "verification/desk_verification.html", context | forms)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_POST
def desk_verification_call(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a call to the contact."""
    form = CallForm(request.POST)

    def act(verification: Verification) -> None:
        audits.record_call(verification, by=request.user, outcome=form.given("outcome"), note=form.given("note"))

    return _decided(request, pk, act, "call", form, back=True)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_POST
def desk_verification_pass(request: StaffRequest, pk: int) -> HttpResponse:
    """Pass, then on to the next."""

    def act(verification: Verification) -> None:
        audits.pass_application(verification, by=request.user)
        messages.success(request, _("Passed: %(name)s.") % {"name": verification.mini_program.entity.name})

    return _decided(request, pk, act)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_POST
def desk_verification_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Send back with reasons, then on to the next."""
    form = RefillForm(request.POST)

    def act(verification: Verification) -> None:
        audits.send_back(verification, by=request.user, reasons=form.reasons())
        messages.success(request, _("Sent back: %(name)s.") % {"name": verification.mini_program.entity.name})

    return _decided(request, pk, act, "refill", form)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_POST
def desk_verification_fail(request: StaffRequest, pk: int) -> HttpResponse:
    """Not passed, with a reason, then on to the next."""
    form = FailForm(request.POST)

    def act(verification: Verification) -> None:
        audits.fail_application(verification, by=request.user, code=form.given("code"), text=form.given("text"))
        messages.success(request, _("Not passed: %(name)s.") % {"name": verification.mini_program.entity.name})

    return _decided(request, pk, act, "fail", form)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_POST
@never_cache
def desk_verification_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """People's data in full, for once: who looked, and why, is written down."""
    verification, form = application_or_404(pk), RevealForm(request.POST)
    try:
        audits.reveal(verification, by=request.user, reason=form.given("reason"))
    except Refused as refusal:
        form.add_refusal(refusal)
        return _application(request, verification, reveal=form)
    return _application(request, verification, revealed=True)


@staff_only(Permission.VERIFICATION_DECIDE)
@require_safe
def desk_verification_paper(request: StaffRequest, pk: int, paper: int) -> HttpResponse:
    """A scan of this application; of an ID card only to who has had it revealed, for a while."""
    found = desk.paper_of(application_or_404(pk), paper, reviewer=request.user)
    if found is None:
        raise Http404
    return picture_response(found)


def _decided(
    request: StaffRequest,
    pk: int,
    act: Callable[[Verification], None],
    name: str = "",
    form: Any = None,
    *,
    back: bool = False,
) -> HttpResponse:
    """Do it, then on to the next application, or back to this one; what is refused stands beside what was typed."""
    verification = application_or_404(pk)
    try:
        act(verification)
    except Refused as refusal:
        if (away := sent_away(request, desk.AUDITS, verification, refusal)) is not None:
            return away
        if form is None:
            messages.error(request, str(refusal.message))
            return redirect("verification:desk_verification", pk=pk)
        form.add_refusal(refusal)
        return _application(request, application_or_404(pk), **{name: form})
    after = None if back else following(desk.AUDITS, request.user)
    if back or after is not None:
        return redirect("verification:desk_verification", pk=pk if after is None else after.pk)
    return redirect("verification:desk_verifications")
