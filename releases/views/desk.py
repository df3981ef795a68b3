"""The desk: one submission with all that a reviewer needs, its claim, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.forms.desk import TakeOverForm
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from entities.queries import categories_of, display_name
from entities.views.papers import picture_response
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from releases import desk_queries, queries
from releases.actions.claims import check_may_decide, check_other_person, release_claim, take_over
from releases.actions.next_claim import claim_this, lapse_overdue_claims, takable
from releases.actions.test_accounts import open_test_account
from releases.actions.verdicts import reasons_kept
from releases.desk import DECISIONS, REMARKS, Decision, open_decisions, perform
from releases.difference import difference
from releases.forms.desk import DecisionForm
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder, HeldDecision, HeldOutcome, RejectionReason, TestAccount


def order_or_404(pk: int) -> AuditOrder:
    """To act on it, or to show a part of its package."""
    if (order := queries.order_at_desk(pk)) is None:
        raise Http404
    return order


def whole_order_or_404(pk: int) -> AuditOrder:
    """With all that its own page shows."""
    if (order := queries.desk_order(pk)) is None:
        raise Http404
    return order


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_order(request: StaffRequest, pk: int) -> HttpResponse:
    """One submission."""
    lapse_overdue_claims()
    return _submission(request, whole_order_or_404(pk))


def _submission(
    request: StaffRequest,
    order: AuditOrder,
    *,
    sent: DecisionForm | None = None,
    taking: TakeOverForm | None = None,
    account: TestAccount | None = None,
) -> HttpResponse:
    """The page; `sent` is a decision that was refused, `account` a test account that was opened."""
    mini_program, approved = order.mini_program, desk_queries.last_approved_before(order)
    given_account = desk_queries.has_test_account(order)
    why_not, second_opinions = _why_not(request, order), desk_queries.second_opinions_of(order)
    context: dict[str, Any] = {
        "order": order,
        "mini_program": mini_program,
        "name": display_name(mini_program),
        "entity": getattr(mini_program, "entity", None),
        "standing": getattr(mini_program, "standing", None),
        "categories": categories_of(mini_program),
        "pages": list(order.function_pages.all()),
        "earlier": queries.earlier_orders(order),
        "events": queries.history_of_order(order),
        "now": now(),
        "why_not": why_not,
        "is_mine": order.claimed_by_id == request.user.pk,
        "forms": [] if why_not else [_form(decision, sent) for decision in open_decisions(order)],
        "remarks": [_form(decision, sent) for decision in REMARKS if decision.is_open_for(order)],
        "take_over": taking or TakeOverForm(),
        "held": _held(second_opinions),
        "second_opinions": second_opinions,
        "thread": desk_queries.thread_of(order, for_staff=True),
        "notes": desk_queries.notes_of(order),
        "has_account": given_account,
        "account": account,
        "checks": desk_queries.checks_of(order, given_account=given_account),
        "report": desk_queries.report_of(order),
        "approved": approved,
        "difference": difference(approved.build.package, order.build.package) if approved else None,
    }
    refused = sent is not None or (taking is not None and bool(taking.errors))
    return render(request, "releases/desk_order.html", context, status=422 if refused else 200)


def _form(decision: Decision, sent: DecisionForm | None) -> DecisionForm:
    return sent if sent is not None and sent.decision is decision else DecisionForm(decision)


def _why_not(request: StaffRequest, order: AuditOrder) -> str:
    """Why this reviewer can't decide on it, in words; "" if they can, or nobody can any more."""
    try:
        check_may_decide(order, by=request.user)
        if order.status == OrderStatus.SECOND_OPINION:
            check_other_person(order, by=request.user)
    except NotAllowed as refusal:
        return refusal.message
    if order.claimed_by_id not in (None, request.user.pk):
        return _("Only who has claimed it decides.")
    return ""


def _held(second_opinions: list[HeldDecision]) -> dict[str, Any] | None:
    """The verdict that waits for a second reviewer: with `reasons` as they would be kept."""
    held = next((row for row in second_opinions if row.outcome == HeldOutcome.OPEN), None)
    if held is None:
        return None
    rows = [RejectionReason(code=r.code, text=r.text, page=r.page, device=r.device) for r in reasons_kept(held.payload)]
    return {"decision": DECISIONS[held.action], "row": held, "reasons": rows}


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_decide(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing of the table; after a verdict on to the next submission."""
    order = order_or_404(pk)
    if (decision := DECISIONS.get(name)) is None:
        raise Http404
    form = DecisionForm(decision, request.POST, request.FILES)
    if not form.is_valid():
        return _submission(request, whole_order_or_404(pk), sent=form)
    try:
        perform(name, order, form.given(), by=request.user)
    except Refused as refusal:
        order = whole_order_or_404(pk)
        if not decision.is_open_for(order) or _why_not(request, order):
            messages.error(request, refusal.message)
            return redirect("releases:desk_order", pk=pk)
        form.add_refusal(refusal)
        return _submission(request, order, sent=form)
    messages.success(request, _done(decision, order))
    if decision in REMARKS:
        return redirect("releases:desk_order", pk=pk)
    return _to_next(request)


def _done(decision: Decision, order: AuditOrder) -> str:
    label = {"order": f"{display_name(order.mini_program)} {order.build.version}"}
    if order.status == OrderStatus.SECOND_OPINION:
        return _("Waits for a second opinion: %(order)s.") % label
    return str(decision.done) % label


def _to_next(request: StaffRequest) -> HttpResponse:
    if (following := takable(request.user).first()) is not None:
        return redirect("releases:desk_order", pk=following.pk)
    return redirect("releases:desk")


def _claiming(request: StaffRequest, pk: int, act: Callable[[AuditOrder], object], done: str) -> HttpResponse:
    try:
        act(order_or_404(pk))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("releases:desk_order", pk=pk)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_claim(request: StaffRequest, pk: int) -> HttpResponse:
    """Claim it."""
    return _claiming(request, pk, lambda order: claim_this(order, by=request.user), _("It is yours now."))


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    return _claiming(request, pk, lambda order: release_claim(order, by=request.user), _("It is back in the queue."))


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_take_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it over from a colleague, with a reason."""
    order, form = order_or_404(pk), TakeOverForm(request.POST)
    form.is_valid()
    try:
        take_over(order, by=request.user, reason=form.cleaned_data.get("reason", ""))
    except Refused as refusal:
        order = whole_order_or_404(pk)
        if order.claimed_by_id in (None, request.user.pk) or refusal.field != "reason":
            messages.error(request, refusal.message)
            return redirect("releases:desk_order", pk=pk)
        add_refusal(form, refusal)
        return _submission(request, order, taking=form)
    messages.success(request, _("It is yours now."))
    return redirect("releases:desk_order", pk=pk)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
@never_cache
def desk_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the test account; the opening is written down."""
    order = order_or_404(pk)
    try:
        account = open_test_account(order, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("releases:desk_order", pk=pk)
    return _submission(request, whole_order_or_404(pk), account=account)


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_picture(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A screenshot about a submission."""
    found = desk_queries.picture_of(pk, number)
    if found is None:
        raise Http404
    return picture_response(found)
