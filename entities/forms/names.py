"""A name with its naming proof: in the information form, chosen anew, changed; and the desk's rejection of one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram
from entities.actions.name_decisions import check_reason
from entities.actions.names import NameProof, check_name, check_proof
from entities.forms.papers import PapersField, PapersForm
from entities.forms.registration import asked
from entities.name_register import protected_words_in
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


class NameFields(forms.Form):
    """The name, and the naming proof that is asked for when it holds a protected word. A part of a `PapersForm`."""

    mini_program: MiniProgram

    name = forms.CharField(
        label=_("Mini Program name"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Enter a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60}),
    )
    name_papers = PapersField(label=_("Naming proof"), most=RULES.profile.name_papers, required=False)
    name_explanation = forms.CharField(
        label=_("What the papers prove"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": RULES.profile.name_explanation}),
    )

    def clean_name(self) -> str:
        return str(asked(check_name, self.cleaned_data["name"], mini_program=self.mini_program))

    def clean(self) -> dict[str, Any]:
        """The proof, once it is known which words the name holds."""
        data = super().clean() or self.cleaned_data
        if self.protected_words and "name_papers" in self.cleaned_data and "name_explanation" in self.cleaned_data:
            try:
                check_proof(self.protected_words, self.proof(), mini_program=self.mini_program)
            except Refused as refusal:
                self.add_error(refusal.field, ValidationError(refusal.message, code=refusal.code))
        return data

    @property
    def protected_words(self) -> list[str]:
        """The protected words of the name that was typed."""
        return protected_words_in(str(self["name"].value() or ""))

    def proof(self) -> NameProof:
        """What was handed in for them."""
        given = self.cleaned_data
        return NameProof(tuple(given.get("name_papers", ())), given.get("name_explanation", ""))


class NameForm(NameFields, PapersForm):
    """Another name: chosen after a rejection, or in place of the one that it has."""

    def __init__(self, *args: Any, request: HttpRequest, mini_program: MiniProgram, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        self.mini_program = mini_program


class NameRejectForm(forms.Form):
    """Why the desk rejects a name."""

    reason = forms.CharField(
        label=_("Why the name is not approved"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-wide": True}),
    )

    def clean_reason(self) -> str:
        return str(asked(check_reason, self.cleaned_data["reason"]))
