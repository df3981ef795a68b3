"""The application for WeChat Verification, step by step: agreement, papers, name, invoice, payment, audit (§12.2)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.door import requires
from accounts.permissions import Permission
from entities import queries as entities
from platform_site.kernel.lifecycle import Refused
from verification import queries, wizard
from verification.actions import applications
from verification.forms.apply import StepForm, form_of
from verification.institutions import INSTITUTIONS
from verification.lifecycle import VerificationStatus
from verification.models import Verification
from verification.subtypes import subtypes_of
from verification.views import apply_contact
from verification.views.apply_draft import keep


@require_safe
@requires(Permission.VERIFICATION_APPLY)
def apply(request: Any) -> HttpResponse:
    """Go on where the application stands."""
    verification = queries.open_verification_of(request.member.mini_program)
    return to_details(request) if verification is None else to_step(verification)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VERIFICATION_APPLY)
def apply_step(request: Any, step: str) -> HttpResponse:
    """One step; who is ahead of what is done, or comes too late to change it, is led to where the application is."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is None:
        return to_details(request)
    if step not in wizard.open_steps(verification):
        if request.method == "POST":
            messages.info(request, _("Nothing was changed: the application is not at this step any more."))
        return to_step(verification)
    return STEPS[step](request, verification)


def to_details(request: Any) -> HttpResponse:
    """Where one reads how the entity stands."""
    return redirect("verification:details", appid=request.member.mini_program.appid)


def to_step(verification: Verification, step: str = "") -> HttpResponse:
    """A step, or the one at which the application stands."""
    return redirect(path_of(verification, step or wizard.present_step(verification)))


def path_of(verification: Verification, step: str) -> str:
    """The address of a step."""
    return reverse("verification:apply_step", kwargs={"appid": verification.mini_program.appid, "step": step})


def _page(request: Any, verification: Verification, step: str, **context: Any) -> HttpResponse:
    shown = {
        "verification": verification,
        "entity": verification.mini_program.entity,
        "step": step,
        "bar": wizard.bar_of(verification, step),
        "before": wizard.step_before(verification, step),
        "is_last": not (step in wizard.to_fill_in(verification) and wizard.step_after(verification, step)),
        "is_free": wizard.is_free(verification),
        "is_refill": verification.status == VerificationStatus.REFILL,
        "subtype": queries.subtype_of(verification),
        "has_types": len(subtypes_of(verification.mini_program.entity.type)) > 1,
    }
    return render(request, f"verification/apply_{step}.html", shown | context)


def _agreement(request: Any, verification: Verification) -> HttpResponse:
    """Step 1: read and agree."""
    if request.method == "POST" and "agreed" in request.POST:
        applications.agree(verification, by=request.member)
        return to_step(verification, "papers")
    return _page(request, verification, "agreement", must_agree=request.method == "POST")


def _papers(request: Any, verification: Verification) -> HttpResponse:
    """Step 2: first the type, then everything that this type hands in."""
    wants_another = "type" in request.GET and request.method != "POST"
    if verification.status == VerificationStatus.DRAFT and (wants_another or not verification.subtype):
        return choose_type(request, verification)
    return _fill_in("papers", request, verification)


def choose_type(request: Any, verification: Verification, error: str = "") -> HttpResponse:
    """The choice of the entity's type, with what is lost by changing it."""
    types = subtypes_of(verification.mini_program.entity.type)
    kept = bool(queries.papers_of(verification))
    return _page(request, verification, "papers", choosing=True, types=types, would_lose=kept, error=error)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VERIFICATION_APPLY)
