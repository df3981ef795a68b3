"""The application's drafts, kept with every change, and the letter that is printed, sealed and scanned."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.door import requires
from accounts.limits import spend
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification import queries
from verification.actions import applications
from verification.forms.apply import StepForm, form_of
from verification.models import Verification
from verification.subtypes import NAME_PROOF


def open_application(request: Any) -> Verification:
    """The application that this Mini Program is filling in."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is None:
        raise Refused(_("There is no open application."), code="no_application")
    return verification


def keep(step: str, form: StepForm, verification: Verification, by: Any) -> None:
    """Keep a step as it was typed."""
    answers = form.answers()
    if step == "papers":
        applications.save_papers(
            verification, subtype=verification.subtype, answers=answers, papers=form.pages(), by=by
        )
    elif step == "name":
        proof = form.pages()[NAME_PROOF]
        applications.save_name(verification, choice=answers["choice"], name=answers["name"], proof=proof, by=by)
    else:
        applications.save_invoice(verification, kind=answers["kind"], answers=answers, by=by)


@sensitive_post_parameters()
@require_POST
@requires(Permission.VERIFICATION_APPLY)
def apply_draft(request: Any, step: str) -> HttpResponse:
    """Keep what is typed so far; by htmx, some seconds after each change."""
    verification = open_application(request)
    spend(request, "draft_save", RULES.rates.draft_save, key=str(request.user.pk))
    form = form_of(step, request, verification)
    form.is_valid()
    keep(step, form, verification, request.member)
    return render(request, "verification/_apply_saved.html", {"at": now()})


@require_safe
@requires(Permission.VERIFICATION_APPLY)
def apply_letter(request: Any) -> HttpResponse:
    """The application letter to print, seal and scan; `?as=text` gives it as a text file."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is None:
        return redirect("verification:details", appid=request.member.mini_program.appid)
    facts = {
        "verification": verification,
        "mini_program": verification.mini_program,
        "entity": verification.mini_program.entity,
        "subtype": queries.subtype_of(verification),
        "answers": queries.answers_of(verification),
        "today": timezone.localdate(now()),
    }
    if request.GET.get("as") == "text":
        letter = render(request, "verification/letter.txt", facts, content_type="text/plain; charset=utf-8")
        letter["Content-Disposition"] = (
            f'attachment; filename="application-letter-{verification.mini_program.appid}.txt"'
        )
        return letter
    return render(request, "verification/letter.html", facts)
