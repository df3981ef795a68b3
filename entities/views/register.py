"""Registration, step 3: who stands behind the Mini Program, proved by an ID, a phone and the administrator's scan."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.account_types import REGISTRATION_STEPS
from accounts.actions.messages import check_sms_code, send_sms_code, use_up_sms_code
from accounts.adapter import home_of
from accounts.door import PERSON_KEY, person_of
from accounts.identity import identity_digest
from accounts.lifecycle import LIVE_TICKET, AccountStatus, TicketStatus
from accounts.limits import spend
from accounts.models import ScanTicket
from accounts.purposes import ScanPurpose
from accounts.scanning import Scan, scan_confirmed, show_ticket, waiting_for
from entities.actions.registration import complete_individual_registration
from entities.forms.registration import IdentityForm, InformationForm, PhoneForm
from entities.models import EntityType
from entities.scopes import SCOPES
from entities.wording import masked_name, masked_number
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

View = Callable[..., HttpResponse]


def registering(view: View) -> View:
    """The door of step 3: an activated account that has no Mini Program yet. Others go to where they belong."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
        if user.status == AccountStatus.AWAITING_ACTIVATION:
            return redirect("accounts:register_mail")
        if user.is_staff or user.status == AccountStatus.REGISTERED:
            return _leave(request, home_of(user))
        return view(request, *args, **kwargs)

    return sensitive_post_parameters("name", "id_number", "phone", "sms_code")(never_cache(behind))


