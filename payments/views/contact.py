"""The contact's phone: a code is sent to the number that is typed, and comes back with the step (console.md §13)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.actions.phones import CODE, PHONE_CONFIRMED, prove_phone
from accounts.confirming import refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from accounts.phone_codes import answer_send, code_area, send_code
from payments.actions.contact import confirm_phone
from payments.forms.apply import PHONE, StepForm
from payments.lifecycle import TO_FILL_IN
from payments.models import PayApplication
from payments.questions import CONTACT
from payments.views.console import application_of
from platform_site.kernel.lifecycle import Refused

FIELDS = f"#id_{PHONE}"  # what the button sends


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Permission.PAY_APPLY)
def apply_sms(request: MemberRequest) -> HttpResponse:
    """Send a verification code to the contact's phone."""
    application = application_of(request)
    if application is None or application.status not in TO_FILL_IN:
        return code_area(request, fields=FIELDS, error=_("There is no open application."))
    phone = request.POST.get(PHONE, "")
    return answer_send(request, phone=phone, purpose=application.sms_purpose, fields=FIELDS)


def send_without_script(request: MemberRequest, application: PayApplication, form: StepForm) -> HttpResponse:
    """The same for a browser without scripts: what was typed is kept already, and the step is shown again."""
    with refusals_as_messages(request):
        send_code(request, phone=form.typed()[PHONE], purpose=application.sms_purpose)
        messages.success(request, _("A code has been sent to this phone."))
    return redirect("payments:apply_step", appid=request.member.mini_program.appid, step=CONTACT.name)


def take_code(request: MemberRequest, application: PayApplication, form: StepForm) -> None:
    """Use the code that came with the contact step; what is wrong with it is said beside it."""
    if CODE not in form.fields:
        return
    try:
        prove_phone(
            form.typed()[PHONE],
            form.code(),
            purpose=application.sms_purpose,
            confirmed=lambda: _confirmed(application),
            confirm=lambda phone: confirm_phone(application, phone=phone, code=form.code(), by=request.member),
        )
    except Refused as refusal:
        if refusal.field != CODE:
            raise
        form.refused[CODE] = refusal
    application.refresh_from_db(fields=["answers"])


def _confirmed(application: PayApplication) -> str:
    """The proven number as it is kept now."""
    application.refresh_from_db(fields=["answers"])
    return str(application.given.get(PHONE_CONFIRMED, ""))
