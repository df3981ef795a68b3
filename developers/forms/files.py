"""A change of one file in the developer tools."""

from django import forms
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.rulebook import RULES

SAVE, ADD, RENAME, DELETE = "save", "add", "rename", "delete"


class FileForm(forms.Form):
    """What is to be done, to which file, seen in which package (its SHA-256)."""

    do = forms.ChoiceField(choices=[(do, do) for do in (SAVE, ADD, RENAME, DELETE)], widget=forms.HiddenInput)
    base = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    path = forms.CharField(
        label=_("Path"),
        max_length=RULES.package.path_characters,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    new_path = forms.CharField(
        label=_("New path"),
        required=False,
        max_length=RULES.package.path_characters,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "wrap": "off"}
        ),
    )
