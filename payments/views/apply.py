"""The application for a new merchant number, step by step; whatever is typed is kept (console.md §13)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.phones import CODE
from accounts.confirming import refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.permissions import Permission
from entities.papers import Kept
from entities.views.papers import picture_response
from payments import queries
from payments.actions import applications
from payments.forms.apply import StepForm
from payments.lifecycle import TO_FILL_IN
from payments.models import PayApplication
from payments.questions import STEPS, STEPS_BY_NAME, Step, step_with
from payments.views.console import application_of, to_pay
from payments.views.contact import send_without_script, take_code
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@require_POST
@requires(Permission.PAY_APPLY)
def apply_start(request: MemberRequest) -> HttpResponse:
    """Begin an application for a new merchant number."""
    with refusals_as_messages(request):
        applications.start(request.member.mini_program, by=request.member)
        return redirect("payments:apply_step", appid=request.member.mini_program.appid, step=STEPS[0].name)
    return to_pay(request)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY_APPLY)
def apply_step(request: MemberRequest, step: str) -> HttpResponse:
    """One step. What is sent is kept, right or wrong; the next step follows when nothing is wrong with it."""
    found, application = STEPS_BY_NAME[step], application_of(request)
    if application is None or application.status not in TO_FILL_IN:
        return to_pay(request)
    if request.method == "POST":
        return _sent(request, application, found)
    return _step(request, application, found, StepForm(found, application))


def _sent(request: MemberRequest, application: PayApplication, found: Step) -> HttpResponse:
    """Keep what came, then say what is wrong with it, or go on."""
    form = StepForm(found, application, request.POST, request.FILES)
    form.is_valid()
    try:
        if request.FILES:
            spend(request, "paper_upload", RULES.rates.paper_upload, key=str(request.member.mini_program.user_id))
        scans = form.scans()
        application = applications.save(application, form.typed(), scans, by=request.member)
        take_code(request, application, form)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _step(request, application, found, form, status=422)
    if "send_code" in request.POST and CODE in form.fields:
        return send_without_script(request, application, form)
    form.application = application
    form.say_what_is_wrong()
    if form.errors and "later" not in request.POST:
        return _step(request, application, found, form, status=422)
    if "later" in request.POST:
        messages.success(request, _("The draft is kept."))
        return to_pay(request)
    appid = application.mini_program.appid
    if following := _after(found):
        return redirect("payments:apply_step", appid=appid, step=following)
    return redirect("payments:apply_check", appid=appid)


def _after(step: Step) -> str:
    """The name of the step after this one; "" after the last."""
    names = [one.name for one in STEPS]
    return names[names.index(step.name) + 1] if step is not STEPS[-1] else ""


def _step(
    request: MemberRequest, application: PayApplication, step: Step, form: StepForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "step": step,
        "steps": STEPS,
        "application": application,
        "appid": application.mini_program.appid,
        "entity": application.mini_program.entity,
        "done": queries.steps_done(application),
    }
    return render(request, "payments/apply_step.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY_APPLY)
def apply_check(request: MemberRequest) -> HttpResponse:
    """All that was typed, and what is still missing; then it is handed in."""
    application = application_of(request)
    if application is None or application.status not in TO_FILL_IN:
        return to_pay(request)
    if request.method == "POST":
        try:
            applications.submit(application, by=request.member)
        except Refused as refusal:
            return _to_mend(request, refusal)
        messages.success(request, _("The application is under review."))
        return to_pay(request)
    done = queries.steps_done(application)
    context = {
        "application": application,
        "appid": application.mini_program.appid,
        "steps": STEPS,
        "entity": application.mini_program.entity,
        "answers": queries.shown_answers(application),
        "missing": [step for step in STEPS if not done[step.name]],
        "done": done,
    }
    return render(request, "payments/apply_check.html", context)


def _to_mend(request: MemberRequest, refusal: Refused) -> HttpResponse:
    """Why it was not taken, on the page where that is mended."""
    messages.error(request, refusal.message)
    appid, step = request.member.mini_program.appid, step_with(refusal.field or "")
    if step is None:
        return redirect("payments:apply_check", appid=appid)
    return redirect("payments:apply_step", appid=appid, step=step.name)


@require_safe
@requires(Permission.PAY_APPLY)
def apply_scan(request: MemberRequest, slot: str) -> HttpResponse:
    """A scan of the application that is going on."""
    application = application_of(request)
    if application is None or slot not in application.scans:
        raise Http404
    return picture_response(Kept(application.pk, application.scans[slot]))


@require_POST
@requires(Permission.PAY_APPLY)
def apply_withdraw(request: MemberRequest) -> HttpResponse:
    """Give the application up."""
    if (application := application_of(request)) is not None:
        with refusals_as_messages(request):
            applications.withdraw(application, by=request.member)
            messages.success(request, _("The application is closed."))
    return to_pay(request)
