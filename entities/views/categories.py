"""Settings → service categories: what became of each, one change a month, papers handed in again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from entities import queries
from entities.actions.categories import NOTHING, change_categories, check_may_change, resubmit_category
from entities.actions.drafts import CATEGORIES_DRAFT, CATEGORY_PAPERS_DRAFT, drop_draft
from entities.forms.categories import CategoriesChangeForm, CategoryPanelForm, CategoryResubmitForm
from entities.lifecycle import CategoryStatus
from entities.models import ServiceCategory
from entities.views.drafts import keep_typed
from platform_site.kernel.lifecycle import Refused


@requires(Permission.PROFILE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: MemberRequest) -> HttpResponse:
    """The chosen categories with their states; adding and removing."""
    mini_program = request.member.mini_program
    left = _left(request, CATEGORIES_DRAFT, several=("categories", "remove"))
    form = CategoriesChangeForm(*_sent(request), initial=left, request=request, mini_program=mini_program)
    if request.method == "POST":
        if form.is_valid() and _changed(request, form):
            drop_draft(request.user, CATEGORIES_DRAFT)  # type: ignore[arg-type]
            messages.success(request, _("The service categories are changed."))
            return redirect("entities:categories", appid=mini_program.appid)
        keep_typed(request, CATEGORIES_DRAFT)
    context = {
        "form": form,
        "obstacle": _obstacle(mini_program),
        "left": queries.category_changes_left(mini_program),
        "has_profile": queries.profile_of(mini_program) is not None,
    }
    return render(request, "entities/categories.html", context)


def _sent(request: MemberRequest) -> tuple[Any, ...]:
    """What a form is bound to: what was posted, even if that is nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _left(request: MemberRequest, kind: str, *, several: tuple[str, ...] = ()) -> dict[str, Any]:
    """The form as it was left; `several` are fields of which one value is a list too."""
    draft = queries.draft_of(request.user, kind)  # type: ignore[arg-type]
    single = {name: [draft[name]] for name in several if isinstance(draft.get(name), str)}
    return draft | single


def _obstacle(mini_program: Any) -> str:
    """Why no change is possible now; "" if one is."""
    try:
        check_may_change(mini_program)
    except Refused as refusal:
        return refusal.message
    return ""


def _changed(request: MemberRequest, form: CategoriesChangeForm) -> bool:
    try:
        change_categories(
            request.member.mini_program,
            by=request.member,
            add=form.cleaned_data["categories"],
            remove=form.cleaned_data["remove"],
            papers=form.handed(),
        )
    except Refused as refusal:
        form.add_refusal(refusal)
        return False
    return True


@requires(Permission.PROFILE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def category(request: MemberRequest, pk: int) -> HttpResponse:
    """One category: its state, the papers of each round, and, once it was rejected, the form to hand in others."""
    chosen = queries.category_of(request.member.mini_program, pk)
    if chosen is None:
        raise Http404
    left = _left(request, CATEGORY_PAPERS_DRAFT)
    form = CategoryResubmitForm(*_sent(request), initial=left, request=request, category=chosen)
    if request.method == "POST":
        if form.is_valid() and _resubmitted(request, chosen, form):
            drop_draft(request.user, CATEGORY_PAPERS_DRAFT)  # type: ignore[arg-type]
            messages.success(request, _("The papers are handed in. The desk looks at them."))
            return redirect("entities:category", appid=request.member.mini_program.appid, pk=pk)
        keep_typed(request, CATEGORY_PAPERS_DRAFT)
    context = {
        "category": chosen,
        "rounds": queries.category_rounds(chosen),
        "events": queries.category_history(chosen, named=False),
        "form": form,
        "may_be_resubmitted": chosen.status == CategoryStatus.REJECTED and chosen.leaf is not None,
    }
    return render(request, "entities/category.html", context)


def _resubmitted(request: MemberRequest, chosen: ServiceCategory, form: CategoryResubmitForm) -> bool:
    try:
        resubmit_category(chosen, by=request.member, handed=form.handed().get(chosen.code, NOTHING))
    except Refused as refusal:
        form.add_refusal(refusal)
        return False
    return True


@require_safe
@requires(Permission.PROFILE_EDIT)
def category_papers(request: MemberRequest) -> HttpResponse:
    """The empty slots for the papers of the category that was just ticked (`?categories=`)."""
    codes = request.GET.getlist("categories")[:1]
    form = CategoryPanelForm(request=request, mini_program=request.member.mini_program, codes=codes)
    return render(request, "entities/_category_panels.html", {"form": form})
