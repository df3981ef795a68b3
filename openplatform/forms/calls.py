"""Input of the log of calls."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CallSearchForm(forms.Form):
    """One call by its rid (a whole errmsg may be pasted), or the refused ones only."""

    rid = forms.CharField(
        label=_("Request ID"),
        required=False,
        max_length=300,
        help_text=_("The rid at the end of errmsg, or of the header X-Rid. A whole errmsg will do."),
    )
    refused = forms.BooleanField(label=_("Refused calls only"), required=False)