def _leave(request: Any, path: str) -> HttpResponse:
    """Go to another page, from an htmx request too."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": path})
    return redirect(path)


@registering
def register_information(request: Any) -> HttpResponse:
    """Information registration: fill in, look at it once more in a dialog, confirm."""
    if request.method != "POST":
        form = InformationForm(initial={"entity_type": EntityType.INDIVIDUAL, "country": "CN"})
        return _page(request, form, ticket=None)
    form = InformationForm(request.POST)
    form.is_valid()
    ticket = _ticket_of(request)
    _check_sms(request, form)
    problem = _scan_problem(form, ticket)
    if (form.errors or problem) and _is_registered_meanwhile(request):
        return _leave(request, reverse("entities:register_complete"))
    if form.errors or problem:
        return _page(request, form, ticket=ticket, problem=problem)
    if "confirm" not in request.POST:
        return _page(request, form, ticket=ticket, to_confirm=True)
    try:
        _complete(request, form)
    except Refused as refusal:
        if _is_registered_meanwhile(request):
            return _leave(request, reverse("entities:register_complete"))
        if refusal.field in form.fields:
            form.add_error(refusal.field, refusal.message)
            return _page(request, form, ticket=ticket)
        return _page(request, form, ticket=ticket, problem=refusal.message)
    return _leave(request, reverse("entities:register_complete"))


def _is_registered_meanwhile(request: Any) -> bool:
    """Whether the other tab, or the first of two presses, was faster."""
    request.user.refresh_from_db()
    return bool(request.user.status == AccountStatus.REGISTERED)


def _check_sms(request: HttpRequest, form: InformationForm) -> None:
    """Whether the code is the one this phone got, without using it up; wrong ones are counted."""
    given = form.cleaned_data
    if "phone" not in given or "sms_code" not in given:
        return
    try:
        check_sms_code(phone=given["phone"], purpose=_sms_purpose(request), code=given["sms_code"], use_up=False)
    except Refused as refusal:
        form.add_error("sms_code", refusal.message)


def _ticket_of(request: HttpRequest) -> ScanTicket | None:
    """The scan that the page shows, if it is this browser's."""
    number = request.POST.get("ticket", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    found = waiting_for(request, int(number))
    return found[0] if found and found[0].purpose == ScanPurpose.IDENTITY_CONFIRM else None


def _scan_problem(form: InformationForm, ticket: ScanTicket | None) -> str:
    """What is wrong with the administrator's scan, in words; "" also while the ID fields are to be mended first."""
    if "name" not in form.cleaned_data or "id_number" not in form.cleaned_data:
        return ""
    if ticket is None:
        return _("The administrator has not scanned yet.")
    if ticket.identity_digest != _digest(form.cleaned_data):
        return _("The ID information was changed after the QR code had been shown. Scan the new one.")
    if ticket.status == TicketStatus.EXPIRED:
        return _("The scan has expired. Scan the new QR code.")
    if ticket.status == TicketStatus.REFUSED:
        return _("The scan was refused on the phone. Scan the new QR code.")
    if ticket.status != TicketStatus.CONFIRMED:
        return _("The administrator has not confirmed on the phone yet.")
    return ""


def _digest(given: dict[str, Any]) -> str:
    return identity_digest(given["name"], given["id_number"])


def _complete(request: Any, form: InformationForm) -> None:
    given = form.cleaned_data
    with scan_confirmed(request, ScanPurpose.IDENTITY_CONFIRM) as scan:
        use_up_sms_code(phone=given["phone"], purpose=_sms_purpose(request), code=given["sms_code"])
        complete_individual_registration(
            request.user,
            person=scan.person,
            name=given["name"],
            id_number=given["id_number"],
            phone=given["phone"],
            by=scan.person,
        )
    _step_up(request, scan)


def _step_up(request: Any, scan: Scan) -> None:
    """The account is logged in already; with the scan it is in the console, under a new session id."""
    request.session.cycle_key()
    request.session[PERSON_KEY] = scan.person.pk


def _page(
    request: Any, form: InformationForm, *, ticket: ScanTicket | None, problem: str = "", to_confirm: bool = False
) -> HttpResponse:
    if form.is_bound and "name" in form.cleaned_data and "id_number" in form.cleaned_data:
        ticket = _shown(request, form.cleaned_data, ticket)
    context = {
        "form": form,
        "steps": REGISTRATION_STEPS,
        "scopes": SCOPES,
        "limits": RULES.account,
        "chosen": form["entity_type"].value() or "",
        "ticket": ticket,
        "problem": problem,
        "to_confirm": to_confirm,
    }
    return render(request, "entities/register_information.html", context)


@registering
@require_POST
def register_identity(request: Any) -> HttpResponse:
    """The administrator's QR area: a QR once name and ID number are right, the old one as long as they stay."""
    form = IdentityForm(request.POST)
    ticket = _shown(request, form.cleaned_data, _ticket_of(request)) if form.is_valid() else None
    errors = [error for field in form if field.value() for error in field.errors]
    return render(request, "entities/_register_identity.html", {"ticket": ticket, "errors": errors})


def _shown(request: HttpRequest, given: dict[str, Any], ticket: ScanTicket | None) -> ScanTicket:
    """The ticket for this name and ID: the one that is there if it still serves, else a new one."""
    digest = _digest(given)
    if ticket is not None and ticket.identity_digest == digest and ticket.status in LIVE_TICKET:
        return ticket
    return show_ticket(
        request,
        ScanPurpose.IDENTITY_CONFIRM,
        then=reverse("entities:register_information"),
        facts={
            "person": f"{masked_name(given['name'])}, {masked_number(given['id_number'])}",
            "account": request.user.email,  # type: ignore[union-attr]
            "consequence": _("You become the administrator of a new Mini Program. Its entity can't be changed."),
        },
        identity_digest=digest,
    )


@registering
@require_POST
def register_sms(request: Any) -> HttpResponse:
    """Send a verification code to the phone that is typed in the form."""
    form = PhoneForm(request.POST)
    wait, error = 0, ""
    if form.is_valid():
        try:
            _send_code(request, form.cleaned_data["phone"])
            wait = RULES.sms.resend_seconds
        except Refused as refusal:
            error = refusal.message
    else:
        error = str(form.errors["phone"][0])
    return render(request, "entities/_register_sms.html", {"wait": wait, "error": error})


def _sms_purpose(request: HttpRequest) -> str:
    """A code is for this account's registration: the wrong tries of another account can't spoil it."""
    return f"registration:{request.user.pk}"


def _send_code(request: HttpRequest, phone: str) -> None:
    with transaction.atomic():
        send_sms_code(
            phone=phone, purpose=_sms_purpose(request)
        )  # first: it says in how many seconds one may ask again
        spend(request, "sms", RULES.rates.sms, key=phone)


@require_safe
def register_entity_types(request: HttpRequest) -> HttpResponse:
    """How to choose an entity type: the six types with their scopes."""
    return render(request, "entities/entity_types.html", {"scopes": SCOPES})


@require_safe
@never_cache
def register_complete(request: Any) -> HttpResponse:
    """Registration is complete: the AppID, and the way into the console."""
    if not request.user.is_authenticated or person_of(request) is None:
        return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
    if request.user.status != AccountStatus.REGISTERED:
        return redirect("entities:register_information")
    return render(request, "entities/register_complete.html", {"mini_program": request.user.mini_program})
