"""The application's steps as forms. A draft takes anything: what is wrong is said by the steps' own checks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.phones import CODE
from accounts.forms.refusals import add_refusal
from accounts.phone_codes import code_widget
from entities.forms.papers import PapersField, PapersForm
from entities.models import Paper
from platform_site.kernel.lifecycle import Refused
from verification import queries
from verification.answers import INVOICE_QUESTIONS, INVOICES, NAME_CHOICES, Question, paper_questions
from verification.banks import BANKS
from verification.models import Verification
from verification.subtypes import NAME_PROOF_SLOT, Slot, Subtype


class DayInput(forms.TextInput):
    """A day, picked or typed."""

    input_type = "date"


class Answer(forms.CharField):
    """What was typed, as it was typed."""

    def clean(self, value: Any) -> str:
        return str(value or "").replace("\0", "")


def _widget(code: str) -> forms.Widget:
    if code == "business_scope":
        return forms.Textarea(attrs={"rows": 3})
    if code in ("business_from", "business_until"):
        return DayInput()
    if code == "bank":
        return forms.Select(choices=[("", _("Choose the bank")), *((bank.code, str(bank)) for bank in BANKS.values())])
    return forms.TextInput(attrs={"autocomplete": "off", **_KEYBOARDS.get(code, {})})


_HINTS = {
    "business_until": gettext_lazy("Leave it empty if the licence has no end."),
    "operator_phone": gettext_lazy("A code is sent to it; the audit institution phones it."),
}
_KEYBOARDS: dict[str, dict[str, str]] = {
    "account": {"inputmode": "numeric"},
    "invoice_account": {"inputmode": "numeric"},
    "operator_phone": {"inputmode": "tel"},
    "operator_landline": {"inputmode": "tel"},
    "invoice_phone": {"inputmode": "tel"},
    "operator_email": {"inputmode": "email"},
    "operator_id_number": {"spellcheck": "false"},
    "tax_number": {"spellcheck": "false"},
}


def _answer(question: Question) -> Answer:
    return Answer(
        label=str(question.label),
        required=question.required,
        widget=_widget(question.code),
        help_text=str(_HINTS.get(question.code, "")),
    )


def _papers(slot: Slot) -> PapersField:
    missing = _("Upload this: %(what)s.") % {"what": slot}
    return PapersField(label=str(slot), required=slot.required, most=slot.most, error_messages={"required": missing})


@dataclass(frozen=True)
class Row:
    """A field as the page shows it: with the reason for which it was sent back, if it was."""

    field: forms.BoundField
    reason: str
    is_papers: bool


ID_SCANS = ("operator_id_front", "operator_id_back")
LETTER = "application_letter"


class StepForm(PapersForm):
    """A step: its answers and its papers as they stand, and the problems that the checks found.

    `reasons` ({field: words}) is why it was sent back.
    """

    reasons: Mapping[str, str] = {}

    def rows(self, names: Iterable[str]) -> list[Row]:
        """These fields, in the form's order."""
        wanted = set(names)
        return [
            Row(self[name], self.reasons.get(name, ""), isinstance(field, PapersField))
            for name, field in self.fields.items()
            if name in wanted
        ]

    @property
    def all_rows(self) -> list[Row]:
        return self.rows(self.fields)

    @property
    def entity_rows(self) -> list[Row]:
        return self.rows(name for name in self.answers_asked() if not name.startswith("operator_"))

    @property
    def contact_rows(self) -> list[Row]:
        return self.rows(name for name in self.answers_asked() if name.startswith("operator_"))

    @property
    def id_rows(self) -> list[Row]:
        return self.rows(ID_SCANS)

    @property
    def letter_rows(self) -> list[Row]:
        return self.rows([LETTER])

    @property
    def paper_rows(self) -> list[Row]:
        mine = (name for name, field in self.fields.items() if isinstance(field, PapersField))
        return self.rows(name for name in mine if name not in (*ID_SCANS, LETTER))

    def answers_asked(self) -> list[str]:
        """The codes of the questions, without the SMS code."""
        return [name for name, field in self.fields.items() if isinstance(field, Answer) and name != CODE]

    def answers(self) -> dict[str, str]:
        """What was typed, by the code of the question."""
        return {
            name: self.cleaned_data.get(name, "") for name, field in self.fields.items() if isinstance(field, Answer)
        }

    def pages(self) -> dict[str, list[Paper]]:
        """The papers handed in so far, also when one of them is wrong."""
        return {name: field.shown for name, field in self.fields.items() if isinstance(field, PapersField)}

    def say(self, problems: Iterable[Refused]) -> None:
        """Put each problem beside its field, unless the field has one already."""
        for problem in problems:
            if problem.field not in self.errors:
                add_refusal(self, problem)


def papers_form(subtype: Subtype) -> type[StepForm]:
    """The form of the papers step for this subtype."""
    fields: dict[str, forms.Field] = {question.code: _answer(question) for question in paper_questions(subtype)}
    fields |= {slot.code: _papers(slot) for slot in subtype.slots}
    fields[CODE] = Answer(label=gettext_lazy("SMS verification code"), required=False, widget=code_widget())
    fields["operator"] = forms.Field(required=False, widget=forms.HiddenInput)  # only bears the scan's problem
    return type("PapersStep", (StepForm,), fields)


def name_form() -> type[StepForm]:
    """The form of the name step."""
    fields: dict[str, forms.Field] = {
        "choice": Answer(label=gettext_lazy("Name"), widget=forms.RadioSelect(choices=list(NAME_CHOICES.items()))),
        "name": Answer(label=gettext_lazy("The other name"), widget=forms.TextInput(attrs={"autocomplete": "off"})),
        NAME_PROOF_SLOT.code: _papers(NAME_PROOF_SLOT),
    }
    proof = fields[NAME_PROOF_SLOT.code]
    proof.required = False  # only for a trademark, or a protected word
    proof.help_text = _("Needed for a trademark, and for a name with a protected word.")
    return type("NameStep", (StepForm,), fields)


def invoice_form() -> type[StepForm]:
    """The form of the invoice step."""
    kind = Answer(label=gettext_lazy("Invoice"), widget=forms.RadioSelect(choices=list(INVOICES.items())))
    fields: dict[str, forms.Field] = {"kind": kind}
    fields |= {question.code: _answer(question) for question in INVOICE_QUESTIONS}
    return type("InvoiceStep", (StepForm,), fields)


def form_of(step: str, request: HttpRequest, verification: Verification) -> StepForm:
    """The form of a step: what was posted, or what is kept."""
    kinds = {
        "papers": lambda: papers_form(_chosen(verification)),
        "name": name_form,
        "invoice": invoice_form,
    }
    kind = kinds[step]()
    if request.method == "POST":
        return kind(request.POST, request.FILES, request=request)
    return kind(initial=_kept(step, verification), request=request)


def _chosen(verification: Verification) -> Subtype:
    subtype = queries.subtype_of(verification)
    if subtype is None:
        raise Refused(_("Choose the type of the entity."), code="subtype_missing", field="subtype")
    return subtype


def _kept(step: str, verification: Verification) -> Mapping[str, Any]:
    if step == "invoice":
        return queries.invoice_of(verification)
    papers = _numbers(queries.papers_of(verification))
    if step == "name":
        return {"choice": "keep", **queries.name_wish_of(verification), **papers}
    return {**queries.answers_of(verification), **papers}


def _numbers(papers: Mapping[str, Sequence[Paper]]) -> dict[str, list[int]]:
    return {code: [page.pk for page in pages] for code, pages in papers.items()}
