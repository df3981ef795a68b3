"""Input of the switchboard's pages."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_site.kernel.clock import FARTHEST, now
from platform_site.kernel.rulebook import RULES
from verification.actions.transfers import receive_transfer
from verification.models import Transfer

RESET_WORD = "reset"
SECONDS = {"minutes": 60, "hours": 3600, "days": 86_400}
UNITS = [("minutes", gettext_lazy("minutes")), ("hours", gettext_lazy("hours")), ("days", gettext_lazy("days"))]


class ClockForm(forms.Form):
    """How far to move the clock: an amount of a unit."""

    amount = forms.IntegerField(label=gettext_lazy("How far"), min_value=1, max_value=FARTHEST.days * 1440, initial=1)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, initial="hours")

    def seconds(self) -> int:
        """How many seconds that is."""
        return int(self.cleaned_data["amount"]) * SECONDS[self.cleaned_data["unit"]]


class ClockToForm(forms.Form):
    """A date and time to move the clock to, in the platform's time zone."""

    to = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_to(self) -> datetime:
        to: datetime = self.cleaned_data["to"]
        if to <= now():
            raise forms.ValidationError(_("The clock moves forward only: choose a later time."), code="not_later")
        return to

    def seconds(self) -> int:
        """How many seconds it is from now until then, rounded up."""
        return -((now() - self.cleaned_data["to"]) // timedelta(seconds=1))


class ProgramSearchForm(forms.Form):
    """Mini Programs by AppID or name."""

    words = forms.CharField(label=gettext_lazy("AppID or name"), required=False, max_length=60)


class EventFilterForm(forms.Form):
    """Which audit events to show."""

    appid = forms.CharField(label=gettext_lazy("AppID"), required=False, max_length=18)
    event = forms.CharField(label=gettext_lazy("Event begins with"), required=False, max_length=64)

    def chosen(self) -> dict[str, Any]:
        """The filters that are valid; an invalid one shows nothing rather than everything."""
        return {name: value.strip() for name, value in self.cleaned_data.items()} if self.is_valid() else {"appid": "?"}


class MailFilterForm(forms.Form):
    """Whose mails to show."""

    to = forms.CharField(label=gettext_lazy("To"), required=False, max_length=254)


class TransferForm(forms.Form):
    """A bank transfer as its sender fills it in."""

    from_holder = forms.CharField(label=gettext_lazy("Payer: account holder"), max_length=200)
    from_account = forms.CharField(label=gettext_lazy("Payer: account number"), max_length=60)
    to_account = forms.CharField(label=gettext_lazy("Payee: account number"), max_length=60)
    amount_fen = forms.DecimalField(label=gettext_lazy("Amount in yuan"), max_digits=20, decimal_places=2)
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=200)
    twice = forms.BooleanField(label=gettext_lazy("Send it twice"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount: Any = self.fields["amount_fen"]
        amount.widget.attrs.update({"inputmode": "decimal", "step": "0.01", "min": "0.01"})
        amount.widget.attrs["max"] = str(RULES.remittance.transfer_fen_max / 100)

    def clean_amount_fen(self) -> int:
        amount: Decimal = self.cleaned_data["amount_fen"]
        return int(amount * 100)

    def send(self) -> list[Transfer]:
        """Send it; Refused, with the field, for what no bank would send."""
        given = dict(self.cleaned_data)
        times = 2 if given.pop("twice") else 1
        return [receive_transfer(**given) for _time in range(times)]


class ResetForm(forms.Form):
    """Emptying the world wants its word typed."""

    word = forms.CharField(
        label=gettext_lazy("Type “reset” to confirm"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip().lower()
        if word != RESET_WORD:
            raise forms.ValidationError(_("Type the word “reset”."), code="wrong_word")
        return word
