"""How an approved version is published, and how the share of a phased release is raised."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from releases.actions.publishing import percent_words

percent_lazy = lazy(percent_words, str)
ALL, PHASED = "all", "phased"


class PercentField(forms.IntegerField):
    """A whole percentage; what it may be is the action's rule."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Percentage of the users"), error_messages={"invalid": percent_lazy()}, **kwargs)


class PublishForm(forms.Form):
    """Publish to all users, or in phases to a part of them first."""

    how = forms.ChoiceField(choices=[(ALL, _("To all users")), (PHASED, _("In phases"))], required=False)
    percent = PercentField(required=False)
    members_first = forms.BooleanField(label=_("Project members get it first"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["how"] = cleaned.get("how") or ALL
        if cleaned["how"] == PHASED and cleaned.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", percent_words())
        return cleaned

    @property
    def is_in_phases(self) -> bool:
        """Whether "in phases" is chosen."""
        return bool(self["how"].value() == PHASED)


class RaiseForm(forms.Form):
    """A higher share of the users."""

    percent = PercentField()


class WhoForm(forms.Form):
    """Whose version is looked up."""

    who = forms.CharField(label=_("WeChat ID"), required=False, max_length=64)
