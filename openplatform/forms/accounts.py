"""What an Open Platform account fills in: its entity, its developer qualification, which Mini Program to bind."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField, add_refusal
from accounts.forms.register import PlainEmailField
from entities.models import EntityType
from entities.papers import ACCEPT, keep_upload
from openplatform.actions.qualifications import QualificationInput
from openplatform.actions.registration import EntityInput
from platform_site.kernel.lifecycle import Refused


class EntityForm(forms.Form):
    """Who stands behind the account; once sent it can't be changed."""

    entity_type = forms.ChoiceField(label=_("Entity type"), choices=EntityType.choices)
    entity_name = RuledField(
        label=_("Entity name"),
        strip=False,
        max_length=200,
        help_text=_("Exactly as on the licence, the certificate or the ID card."),
    )
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=64,
        help_text=_("The credit code, the organization code or the ID number; nothing for a government body."),
    )
    names = {"name": "entity_name", "id_number": "number"}  # of refusals that speak of a person

    def given(self) -> EntityInput:
        """After `is_valid()`."""
        data = self.cleaned_data
        return EntityInput(EntityType(data["entity_type"]), data["entity_name"], data["number"])

    def add_refusal(self, refusal: Refused) -> None:
        """Put it beside its field."""
        field = self.names.get(refusal.field or "", refusal.field)
        add_refusal(self, Refused(refusal.message, code=refusal.code, field=field))


class QualificationForm(forms.Form):
    """Who answers for the account, and the scan of its licence."""

    name = RuledField(label=_("Contact's name"), strip=False, max_length=200)
    phone = RuledField(label=_("Contact's phone number"), max_length=32)
    licence = forms.FileField(
        label=_("Scan of the licence or ID card"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    agreed = forms.BooleanField(
        label=_("I know that the fee is not given back, whatever the result"),
        error_messages={"required": _("Agree, then go on to the payment.")},
    )

    def given(self) -> QualificationInput:
        """After `is_valid()`; Refused (field "licence") for what is no picture."""
        data = self.cleaned_data
        return QualificationInput(data["name"], data["phone"], keep_upload(data["licence"], field="licence"))


class BindForm(forms.Form):
    """The Mini Program that is to be bound: its log-in."""

    email = PlainEmailField(label=_("E-mail address of the Mini Program"))
    password = forms.CharField(
        label=_("Its password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
