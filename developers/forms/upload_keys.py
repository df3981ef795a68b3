"""From where code may be uploaded by key, as the browser sends it: one address or range a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from developers.actions.upload_addresses import read_networks
from platform_site.kernel.rulebook import RULES

LINE = 100  # characters: the longest address range has 49


class AddressesForm(forms.Form):
    """The list, and whether it is used."""

    is_on = forms.BooleanField(label=_("Accept uploads by key from these addresses only"), required=False)
    networks = forms.CharField(
        label=_("Addresses"),
        required=False,
        max_length=RULES.upload.addresses * LINE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One a line: an IPv4 or IPv6 address, or a range like 203.0.113.0/24."),
    )

    def read(self) -> list[str]:
        """The lines in their plain form; Refused (field "networks") in words."""
        data: dict[str, Any] = self.cleaned_data
        return read_networks(data["networks"].splitlines(), on=data["is_on"])
