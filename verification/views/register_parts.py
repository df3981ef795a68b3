"""The parts of step 3 that the page asks for while it is filled in, and the pages around it."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import home_of
from accounts.door import person_of
from accounts.lifecycle import AccountStatus
from accounts.limits import spend
from accounts.phone_codes import answer_send, code_area
from entities.forms.registration import EntityForm, IdentityForm, PhoneForm
from entities.models import VerificationMethod
from entities.scopes import SCOPES
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
    form, fields = PhoneForm(request.POST), "#register-form"
    if not form.is_valid():
        return code_area(request, fields=fields, error=str(form.errors["phone"][0]))
    return answer_send(request, phone=form.cleaned_data["phone"], purpose=sms_purpose(request), fields=fields)


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
