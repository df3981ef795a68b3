"""The desk: the queue of service categories that ask for papers, one of them with its papers, the decision."""

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
from entities import queries
from entities.actions.categories import approve_category, reject_category
from entities.forms.categories import CategoryRejectForm
from entities.forms.desk import QueueFilter
from entities.models import ServiceCategory
from entities.queries import CATEGORY_PAPERS
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.web.paging import page_of

SHOWN = 50


def category_or_404(pk: int) -> ServiceCategory:
    if (category := queries.category_at_desk(pk)) is None:
        raise Http404
    return category


@staff_only(Permission.CATEGORY_DECIDE)
@require_safe
def desk_categories(request: StaffRequest) -> HttpResponse:
    """The queue: categories that wait, the first due first; or those that are decided."""
    wanted = QueueFilter(request.GET).cleaned()
    rows = queries.category_queue(request.user, decided=wanted["show"] == "decided", search=wanted["q"])
    page = page_of(of_whom(request, CATEGORY_PAPERS, rows), request.GET.get("page"), size=SHOWN)
    context = list_context(request, CATEGORY_PAPERS, page) | {"now": now(), **wanted}
    return render(request, "entities/desk_categories.html", context)


@staff_only(Permission.CATEGORY_DECIDE)
@require_safe
def desk_category(request: StaffRequest, pk: int) -> HttpResponse:
    """One category."""
    return _category(request, category_or_404(pk), CategoryRejectForm())


def _category(request: StaffRequest, category: ServiceCategory, form: CategoryRejectForm) -> HttpResponse:
    mini_program = category.mini_program
    context: dict[str, Any] = page_context(request, CATEGORY_PAPERS, category)
    context |= {
        "category": category,
        "mini_program": mini_program,
        "name": queries.display_name(mini_program),
        "others": [row for row in queries.category_rows_of(mini_program) if row.pk != category.pk],
        "rounds": queries.category_rounds(category),
        "events": queries.category_history(category, named=True),
        "form": form,
    }
    return render(request, "entities/desk_category.html", context)


@staff_only(Permission.CATEGORY_DECIDE)
@require_POST
def desk_category_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve, then on to the next."""
    category = category_or_404(pk)
    try:
        approve_category(category, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("entities:desk_category", pk=pk)
    messages.success(request, _("Approved: %(category)s.") % {"category": _label(category)})
    return _to_next(request)


@staff_only(Permission.CATEGORY_DECIDE)
@require_POST
def desk_category_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Reject with a reason, then on to the next."""
    category = category_or_404(pk)
    form = CategoryRejectForm(request.POST)
    if not form.is_valid():
        return _category(request, category, form)
    try:
        reject_category(category, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("entities:desk_category", pk=pk)
    messages.success(request, _("Rejected: %(category)s.") % {"category": _label(category)})
    return _to_next(request)


def _label(category: ServiceCategory) -> str:
    return f"{queries.display_name(category.mini_program)}, {category.label}"


def _to_next(request: StaffRequest) -> HttpResponse:
    if (after := following(CATEGORY_PAPERS, request.user)) is not None:
        return redirect("entities:desk_category", pk=after.pk)
    return redirect("entities:desk_categories")
