"""The desk: one submission with all that a reviewer needs, the verdict."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from entities.queries import categories_of, display_name
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from releases import queries
from releases.actions import verdicts
from releases.actions.next_claim import takable
from releases.forms.desk import RejectForm
from releases.models import AuditOrder


def order_or_404(pk: int) -> AuditOrder:
    if (order := queries.desk_order(pk)) is None:
        raise Http404
    return order


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_order(request: StaffRequest, pk: int) -> HttpResponse:
    """One submission."""
    return _submission(request, order_or_404(pk), RejectForm())


def _submission(request: StaffRequest, order: AuditOrder, form: RejectForm) -> HttpResponse:
    mini_program = order.mini_program
    context: dict[str, Any] = {
        "order": order,
        "mini_program": mini_program,
        "name": display_name(mini_program),
        "entity": getattr(mini_program, "entity", None),
        "categories": categories_of(mini_program),
        "pages": list(order.function_pages.all()),
        "earlier": queries.earlier_orders(order),
        "events": queries.history_of_order(order),
        "may_decide": request.user.may(Permission.ORDER_DECIDE, order),
        "is_overdue": order.is_open and order.due_at <= now(),
        "form": form,
    }
    return render(request, "releases/desk_order.html", context)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve, then on to the next."""
    order = order_or_404(pk)
    try:
        verdicts.approve(order, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("releases:desk_order", pk=pk)
    messages.success(request, _("Approved: %(order)s.") % {"order": _label(order)})
    return _to_next(request)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Reject with reasons, then on to the next."""
    order = order_or_404(pk)
    form = RejectForm(request.POST)
    try:
        verdicts.reject(order, by=request.user, reasons=form.reasons())
    except Refused as refusal:
        form.add_refusal(refusal)
        return _submission(request, order_or_404(pk), form)
    messages.success(request, _("Rejected: %(order)s.") % {"order": _label(order)})
    return _to_next(request)


def _label(order: AuditOrder) -> str:
    return f"{display_name(order.mini_program)} {order.build.version}"


def _to_next(request: StaffRequest) -> HttpResponse:
    if (following := takable(request.user).first()) is not None:
        return redirect("releases:desk_order", pk=following.pk)
    return redirect("releases:desk")
