"""The contact of an application: their phone gets a code, and they scan with their own WeChat."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.actions.phones import CODE, PHONE_CONFIRMED, prove_phone
from accounts.door import requires
from accounts.identity import check_id_number, identity_digest
from accounts.lifecycle import LIVE_TICKET, TicketStatus
from accounts.models import ScanTicket
from accounts.permissions import Permission
from accounts.phone_codes import answer_send
from accounts.purposes import ScanPurpose
from accounts.scanning import scan_confirmed, show_ticket, waiting_for
from entities.wording import check_person_name, masked_name, masked_number
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from verification import queries
from verification.actions import applications
from verification.forms.apply import StepForm, form_of
from verification.models import Verification
from verification.views.apply_draft import open_application


def take_confirmations(request: Any, verification: Verification, form: StepForm) -> None:
    """Use the SMS code and the scan that came with the form; each is kept though something else is wrong."""
    for take in (_take_code, _take_scan):
        try:
            take(request, verification, form)
        except Refused as refusal:
            form.say([Refused(refusal.message, code=refusal.code, field=_field_of(refusal))])


def _field_of(refusal: Refused) -> str:
    return CODE if refusal.field == CODE else "operator"


def _take_code(request: Any, verification: Verification, form: StepForm) -> None:
    code = form.cleaned_data.get(CODE, "")
    prove_phone(
        form.answers()["operator_phone"],
        code,
        purpose=applications.sms_purpose(verification),
        confirmed=lambda: _phone_confirmed(verification),
        confirm=lambda phone: applications.confirm_phone(verification, phone=phone, code=code, by=request.member),
    )


def _phone_confirmed(verification: Verification) -> str:
    """The number from which the right code has come, as it is kept now."""
    verification.refresh_from_db()
    return queries.answers_of(verification).get(PHONE_CONFIRMED, "")


def _take_scan(request: Any, verification: Verification, form: StepForm) -> None:
    ticket = _ticket_of(request, verification)
    if ticket is None or ticket.status != TicketStatus.CONFIRMED:
        return
    name, id_number = _person_typed(form)
    with scan_confirmed(request, ScanPurpose.OPERATOR_CONFIRM) as scan:
        applications.confirm_operator(
            verification, person=scan.person, name=name, id_number=id_number, by=request.member
        )


def _person_typed(form: StepForm) -> tuple[str, str]:
    """The contact's name and ID number in their tidy form; Refused if they can't be somebody's."""
    answers = form.answers()
    name = check_person_name(answers["operator_name"])
    return name, check_id_number(answers["operator_id_number"], today=timezone.localdate(now()))


def _ticket_of(request: HttpRequest, verification: Verification) -> ScanTicket | None:
    """The scan that the page shows, if it is this browser's and for this application."""
    number = request.POST.get("ticket", "")
    if not (number.isascii() and number.isdigit() and len(number) < len(str(2**63))):
        return None
    found = waiting_for(request, int(number))
    if found is None or found[0].purpose != ScanPurpose.OPERATOR_CONFIRM:
        return None
    return found[0] if found[0].payload.get("verification") == verification.pk else None


def panel(request: Any, verification: Verification, form: StepForm) -> dict[str, Any]:
    """What the contact's part of the page shows: confirmed already, a QR, or what has to be filled in first."""
    answers = form.answers() if form.is_bound else queries.answers_of(verification)
    facts: dict[str, Any] = {
        "phone_confirmed": queries.answers_of(verification).get(PHONE_CONFIRMED, ""),
        "operator": verification.operator if queries.operator_is_confirmed(verification) else None,
    }
    form.fields[CODE].required = not facts["phone_confirmed"]
    if facts["operator"] is None and form.is_bound:
        facts["ticket"] = _shown(request, verification, form)
    facts["is_named"] = bool(answers.get("operator_name") and answers.get("operator_id_number"))
    return facts


def _shown(request: Any, verification: Verification, form: StepForm) -> ScanTicket | None:
    """The ticket for the person that is typed: the one that is there if it still serves, else a new one."""
    try:
        name, id_number = _person_typed(form)
    except Refused:
        return None
    digest, ticket = identity_digest(name, id_number), _ticket_of(request, verification)
    if ticket is not None and ticket.identity_digest == digest and ticket.status in LIVE_TICKET:
        return ticket
    return show_ticket(
        request,
        ScanPurpose.OPERATOR_CONFIRM,
        then=request.path,
        facts={
            "person": f"{masked_name(name)}, {masked_number(id_number)}",
            "entity": verification.mini_program.entity.name,
            "consequence": _("The audit institution phones you about the WeChat Verification of this entity."),
        },
        payload={"verification": verification.pk},
        identity_digest=digest,
    )


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Permission.VERIFICATION_APPLY)
def apply_operator(request: Any) -> HttpResponse:
    """The contact's QR area: a QR once name and ID number are right, the old one as long as they stay."""
    verification = open_application(request)
    form = form_of("papers", request, verification)
    form.is_valid()
    return render(request, "verification/_apply_operator.html", panel(request, verification, form))


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Permission.VERIFICATION_APPLY)
def apply_sms(request: Any) -> HttpResponse:
    """Send a verification code to the contact's phone."""
    verification = open_application(request)
    phone, purpose = request.POST.get("operator_phone", ""), applications.sms_purpose(verification)
    return answer_send(request, phone=phone, purpose=purpose, fields="#id_operator_phone")
