"""Filters of the desk's lists, read from the address: what makes no sense counts as not given."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entities.categories import CATEGORIES
from entities.models import EntityType
from releases.queue import LISTINGS, Wanted

NAMELESS = {"class": "input"}


class QueueFilter(forms.Form):
    """What the queue shows (the names of releases/queue.py)."""

    show = forms.ChoiceField(choices=[(name, name) for name in LISTINGS], required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Name or AppID"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"type": "search", "class": "input", "maxlength": 64}),
    )
    who = forms.ChoiceField(
        label=_("Whose"),
        choices=[("", _("Anybody's")), ("mine", _("Mine")), ("unclaimed", _("Unclaimed"))],
        required=False,
        widget=forms.Select(attrs=NAMELESS),
    )
    entity = forms.ChoiceField(
        label=_("Entity type"),
        choices=[("", _("All entity types")), *EntityType.choices],
        required=False,
        widget=forms.Select(attrs=NAMELESS),
    )
    category = forms.ChoiceField(label=_("Category"), required=False, widget=forms.Select(attrs=NAMELESS))
    due = forms.ChoiceField(choices=[("overdue", "overdue")], required=False)
    first = forms.ChoiceField(choices=[("1", "1")], required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.fields["category"].choices = [("", _("All categories")), *_grouped()]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Clean values."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if given.get("show") == "decided":  # what is decided is nobody's to claim, and due no more
            given = {name: given[name] for name in ("show", "who", "q") if given.get(name) not in (None, "unclaimed")}
        if given.get("show") == "asked":
            given.pop("due", None)
        return Wanted(**given)


def _grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """All categories for a select box: (first level, [(code, second level), …])."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in CATEGORIES.values():
        groups.setdefault(category.first, []).append((category.code, category.second))
    return list(groups.items())
