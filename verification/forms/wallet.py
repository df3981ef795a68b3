"""Input of the wallet and of the phone's payment screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import random_token

DIGITS = RULES.payment.password_digits


def _password(label: Any, **attributes: str) -> forms.CharField:
    """A payment password: the digits of a phone's keypad, never shown and never remembered by the browser."""
    shown = {"inputmode": "numeric", "maxlength": str(DIGITS), "autocomplete": "off", "class": "pay-digits"}
    return forms.CharField(
        label=label, max_length=DIGITS, strip=False, widget=forms.PasswordInput({**shown, **attributes})
    )


class OpenForm(forms.Form):
    """Opening a wallet: its payment password, twice."""

    password = _password(_("Payment password"))
    again = _password(_("The payment password again"))


class PasswordForm(forms.Form):
    """Another payment password."""

    old = _password(_("Payment password until now"))
    password = _password(_("New payment password"))
    again = _password(_("The new payment password again"))


class PayForm(forms.Form):
    """The password prompt of a payment."""

    password = _password(_("Payment password"), autofocus="autofocus")


class TopUpForm(forms.Form):
    """How much comes into the wallet, in yuan. `once` marks this form, so that a double press tops up once."""

    amount = forms.DecimalField(
        label=_("Amount in yuan"),
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput({"inputmode": "decimal", "min": "0.01", "step": "0.01"}),
    )
    once = forms.CharField(max_length=48, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", random_token())

    def amount_fen(self) -> int:
        """The amount in fen, once the form is valid."""
        return int(self.cleaned_data["amount"] * 100)
