"""Input of the desk: why a colleague's work is taken over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from platform_site.kernel.rulebook import RULES


class TakeOverForm(forms.Form):
    """Why a colleague's work is taken over."""

    reason = RuledField(
        label=_("Why do you take it over?"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": RULES.desk.words}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="take-over-%s")
