"""Forms on the phone."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProgramSearch(forms.Form):
    """Search of Mini Programs on the phone."""

    q = forms.CharField(label=_("Search Mini Programs"), required=False, max_length=64)