def apply_type(request: Any) -> HttpResponse:
    """Take the chosen type; whoever reloads the refusal is led back to the choice."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is None:
        return to_details(request)
    if request.method != "POST":
        return to_step(verification)
    try:
        applications.choose_subtype(verification, subtype=request.POST.get("subtype", ""), by=request.member)
    except Refused as refusal:
        if refusal.code != "subtype_unknown":
            raise
        return choose_type(request, verification, error=refusal.message)
    return to_step(verification, "papers" if "papers" in wizard.open_steps(verification) else "")


def _fill_in(step: str, request: Any, verification: Verification) -> HttpResponse:
    """Steps 2 to 4: keep what was sent in whatever is wrong with it, say what is wrong, or go on."""
    form = form_of(step, request, verification)
    if request.method == "POST" and _is_kept(step, form, request, verification):
        if "save" in request.POST:
            messages.success(request, _("The draft is saved."))
            return to_step(verification, step)
        form.say(applications.problems_of(verification)[step])
        if not form.errors:
            return _onward(step, request, verification)
    return _page(request, verification, step, form=form, **_about(step, request, verification, form))


def _is_kept(step: str, form: StepForm, request: Any, verification: Verification) -> bool:
    form.is_valid()
    try:
        keep(step, form, verification, request.member)
        if step == "papers":
            apply_contact.take_confirmations(request, verification, form)
    except Refused as refusal:
        form.say([refusal])
        return False
    return True


def _about(step: str, request: Any, verification: Verification, form: StepForm) -> dict[str, Any]:
    form.reasons = queries.reasons_of(verification) if verification.status == VerificationStatus.REFILL else {}
    if step == "name":
        named = entities.is_complete(verification.mini_program)
        return {"name": entities.display_name(verification.mini_program) if named else ""}
    return apply_contact.panel(request, verification, form) if step == "papers" else {}


def _onward(step: str, request: Any, verification: Verification) -> HttpResponse:
    """The next step; after the last one the application is handed in."""
    if verification.status == VerificationStatus.REFILL:
        return _hand_in_again(request, verification)
    if following := wizard.step_after(verification, step):
        return to_step(verification, following)
    try:
        applications.submit(verification, by=request.member)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return to_step(verification)


def _hand_in_again(request: Any, verification: Verification) -> HttpResponse:
    try:
        applications.resubmit(verification, by=request.member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        problems = applications.problems_of(verification)
        return to_step(verification, next((s for s in wizard.REFILLED if problems[s]), ""))
    messages.success(request, _("The application was handed in again."))
    return to_step(verification)


def _payment(request: Any, verification: Verification) -> HttpResponse:
    """Step 5: the fee is paid by a QR."""
    order = applications.open_fee_order(verification, by=request.member)
    return _page(request, verification, "payment", order=order, then=path_of(verification, wizard.AUDIT))


def _audit(request: Any, verification: Verification) -> HttpResponse:
    """Step 6: who audits, until when; what is to be mended when it was sent back."""
    if request.method == "POST" and verification.status == VerificationStatus.REFILL:
        return _hand_in_again(request, verification)
    facts = queries.facts_of(verification)
    labels = {fact.code: fact.label for fact in facts}
    reasons = queries.reasons_of(verification)
    return _page(
        request,
        verification,
        "audit",
        institution=INSTITUTIONS.get(verification.institution),
        order=queries.paid_fee_order_of(verification),
        facts=facts,
        reasons=[(labels.get(code, code), text) for code, text in reasons.items()],
        events=queries.history_of(verification),
    )


@require_POST
@requires(Permission.VERIFICATION_APPLY)
def apply_reopen(request: Any) -> HttpResponse:
    """Change the application before it is paid."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is None:
        return to_details(request)
    applications.reopen(verification, by=request.member)
    return to_step(verification)


@require_POST
@requires(Permission.VERIFICATION_APPLY)
def apply_withdraw(request: Any) -> HttpResponse:
    """Give the application up before it is paid."""
    verification = queries.open_verification_of(request.member.mini_program)
    if verification is not None:
        applications.withdraw(verification, by=request.member)
        messages.success(request, _("The application is withdrawn."))
    return to_details(request)


STEPS: dict[str, Callable[[Any, Verification], HttpResponse]] = {
    "agreement": _agreement,
    "papers": _papers,
    "name": partial(_fill_in, "name"),
    "invoice": partial(_fill_in, "invoice"),
    "payment": _payment,
    "audit": _audit,
}
