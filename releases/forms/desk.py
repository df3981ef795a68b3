"""What a reviewer fills in for one decision of releases/desk.py: its fields follow from what the decision needs."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField, add_refusal
from entities.papers import ACCEPT
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from releases.actions.pictures import CleanPicture, clean_pictures
from releases.actions.verdicts import DEVICE_CHARACTERS, PAGE_CHARACTERS, ReasonInput
from releases.desk import Decision, Given, Need
from releases.reasons import GROUPS, REASONS, Reason


class DaysField(forms.IntegerField):
    """A number that must be given, as the rules of the action say in their own words."""

    def validate(self, value: Any) -> None:
        """Left to the action."""


class PicturesInput(forms.FileInput):
    """Choose several pictures."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class PicturesField(forms.FileField):
    """Several pictures, as a list of uploaded files."""

    widget = PicturesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in data or [] if file.name]


def kept_pictures(files: list[UploadedFile], *, field: str) -> tuple[CleanPicture, ...]:
    """The uploaded files as kept pictures, never read further than one may be large; Refused (`field`)."""
    return clean_pictures((file.read(RULES.entity.scan_bytes + 1) for file in files), field=field)


class ReasonChoice:
    """A row of the reason picker: the reason, whether it is chosen, what the reviewer says of it, what is wrong."""

    def __init__(self, reason: Reason, form: "DecisionForm") -> None:
        code = reason.code
        self.reason = reason
        self.chosen = code in form.chosen
        self.text = form.data.get(f"text-{code}", reason.explanation)
        self.page = form.data.get(f"page-{code}", "")
        self.device = form.data.get(f"device-{code}", "")
        self.errors = [
            form.faults[name]
            for name in (code, f"page-{code}", f"device-{code}", f"pictures-{code}")
            if name in form.faults
        ]


class DecisionForm(forms.Form):
    """One decision: `words`, `days`, `pictures`, `ask_second`; for reasons `reasons`, `text-<code>`, `page-<code>`,
    `device-<code>`, `pictures-<code>`.

    What is missing is said by the action (releases/actions), in its own words.
    """

    page_characters = PAGE_CHARACTERS
    device_characters = DEVICE_CHARACTERS

    def __init__(self, decision: Decision, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"{decision.name}-%s")
        self.decision = decision
        self.chosen: list[str] = list(dict.fromkeys(data.getlist("reasons"))) if data is not None else []
        self.faults: dict[str, str] = {}
        needs = decision.needs
        if decision.asks_words or Need.SECOND in needs:
            area = forms.Textarea(attrs={"rows": 3, "maxlength": RULES.desk.words})
            label = _("For the second reviewer") if Need.SECOND in needs else _("In your words")
            must = Need.WORDS in needs
            self.fields["words"] = (RuledField if must else forms.CharField)(label=label, required=must, widget=area)
        if Need.DAYS in needs:
            most = RULES.desk.delay_days_max
            number = forms.NumberInput(attrs={"min": 1, "max": most})
            self.fields["days"] = DaysField(label=_("Days"), initial=1, widget=number)
        if Need.PICTURES in needs and Need.REASONS not in needs:  # a reason brings its own
            picker = PicturesInput(attrs={"accept": ACCEPT})
            hint = _("At most %(most)d, of up to %(mb)d MB each.") % _picture_limits()
            self.fields["pictures"] = PicturesField(
                label=_("Screenshots"), required=False, widget=picker, help_text=hint
            )
        if Need.SECOND in needs:
            self.fields["ask_second"] = forms.BooleanField(label=_("Ask for a second opinion first"), required=False)

    @property
    def has_reasons(self) -> bool:
        return Need.REASONS in self.decision.needs

    @property
    def has_second(self) -> bool:
        return Need.SECOND in self.decision.needs

    @property
    def is_refused(self) -> bool:
        """Whether it was sent, and something is wrong with it."""
        return bool(self.faults) or (self.is_bound and bool(self.errors))

    def given(self) -> Given:
        """What the reviewer gave; Refused for a picture that is none. After `is_valid()`."""
        data = self.cleaned_data
        return Given(
            reasons=tuple(self._reasons()) if self.has_reasons else (),
            words=_tidy(data.get("words", "")),
            days=data.get("days") or 0,
            pictures=kept_pictures(data.get("pictures", []), field="pictures"),
            ask_second=data.get("ask_second", False),
        )

    def _reasons(self) -> list[ReasonInput]:
        """Each chosen reason, in the order of the list; unknown codes last."""
        order = {code: place for place, code in enumerate(REASONS)}
        codes = sorted(self.chosen, key=lambda code: order.get(code, len(order)))
        return [self._reason(code) for code in codes]

    def _reason(self, code: str) -> ReasonInput:
        text, page, device = (_tidy(self.data.get(f"{part}-{code}", "")) for part in ("text", "page", "device"))
        name = f"pictures-{code}"
        files = [file for file in self.files.getlist(name) if file.name] if code in REASONS else []
        return ReasonInput(code, text, page, device, kept_pictures(files, field=name))

    def add_refusal(self, refusal: Refused) -> None:
        """Put the refusal beside what it is about."""
        if refusal.field in self.fields or not self.has_reasons:
            add_refusal(self, refusal)
        else:
            self.faults[refusal.field or "reasons"] = refusal.message

    @property
    def reasons_error(self) -> str:
        """What is wrong with the choice of reasons as a whole, or a hint that one below needs care."""
        return self.faults.get("reasons", "") or next(iter(self.faults.values()), "")

    def groups(self) -> list[tuple[str, list[ReasonChoice]]]:
        """The picker: (title of the section, its reasons)."""
        return [(f"{group.code} {group.title}", [ReasonChoice(r, self) for r in group.reasons]) for group in GROUPS]


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "")


def _picture_limits() -> dict[str, int]:
    return {"most": RULES.review.pictures_max, "mb": RULES.entity.scan_bytes // 1024**2}
