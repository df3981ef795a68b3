"""What the desk's other pages ask: a period, a search, the share of second opinions, words about a suspension."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from platform_site.kernel.rulebook import RULES
from releases.statistics import PERIODS

USUAL = 30


class PeriodFilter(forms.Form):
    """Which days statistics are about: `days` of PERIODS; what makes no sense is USUAL."""

    days = forms.TypedChoiceField(choices=[(days, days) for days in PERIODS], coerce=int, required=False)

    @property
    def period(self) -> int:
        self.is_valid()
        return int(self.cleaned_data.get("days") or USUAL)


class ProgramFilter(forms.Form):
    """Which online Mini Programs are shown."""

    show = forms.ChoiceField(choices=[("all", _("All")), ("suspended", _("Suspended by us"))], required=False)
    q = forms.CharField(required=False, max_length=64)

    def cleaned(self) -> dict[str, str]:
        """Clean values; what makes no sense counts as not given."""
        self.is_valid()
        return {"show": self.cleaned_data.get("show") or "all", "q": self.cleaned_data.get("q", "")}


class PolicyForm(forms.Form):
    """How many decisions a second reviewer looks at."""

    second_opinion_percent = forms.IntegerField(
        label=_("Decisions that wait for a second reviewer, in percent"),
        min_value=0,
        max_value=100,
        help_text=_("0 for none, 100 for all. Which ones cannot be told beforehand."),
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )


class SuspendForm(forms.Form):
    """Why an online Mini Program is suspended; whether the words will do is the action's to say."""

    words = RuledField(
        label=_("Why it is suspended"),
        help_text=_("Its administrator reads these words."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "input", "maxlength": RULES.desk.words}),
    )
