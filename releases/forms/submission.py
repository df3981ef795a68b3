"""The submit-for-review form with its function pages (console.md §10.2)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from entities.categories import Category
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from releases.actions.pages import PageInput, faults_of
from releases.forms.submission_start import Asked
from releases.forms.test_accounts import TestAccountFields

MOST_GROUPS_READ = 20  # more than the rule allows, so that the rule can say so; never more than this


class FunctionPageForm(forms.Form):
    """One function page. All rules are those of releases/actions/pages.py."""

    path = RuledField(label=_("Page"), widget=forms.Select)
    title = RuledField(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": RULES.version.title_characters}))
    category = RuledField(label=_("Service category"), widget=forms.Select)
    tags = forms.CharField(
        label=_("Tags"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 400})
    )

    def __init__(self, *args: Any, package_pages: list[str], categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package_pages, self.categories = package_pages, categories
        self.fields["path"].widget.choices = [("", "—"), *((path, path) for path in package_pages)]
        self.fields["category"].widget.choices = [("", "—"), *((c.code, c.label) for c in categories)]

    def clean_tags(self) -> list[str]:
        """Tags are separated by spaces of any width; the same tag twice is one."""
        return list(dict.fromkeys(str(self.cleaned_data["tags"]).split()))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for fault in faults_of(
            self.page(), package_pages=self.package_pages, categories={category.code for category in self.categories}
        ):
            if fault.field not in self.errors:
                self.add_error(fault.field, ValidationError(fault.message, code=fault.code))
        return cleaned

    def page(self) -> PageInput:
        """What was filled in."""
        data = self.cleaned_data
        return PageInput(data.get("path", ""), data.get("title", ""), data.get("category", ""), data.get("tags", []))


FunctionPages = forms.formset_factory(
    FunctionPageForm, extra=0, max_num=MOST_GROUPS_READ, absolute_max=MOST_GROUPS_READ
)


class SubmissionForm(TestAccountFields):
    """Submit a development version for review: 1-5 function pages, notes, and what the last verdict asks for."""

    notes = forms.CharField(
        label=_("Notes for the reviewer"),
        required=False,
        max_length=RULES.version.notes_characters,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    feedback = forms.CharField(
        label=_("About the rejection before"),
        required=False,
        max_length=RULES.review.feedback_characters,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        package_pages: list[str],
        categories: list[Category],
        asked: Asked,
        groups: list[dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, asked=asked, **kwargs)
        if not asked.feedback:
            del self.fields["feedback"]
        self.choices: dict[str, Any] = {"package_pages": package_pages, "categories": categories}
        first = {"path": next(iter(package_pages), ""), "category": categories[0].code if len(categories) == 1 else ""}
        self.pages = FunctionPages(data, prefix="pages", initial=groups or [first], form_kwargs=self.choices)

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.pages.is_valid())

    def page_inputs(self) -> list[PageInput]:
        return [form.page() for form in self.pages]

    def changed(self, change: str) -> "SubmissionForm":
        """The form with one more group ("add"), or without one ("remove:<index>"); nothing typed is lost."""
        groups = [{name: form[name].value() or "" for name in form.fields} for form in self.pages]
        verb, _colon, index = change.partition(":")
        if verb == "add" and len(groups) < RULES.version.function_pages_max:
            groups.append({})
        elif verb == "remove" and index.isascii() and index.isdigit() and int(index) < len(groups) > 1:
            del groups[int(index)]
        typed = {name: self[name].value() for name in self.fields}
        form = SubmissionForm(groups=groups, initial=typed, asked=self.asked, **self.choices)
        form.pages.forms[-1 if verb == "add" else 0].fields["path"].widget.attrs["autofocus"] = True
        return form

    def add_refusal(self, refusal: Refused) -> None:
        """Put what the action refused beside the field that it is about."""
        error = ValidationError(refusal.message, code=refusal.code)
        _pages, _dash, rest = (refusal.field or "").partition("-")
        index, _dash, name = rest.partition("-")
        if refusal.field in self.fields:
            self.add_error(refusal.field, error)
        elif index.isdigit() and int(index) < len(self.pages.forms):
            self.pages.forms[int(index)].add_error(name, error)
        else:
            self.add_error(None, error)

    @property
    def has_page_errors(self) -> bool:
        return self.is_bound and any(form.errors for form in self.pages)

    @property
    def can_add(self) -> bool:
        return len(self.pages.forms) < RULES.version.function_pages_max

    @property
    def can_remove(self) -> bool:
        return len(self.pages.forms) > RULES.version.function_pages_min
