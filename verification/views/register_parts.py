"""The parts of step 3 that the page asks for while it is filled in, and the pages around it."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.messages import send_sms_code
from accounts.adapter import home_of
from accounts.door import person_of
from accounts.lifecycle import AccountStatus
from accounts.limits import spend
from entities.forms.registration import EntityForm, IdentityForm, PhoneForm
from entities.models import VerificationMethod
from entities.scopes import SCOPES
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.views.register_scan import registering, shown, sms_purpose, ticket_of


@registering
@require_POST
def register_entity(request: Any) -> HttpResponse:
    """The live check of the entity as it is typed: another type's name, a ban, no room for another account."""
    spend(request, "entity_check", RULES.rates.entity_check, key=str(request.user.pk))
    form = EntityForm(request.POST, request=request)
    form.is_valid()
    found = [
        error
        for name in ("country", "entity_name", "number")
        if request.POST.get(name, "").strip()
        for error in form.errors.as_data().get(name, [])
    ]
    facts = {"refusals": found, "is_right": not {"country", "entity_name", "number"} & set(form.errors), "form": form}
    return render(request, "entities/_register_entity_check.html", facts)


@registering
@require_POST
def register_identity(request: Any) -> HttpResponse:
    """The administrator's QR area: a QR once name and ID number are right, the old one as long as they stay."""
    form = IdentityForm(request.POST)
    ticket = shown(request, form.cleaned_data, ticket_of(request)) if form.is_valid() else None
    errors = [error for field in form if field.value() for error in field.errors]
    return render(request, "entities/_register_identity.html", {"ticket": ticket, "errors": errors})


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


def _send_code(request: HttpRequest, phone: str) -> None:
    with transaction.atomic():
        send_sms_code(phone=phone, purpose=sms_purpose(request))  # first: it says in how many seconds one may ask again
        spend(request, "sms", RULES.rates.sms, key=phone)


@require_safe
def register_entity_types(request: HttpRequest) -> HttpResponse:
    """How to choose an entity type: the six types with their scopes."""
    return render(request, "entities/entity_types.html", {"scopes": SCOPES})


@require_safe
@never_cache
def register_complete(request: Any) -> HttpResponse:
    """Registration is complete: the AppID, what is next on the way to its proof, and the way into the console."""
    user = request.user
    if not user.is_authenticated or (user.status == AccountStatus.REGISTERED and person_of(request) is None):
        return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
    if user.is_staff or user.status != AccountStatus.REGISTERED:
        return redirect(home_of(user))
    mini_program = user.mini_program
    facts = {"mini_program": mini_program, "entity": mini_program.entity, "methods": VerificationMethod}
    return render(request, "entities/register_complete.html", facts)
