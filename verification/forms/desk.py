"""The forms of the desk's audit: the queue's filters, a call, the decisions, and why people's data are looked at."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.failures import FAILURES
from verification.institutions import INSTITUTIONS
from verification.models import CallOutcome
from verification.queries import Fact

WORDS = forms.Textarea(attrs={"rows": 2, "maxlength": RULES.verification.reason_characters})


class QueueFilter(forms.Form):
    """What the queue shows: `show` is "waiting", "sent_back" or "decided"."""

    show = forms.ChoiceField(
        choices=[("waiting", _("Waiting")), ("sent_back", _("Sent back")), ("decided", _("Decided"))], required=False
    )
    q = forms.CharField(required=False, max_length=64)
    institution = forms.ChoiceField(choices=[(code, code) for code in INSTITUTIONS], required=False)

    def cleaned(self) -> dict[str, str]:
        """Clean values; what makes no sense counts as not given."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "show": given.get("show") or "waiting",
            "search": given.get("q", ""),
            "institution": given.get("institution", ""),
        }


class DecisionForm(forms.Form):
    """A form whose rules are the action's: it keeps all that was typed and shows what was refused."""

    def given(self, name: str) -> str:
        """What was typed; the action judges it."""
        return str(self.data.get(name, ""))

    def add_refusal(self, refusal: Refused) -> None:
        """Put what the action refused beside the field that it is about."""
        self.is_valid()
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.message))


class CallForm(DecisionForm):
    """A call to the contact, to be written down."""

    outcome = RuledField(
        label=_("What came of the call"),
        widget=forms.Select(choices=[("", "—"), *CallOutcome.choices]),
    )
    note = forms.CharField(label=_("Note on the call"), required=False, widget=WORDS)


class FailForm(DecisionForm):
    """Not passed: why, and in the reviewer's words."""

    code = RuledField(
        label=_("Why it is not passed"),
        widget=forms.Select(choices=[("", "—"), *((f.code, f.text) for f in FAILURES.values() if f.by_desk)]),
    )
    text = forms.CharField(
        label=_("In your own words"), required=False, widget=WORDS, help_text=_("The administrator reads it.")
    )


class RevealForm(DecisionForm):
    """Why people's data are to be shown."""

    reason = RuledField(
        label=_("Why you need to see it"),
        widget=forms.TextInput(attrs={"maxlength": RULES.verification.reason_characters, "autocomplete": "off"}),
    )


class RefillChoice:
    """One row of the application: the fact, and what the reviewer says is wrong with it."""

    def __init__(self, fact: Fact, form: "RefillForm", *, can_be_refilled: bool, is_hidden: bool) -> None:
        self.fact, self.can_be_refilled, self.is_hidden = fact, can_be_refilled, is_hidden
        self.name = f"text-{fact.code}"
        self.chosen = fact.code in form.chosen
        self.text = str(form.data.get(self.name, ""))
        self.error = form.faults.get(fact.code, "")


class RefillForm:
    """The fields that are to be refilled, with words for each: fields `reasons` and `text-<code>`."""

    def __init__(self, data: Any = None) -> None:
        self.data = data if data is not None else {}
        self.chosen: list[str] = list(dict.fromkeys(data.getlist("reasons"))) if data is not None else []
        self.faults: dict[str, str] = {}

    def reasons(self) -> list[tuple[str, str]]:
        """(field code, words) of each chosen field."""
        return [(code, str(self.data.get(f"text-{code}", ""))) for code in self.chosen]

    def add_refusal(self, refusal: Refused) -> None:
        self.faults[refusal.field or "reasons"] = str(refusal.message)

    @property
    def error(self) -> str:
        """What is wrong with the choice as a whole, or a hint that a field needs care."""
        return self.faults.get("reasons", "") or next(iter(self.faults.values()), "")

    def rows(self, facts: Iterable[Fact], *, refillable: set[str], hidden: frozenset[str]) -> list[RefillChoice]:
        """Every fact of the application with its check box, where it has one.

        `hidden` are codes of facts that are not shown; the same scan is not shown elsewhere either.
        """
        facts = list(facts)
        covered = {paper.pk for fact in facts if fact.code in hidden for paper in fact.papers}
        return [
            RefillChoice(
                fact,
                self,
                can_be_refilled=fact.code in refillable,
                is_hidden=fact.code in hidden or any(paper.pk in covered for paper in fact.papers),
            )
            for fact in facts
        ]
