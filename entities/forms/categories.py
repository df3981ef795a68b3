"""Choosing service categories and handing in their papers: in the information form, in a change, after a rejection."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import MiniProgram
from entities import queries
from entities.actions.categories import (
    Handed,
    check_categories,
    check_may_be_resubmitted,
    check_papers,
    check_reason,
)
from entities.categories import CATEGORIES, Category, by_first_level, paper_slot
from entities.forms.papers import PapersField, PapersForm, PapersInput
from entities.forms.registration import asked
from entities.models import ServiceCategory
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Slot:
    """The place for the scans of one document, as entities/_papers_field.html draws a field."""

    name: str
    label: str
    field: PapersField
    errors: list[str]


@dataclass(frozen=True)
class Alternative:
    """One of the sets of papers that a category asks for, with the slots of its documents."""

    number: int
    documents: str
    chosen: bool
    slots: list[Slot]


@dataclass(frozen=True)
class Panel:
    """The papers that a category asks for, as the form shows them."""

    category: Category
    name: str
    alternatives: list[Alternative]


class CategoryPapersForm(PapersForm):
    """A form that takes papers for service categories."""

    def __init__(self, *args: Any, request: HttpRequest, mini_program: MiniProgram, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        self.request, self.mini_program = request, mini_program
        self.typed = self.data if self.is_bound else self.initial  # a form that was left shows its papers again
        self.asked_for: list[Category] = []

    def ask_for_papers(self, categories: Iterable[Category]) -> None:
        """Take the papers of these categories: of each the alternative that was chosen."""
        self.asked_for = [category for category in categories if category.papers]
        for category in self.asked_for:
            chosen = self._alternative(category)
            for number, document in enumerate(category.documents(chosen), start=1):
                name = paper_slot(category.code, chosen, number)
                self.fields[name] = self._field(name, document.name)

    def _field(self, name: str, label: str) -> PapersField:
        """A field with the papers whose numbers came with it, whether it is read or only shown again."""
        missing = {"required": gettext_lazy("Upload this paper.")}
        field = PapersField(label=label, most=RULES.profile.category_papers, error_messages=missing)
        field.request = self.request
        field.show(PapersInput().value_from_datadict(self.typed, {}, name)[0])
        return field

    def _alternative(self, category: Category) -> int:
        """Which alternative was chosen; 0 for none yet."""
        if len(category.papers) == 1:
            return 1
        numbers = {str(number): number for number in range(1, len(category.papers) + 1)}
        return numbers.get(str(self.typed.get(_choice(category), "")), 0)

    def handed(self) -> dict[str, Handed]:
        """What was handed in for each category, once the form is clean."""
        found = {}
        for category in self.asked_for:
            chosen = self._alternative(category)
            names = [paper_slot(category.code, chosen, n + 1) for n in range(len(category.documents(chosen)))]
            found[category.code] = Handed(chosen, tuple(tuple(self.cleaned_data.get(name, ())) for name in names))
        return found

    def check_handed(self, field: str | None) -> None:
        """What the action would refuse of the papers, beside the slot or else at `field`."""
        try:
            check_papers([c.code for c in self.asked_for], self.handed(), mini_program=self.mini_program)
        except Refused as refusal:
            self.add_refusal(refusal, otherwise=field)

    def add_refusal(self, refusal: Refused, *, otherwise: str | None = None) -> None:
        """Show a refusal where it belongs; a field that has its error already keeps that."""
        field = refusal.field if refusal.field in self.fields else otherwise
        if field not in self.errors:
            self.add_error(field, refusal.message)

    @property
    def panels(self) -> list[Panel]:
        """The papers asked for, to be drawn."""
        return [Panel(category, _choice(category), self._alternatives(category)) for category in self.asked_for]

    def _alternatives(self, category: Category) -> list[Alternative]:
        chosen = self._alternative(category)
        return [
            Alternative(
                number,
                " + ".join(document.name for document in documents),
                number == chosen,
                [self._slot(paper_slot(category.code, number, n), d.name) for n, d in enumerate(documents, start=1)],
            )
            for number, documents in enumerate(category.papers, start=1)
        ]

    def _slot(self, name: str, label: str) -> Slot:
        field: Any = self.fields.get(name) or self._field(name, label)
        return Slot(name, label, field, [str(line) for line in self.errors.get(name, [])] if self.is_bound else [])


def _choice(category: Category) -> str:
    """The name of the radio buttons that choose among a category's alternatives."""
    return paper_slot(category.code, 0, 0).replace("papers_", "choice_", 1).removesuffix("_0_0")


class CategoriesForm(CategoryPapersForm):
    """The part of a form that chooses service categories. `taken` are codes that it has, `kept` how many stay."""

    categories = forms.Field(
        label=gettext_lazy("Service categories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    taken: frozenset[str] = frozenset()
    kept = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = [str(code) for code in self["categories"].value() or []]
        entity_type = self.mini_program.entity.type
        known = (CATEGORIES[code] for code in dict.fromkeys(self.chosen) if code in CATEGORIES)
        self.ask_for_papers(category for category in known if entity_type in category.types)

    def clean_categories(self) -> list[str]:
        codes = [str(code) for code in self.cleaned_data["categories"] or []]
        asked(check_categories, codes, mini_program=self.mini_program, taken=self.taken, kept=self.kept)
        return codes

    def clean(self) -> dict[str, Any]:
        """The papers, once it is known that the categories can be chosen."""
        super().clean()
        if "categories" in self.cleaned_data:
            self.check_handed("categories")
        return self.cleaned_data

    def groups(self) -> list[dict[str, Any]]:
        """The tree that this entity may choose from."""
        return [
            {"label": label, "leaves": leaves, "open": any(leaf.code in self.chosen for leaf in leaves)}
            for label, leaves in by_first_level(self.mini_program.entity.type).items()
        ]


class CategoriesChangeForm(CategoriesForm):
    """Add categories and remove others: one change."""

    remove = forms.Field(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, mini_program: MiniProgram, **kwargs: Any) -> None:
        super().__init__(*args, mini_program=mini_program, **kwargs)
        self.rows = queries.category_rows_of(mini_program)
        self.taken = frozenset(row.code for row in self.rows)
        self.removed = frozenset(str(code) for code in self["remove"].value() or [])
        self.kept = len(self.taken - self.removed)

    def clean_remove(self) -> list[str]:
        return sorted(self.removed)


class CategoryResubmitForm(CategoryPapersForm):
    """Other papers for a category that was rejected."""

    def __init__(self, *args: Any, category: ServiceCategory, **kwargs: Any) -> None:
        super().__init__(*args, mini_program=category.mini_program, **kwargs)
        self.category = category
        self.ask_for_papers([category.leaf] if category.leaf else [])

    def clean(self) -> dict[str, Any]:
        """Everything that the action asks."""
        super().clean()
        asked(check_may_be_resubmitted, self.category)
        self.check_handed(None)
        return self.cleaned_data


class CategoryPanelForm(CategoryPapersForm):
    """The empty slots of the categories that were just ticked."""

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entity_type = self.mini_program.entity.type
        found = (CATEGORIES[code] for code in dict.fromkeys(codes) if code in CATEGORIES)
        self.ask_for_papers(category for category in found if entity_type in category.types)


class CategoryRejectForm(forms.Form):
    """Why the desk rejects the papers."""

    reason = forms.CharField(
        label=gettext_lazy("What is wrong with the papers"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-wide": True}),
    )

    def clean_reason(self) -> str:
        return str(asked(check_reason, self.cleaned_data["reason"]))
