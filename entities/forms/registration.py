"""Step 3 of the registration: the entity and the administrator's information."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import check_id_number, normal_phone
from accounts.phone_codes import code_widget
from entities.actions.registration import (
    Organisation,
    check_entity_has_room,
    check_id_has_room,
    check_phone_has_room,
)
from entities.forms.papers import PapersField, PapersForm
from entities.models import EntityType, VerificationMethod
from entities.organisations import (
    MAINLAND,
    WITH_CODE_AND_SCAN,
    check_country,
    check_entity_name,
    check_entity_number,
    check_entity_papers,
    check_method,
    entity_digest,
    methods_for,
)
from entities.wording import check_person_name
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def asked(check: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `check` returns; its refusal as the error of a form."""
    try:
        return check(*args, **kwargs)
    except Refused as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from refusal


class IdentityForm(forms.Form):
    """The two fields that say who the administrator is."""

    name = forms.CharField(
        label=gettext_lazy("ID name"),
        strip=False,
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the name on the ID card.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 40}),
    )
    id_number = forms.CharField(
        label=gettext_lazy("ID number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the ID number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 40, "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        return str(asked(check_person_name, self.cleaned_data["name"]))

    def clean_id_number(self) -> str:
        number = str(asked(check_id_number, self.cleaned_data["id_number"], today=timezone.localdate(now())))
        asked(check_id_has_room, number)
        return number


class PhoneForm(forms.Form):
    """The phone that gets the verification code."""

    phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40}),
    )

    def clean_phone(self) -> str:
        phone = str(asked(normal_phone, self.cleaned_data["phone"]))
        asked(check_phone_has_room, phone)
        return phone


class EntityForm(PapersForm):
    """The entity: where it is registered, its type, and what that type asks for. Nothing else is looked at."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country or region"),
        choices=[
            (MAINLAND, gettext_lazy("Mainland China")),
            ("HK", gettext_lazy("Hong Kong SAR")),
            ("MO", gettext_lazy("Macao SAR")),
            ("TW", gettext_lazy("Taiwan region")),
            ("ZZ", gettext_lazy("Overseas")),
        ],
    )
    entity_type = forms.ChoiceField(
        label=gettext_lazy("Entity type"),
        choices=EntityType.choices,
        error_messages={"required": gettext_lazy("Choose an entity type.")},
    )
    company_type = forms.ChoiceField(
        label=gettext_lazy("Corporate type"),
        required=False,
        choices=[
            (EntityType.CORPORATE, gettext_lazy("Corporate")),
            (EntityType.INDIVIDUAL_BUSINESS, gettext_lazy("Individually-Owned Business")),
        ],
    )
    entity_name = forms.CharField(label=gettext_lazy("Entity name"), required=False, strip=False, max_length=200)
    number = forms.CharField(label=gettext_lazy("Number"), required=False, max_length=200)
    papers = PapersField(label=gettext_lazy("Organization code certificate"), required=False, most=3)
    method = forms.ChoiceField(
        label=gettext_lazy("Verification method"),
        required=False,
        choices=[(way, way.label) for way in VerificationMethod if way != VerificationMethod.NONE],
    )

    @property
    def kind(self) -> str:
        """The entity type, of the two rows of Corporate too; "" if none was chosen."""
        chosen = str(self.cleaned_data.get("entity_type", ""))
        second = str(self.cleaned_data.get("company_type", ""))
        return second if chosen == EntityType.CORPORATE and second else chosen

    def clean(self) -> None:
        """What the chosen type asks for; of the fields of other types nothing is told."""
        super().clean()
        if not self.kind or "country" in self.errors:
            return
        country = self.cleaned_data["country"]
        self.cleaned_data["entity_type"] = self.kind
        self._ask("country", check_country, country, entity_type=self.kind)
        if self.kind == EntityType.INDIVIDUAL:
            self._not_asked("entity_name", "number", "papers", "method", "company_type")
            return
        self._clean_method(country)
        self._ask("entity_name", check_entity_name, self._given("entity_name"), entity_type=self.kind)
        self._ask("number", check_entity_number, self._given("number"), entity_type=self.kind, country=country)
        self._clean_papers()
        self._check_room(country)

    def _clean_method(self, country: str) -> None:
        """The chosen method; where only one is possible it is that one, whatever was sent along with it."""
        possible = methods_for(self.kind, country=country)
        if not self._given("method") and "method" not in self.errors:
            if len(possible) > 1:
                self.add_error("method", _("Choose how the entity is verified."))
                return
            self.cleaned_data["method"] = possible[0] if possible else ""
        if "method" not in self.errors:
            self._ask("method", check_method, self.cleaned_data["method"], entity_type=self.kind, country=country)

    def _clean_papers(self) -> None:
        if self.kind not in WITH_CODE_AND_SCAN:
            self._not_asked("papers")
        elif "papers" not in self.errors:
            self._ask("papers", check_entity_papers, self.cleaned_data["papers"], entity_type=self.kind)

    def _check_room(self, country: str) -> None:
        if {"entity_name", "number"} & set(self.errors):
            return
        given = Organisation(
            EntityType(self.kind),
            VerificationMethod.WECHAT_VERIFICATION,
            self.cleaned_data["entity_name"],
            number=self.cleaned_data["number"],
            country=country,
        )
        self._ask("entity_name", check_entity_has_room, self.kind, entity_digest(given), keep=False)

    def _given(self, name: str) -> Any:
        return self.cleaned_data.get(name) or ""

    def _ask(self, name: str, check: Callable[..., Any], *args: Any, keep: bool = True, **kwargs: Any) -> None:
        """Write down what `check` makes of a field, or its refusal; an error that is there already stays alone."""
        if name in self.errors:
            return
        try:
            clean = check(*args, **kwargs)
        except Refused as refusal:
            self.add_error(name, ValidationError(refusal.message, code=refusal.code))
            return
        if keep and clean is not None:
            self.cleaned_data[name] = clean

    def _not_asked(self, *names: str) -> None:
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = [] if name == "papers" else ""


class InformationForm(EntityForm, PhoneForm, IdentityForm):
    """The whole of step 3, but for the corporate account (verification/forms/registration.py)."""

    sms_code = forms.CharField(
        label=gettext_lazy("SMS verification code"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the code that the phone has received.")},
        widget=code_widget(),
    )

    field_order = ["country", "entity_type", "company_type", "entity_name", "number", "papers", "method", "name"]

    def clean_sms_code(self) -> str:
        code = str(self.cleaned_data["sms_code"])
        if not re.fullmatch(rf"[0-9]{{{RULES.sms.digits}}}", code):
            raise ValidationError(_("The code has %(n)d digits.") % {"n": RULES.sms.digits}, code="sms_code_wrong")
        return code

    @property
    def organisation(self) -> Organisation:
        """The entity as it is handed to the action."""
        given = self.cleaned_data
        return Organisation(
            EntityType(given["entity_type"]),
            VerificationMethod(given["method"]),
            given["entity_name"],
            number=given["number"],
            country=given["country"],
            papers=given["papers"],
        )
