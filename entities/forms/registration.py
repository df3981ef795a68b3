"""Step 3 of the registration: the entity type and the administrator's information."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import check_id_number, normal_phone
from entities.actions.registration import check_id_has_room, check_phone_has_room
from entities.models import EntityType
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


class InformationForm(PhoneForm, IdentityForm):
    """The whole of step 3."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country or region"), choices=[("CN", gettext_lazy("Mainland China"))]
    )
    entity_type = forms.ChoiceField(
        label=gettext_lazy("Entity type"),
        choices=EntityType.choices,
        error_messages={"required": gettext_lazy("Choose an entity type.")},
    )
    sms_code = forms.CharField(
        label=gettext_lazy("SMS verification code"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the code that the phone has received.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}),
    )
    field_order = ["country", "entity_type", "name", "id_number", "phone", "sms_code"]

    def clean_entity_type(self) -> str:
        chosen = str(self.cleaned_data["entity_type"])
        if chosen != EntityType.INDIVIDUAL:
            raise ValidationError(
                _("This release registers individuals. Organizations come with entity verification in the next one."),
                code="entity_type_not_yet",
            )
        return chosen

    def clean_sms_code(self) -> str:
        code = str(self.cleaned_data["sms_code"])
        if not re.fullmatch(rf"[0-9]{{{RULES.sms.digits}}}", code):
            raise ValidationError(_("The code has %(n)d digits.") % {"n": RULES.sms.digits}, code="sms_code_wrong")
        return code
