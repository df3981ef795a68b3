"""The submit-for-review form: readiness, quick pre-check, function pages, notes, test account; kept as a draft."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.door import MemberRequest, requires
from accounts.forms.refusals import lead_to_first_error
from accounts.permissions import Permission
from developers.models import Build
from entities.actions.drafts import SUBMISSION_DRAFT, drop_draft, save_draft, worth_keeping
from entities.queries import categories_of, draft_of
from platform_site.kernel.lifecycle import Refused
from releases import precheck, queries
from releases.actions import orders
from releases.actions.readiness import gone_words, requirements_of_build
from releases.forms.submission import SubmissionForm
from releases.forms.submission_start import Start, asked_of, start_of
from releases.views.submissions import build_or_404, to_versions

BUTTONS = frozenset({"submit", "save", "change"})


@sensitive_post_parameters()
@requires(Permission.ORDER_SUBMIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_submit(request: MemberRequest, pk: int) -> HttpResponse:
    """The submit-for-review form of one development version; what is missing for it stands above."""
    if queries.is_gone(request.member.mini_program, pk):
        messages.error(request, gone_words())
        return to_versions(request)
    build = build_or_404(request, pk)
    if request.method != "POST":
        start = _start(request, build)
        return _page(request, build, _form(request, build, groups=start.groups, initial=start.initial), start)
    form = _form(request, build, request.POST)
    if change := request.POST.get("change"):
        return _page(request, build, form.changed(change))
    if "save" in request.POST:
        _keep(request)
        messages.success(request, _("The draft is saved."))
        return redirect("releases:order_submit", appid=build.mini_program.appid, pk=build.pk)
    if form.is_valid() and _submitted(request, build, form):
        drop_draft(request.user, SUBMISSION_DRAFT)  # type: ignore[arg-type]
        messages.success(request, _("Submitted for review."))
        return to_versions(request)
    with suppress(Refused):  # too much of it to be kept: the fields say so themselves
        _keep(request)
    any(lead_to_first_error(part) for part in (*form.pages.forms, form))
    return _page(request, build, form)


def _choices(request: MemberRequest, build: Build) -> dict[str, Any]:
    return {"package_pages": build.package.facts["pages"], "categories": categories_of(request.member.mini_program)}


def _form(request: MemberRequest, build: Build, data: Any = None, **begins: Any) -> SubmissionForm:
    asked = asked_of(request.member.mini_program)
    return SubmissionForm(data, asked=asked, **_choices(request, build), **begins)


def _start(request: MemberRequest, build: Build) -> Start:
    choices = _choices(request, build)
    return start_of(
        request.member.mini_program,
        draft_of(request.user, SUBMISSION_DRAFT),  # type: ignore[arg-type]
        package_pages=choices["package_pages"],
        categories={category.code for category in choices["categories"]},
    )


def _keep(request: MemberRequest) -> None:
    """Keep what was typed, but for the password."""
    typed = [(name, values) for name, values in request.POST.lists() if name not in BUTTONS]
    save_draft(request.user, SUBMISSION_DRAFT, worth_keeping(typed))  # type: ignore[arg-type]


def _page(request: MemberRequest, build: Build, form: SubmissionForm, start: Start | None = None) -> HttpResponse:
    mini_program = request.member.mini_program
    requirements = requirements_of_build(build, mini_program)
    context = {
        "build": build,
        "form": form,
        "source": start.source if start else "",
        "decided": queries.order_in_review_slot(mini_program),
        "requirements": requirements,
        "is_ready": all(requirement.missing is None for requirement in requirements),
        "remarks": precheck.remarks_on(build),
        "report": precheck.report_of(build),
    }
    return render(request, "releases/order_submit.html", context)


def _submitted(request: MemberRequest, build: Build, form: SubmissionForm) -> bool:
    try:
        orders.submit_for_review(
            build,
            by=request.member,
            pages=form.page_inputs(),
            notes=form.cleaned_data["notes"],
            feedback=form.cleaned_data.get("feedback", ""),
            test_account=form.test_account(),
        )
    except Refused as refusal:
        form.add_refusal(refusal)
        return False
    return True
