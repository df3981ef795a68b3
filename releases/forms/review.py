"""What the administrator writes to the review team: an answer, a message, why it is urgent, an appeal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from entities.papers import ACCEPT, MEGABYTE
from platform_site.kernel.rulebook import RULES
from releases.actions import test_accounts
from releases.actions.pictures import CleanPicture
from releases.forms.desk import PicturesField, PicturesInput, kept_pictures
from releases.forms.submission_start import Asked
from releases.forms.test_accounts import TestAccountFields
from releases.models import AuditOrder


def _area(most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "maxlength": most})


class PicturesFields(forms.Form):
    """Screenshots that go with a text. What the text may be is the action's rule, told in its own words."""

    pictures = PicturesField(label=_("Screenshots"), required=False, widget=PicturesInput(attrs={"accept": ACCEPT}))

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, use_required_attribute=False, **kwargs)
        limits = {"most": RULES.review.pictures_max, "mb": RULES.entity.scan_bytes // MEGABYTE}
        self.fields["pictures"].help_text = _("At most %(most)d, of up to %(mb)d MB each.") % limits

    def kept(self) -> tuple[CleanPicture, ...]:
        """The pictures, drawn anew and kept; Refused for what is none. After `is_valid()`."""
        return kept_pictures(self.cleaned_data["pictures"], field="pictures")


class MessageForm(PicturesFields):
    """A message to the review team."""

    text = RuledField(label=_("Your message"), widget=_area(RULES.desk.words))

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="message-%s")


class AnswerForm(PicturesFields, TestAccountFields):
    """The answer to a question of the review team, with a test account where one is asked for."""

    text = RuledField(label=_("Your answer"), widget=_area(RULES.desk.words))

    def __init__(self, data: Any = None, files: Any = None, *, order: AuditOrder) -> None:
        before = test_accounts.last_given(order.mini_program) if order.wants_test_account else None
        asked = Asked(
            account=order.wants_test_account,
            account_is_wanted=order.wants_test_account,
            account_before=test_accounts.masked(before.account) if before else "",
        )
        super().__init__(data, files, asked=asked, auto_id="answer-%s")


class ExpediteForm(forms.Form):
    """Why a verdict is urgent."""

    reason = RuledField(label=_("Why is it urgent?"), widget=_area(RULES.version.notes_characters))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="expedite-%s", use_required_attribute=False)


class AppealForm(forms.Form):
    """Why the verdict should be another."""

    words = RuledField(label=_("Why should the verdict be another?"), widget=_area(RULES.review.feedback_characters))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="appeal-%s", use_required_attribute=False)
