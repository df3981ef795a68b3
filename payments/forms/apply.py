"""The forms of an application for WeChat Pay, drawn from the table of questions."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.phones import CODE, PHONE_CONFIRMED
from accounts.forms.refusals import RuledField
from accounts.phone_codes import code_widget
from entities.papers import ACCEPT, keep_upload
from payments.models import PayApplication
from payments.queries import problems_of
from payments.questions import CHOICE, DATE, LONG, SCAN, Question, Step
from platform_site.kernel.lifecycle import Refused

FEN = 100
PHONE = "contact_phone"  # the code that proves it is asked right behind it


class ScanField(forms.FileField):
    """A scan, looked at by the form as a whole: one that was handed in before need not come again."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data


class StepForm(forms.Form):
    """One step. Whatever was typed is kept (`typed()`, `scans()`); what is wrong is said by `say_what_is_wrong()`."""

    def __init__(self, step: Step, application: PayApplication, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=application.given)
        self.step, self.application = step, application
        self.refused: dict[str, Refused] = {}
        self.questions = [
            q for q in step.questions if application.mini_program.entity.has_old_licence or not q.old_licence
        ]
        for question in self.questions:
            self.fields[question.name] = _field(question)
            if question.name == PHONE:
                self.fields[CODE] = _code(required=not self.phone_confirmed)

    @property
    def phone_confirmed(self) -> str:
        """The contact's number that a code has proven."""
        return str(self.application.given.get(PHONE_CONFIRMED, ""))

    def code(self) -> str:
        """The SMS code that was typed."""
        return str(self.data.get(CODE, ""))

    def typed(self) -> dict[str, str]:
        """The answers as they were sent. After `is_valid()`."""
        return {q.name: self.data.get(q.name, "") for q in self.questions if q.kind != SCAN}

    def scans(self) -> dict[str, str]:
        """{slot: SHA-256} of the scans that came along and are pictures; the others are refused beside their field."""
        kept = {}
        for question in self.questions:
            if question.kind != SCAN or (file := self.files.get(question.name)) is None:
                continue
            try:
                kept[question.name] = keep_upload(file, field=question.name)
            except Refused as refusal:
                self.refused[question.name] = refusal
        return kept

    def say_what_is_wrong(self) -> None:
        """Put beside each field what is missing or wrong with what is kept now."""
        wrong = problems_of(self.application, step=self.step) | self.refused
        for name, refusal in wrong.items():
            if name not in self.errors:
                self.add_error(name, ValidationError(refusal.message, code=refusal.code))


def _code(*, required: bool) -> forms.Field:
    return RuledField(label=gettext_lazy("SMS verification code"), required=required, widget=code_widget())


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.label,
        "required": not question.optional and not question.businesses,
        "help_text": question.help,
    }
    if question.kind == SCAN:
        return ScanField(**common, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    if question.kind == CHOICE:
        return RuledField(**common, widget=forms.Select(choices=[("", "—"), *question.choices()]))
    if question.kind == LONG:
        return RuledField(**common, widget=forms.Textarea(attrs={"rows": 3}))
    if question.kind == DATE:
        return RuledField(**common, widget=forms.DateInput(attrs={"type": "date"}))
    return RuledField(**common)


class AmountForm(forms.Form):
    """How much arrived in the settlement account."""

    amount = forms.CharField(
        label=gettext_lazy("The amount that arrived, in yuan"),
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_amount(self) -> int:
        """In fen."""
        try:
            fen = Decimal(self.cleaned_data["amount"].strip().lstrip("¥")) * FEN
        except InvalidOperation:
            raise ValidationError(
                _("Enter the amount in yuan, with two digits after the point."), code="amount"
            ) from None
        if not fen.is_finite() or fen != fen.to_integral_value() or not 0 < fen < 10**9:
            raise ValidationError(_("Enter the amount in yuan, with two digits after the point."), code="amount")
        return int(fen)


class MerchantForm(forms.Form):
    """An existing merchant number."""

    mchid = forms.CharField(
        label=gettext_lazy("Merchant number"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
