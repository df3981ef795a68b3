"""A rule's refusal, shown at the field it belongs to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.lifecycle import Refused


def add_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Put the refusal's words and code beside its field, or above the form."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, forms.ValidationError(refusal.message, code=refusal.code))


def lead_to_first_error(form: forms.BaseForm) -> bool:
    """Let the browser begin at the first field that is wrong: the page is long. Whether there is one."""
    name = next((name for name in form.fields if form.errors.get(name)), None)
    if name is not None:
        form.fields[name].widget.attrs["autofocus"] = True
    return name is not None


class RuledField(forms.CharField):
    """A field that must be filled in, as the rules of the action say in their own words."""

    def validate(self, value: Any) -> None:
        """Left to the form's clean(), or to the action."""


class ReasonForm(forms.Form):
    """Why somebody says no, in at most so many characters; the action says what is missing."""

    reason = RuledField(label=_("What is wrong"), strip=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, most: int) -> None:
        super().__init__(data)
        self.fields["reason"].widget.attrs["maxlength"] = most
