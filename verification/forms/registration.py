"""The corporate account from which the company will remit, a part of step 3."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_site.kernel.lifecycle import Refused
from verification.actions.remittances import CorporateAccount, check_corporate_account
from verification.banks import BANKS, CITIES, PROVINCES


class CorporateAccountForm(forms.Form):
    """Holder, number twice, bank and place (console.md §1.6.3); `entity_name` is whom it must belong to."""

    holder = forms.CharField(
        label=gettext_lazy("Account holder"),
        error_messages={"required": gettext_lazy("Enter the account holder.")},
        strip=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-no-paste": True, "maxlength": 120}),
    )
    account = forms.CharField(
        label=gettext_lazy("Account number"),
        error_messages={"required": gettext_lazy("Enter the account number.")},
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "data-no-copy": True, "maxlength": 60}
        ),
    )
    account_again = forms.CharField(
        label=gettext_lazy("Repeat the account number"),
        error_messages={"required": gettext_lazy("Repeat the account number.")},
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "data-no-paste": True,
                "data-no-copy": True,
                "maxlength": 60,
            }
        ),
    )
    bank = forms.ChoiceField(label=gettext_lazy("Bank"), error_messages={"required": gettext_lazy("Choose the bank.")})
    province = forms.ChoiceField(
        label=gettext_lazy("Province"), error_messages={"required": gettext_lazy("Choose the province.")}
    )
    city = forms.CharField(
        label=gettext_lazy("City"), error_messages={"required": gettext_lazy("Choose the city.")}, max_length=32
    )

    def __init__(self, *args: Any, entity_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entity_name = entity_name
        for name, rows in (("bank", BANKS), ("province", PROVINCES)):
            field: Any = self.fields[name]
            field.choices = [("", _("Please choose")), *((code, str(row)) for code, row in rows.items())]

    def clean(self) -> None:
        """The repeat, and what the action will say of the rest; without an entity's name every holder fits."""
        super().clean()
        given = self.cleaned_data
        if {"account", "account_again"} <= set(given) and _digits(given["account"]) != _digits(given["account_again"]):
            self.add_error("account_again", ValidationError(_("The two account numbers differ."), code="13002"))
        if self.errors.keys() - {"account_again"}:
            return
        try:
            check_corporate_account(
                self.corporate_account, entity_name=self.entity_name or self.corporate_account.holder
            )
        except Refused as refusal:
            self.add_error(refusal.field, ValidationError(refusal.message, code=refusal.code))

    @property
    def corporate_account(self) -> CorporateAccount:
        """The account as it is handed to the action."""
        given = self.cleaned_data
        return CorporateAccount(
            *(str(given.get(name, "")) for name in ("holder", "account", "bank", "province", "city"))
        )

    def cities(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The cities under their provinces: (code of the province, its name, its cities)."""
        return [
            (code, str(PROVINCES[code]), [(city, str(row)) for city, row in rows.items()])
            for code, rows in CITIES.items()
        ]


def _digits(number: str) -> str:
    return re.sub(r"[ -]", "", number)
