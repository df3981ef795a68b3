"""The fields for a test account: what a reviewer logs in with, given with a submission or with an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.refusals import RuledField
from platform_site.kernel.rulebook import RULES
from releases.actions.test_accounts import TestAccountInput
from releases.forms.submission_start import Asked

ACCOUNT_FIELDS = ("same_account", "login_for_review", "password_for_review", "review_account_notes")


class TestAccountFields(forms.Form):
    """A test account, where one is asked for; all rules are those of releases/actions/test_accounts.py."""

    __test__ = False  # pytest: no test class

    same_account = forms.BooleanField(label=_("The test account of the submission before"), required=False)
    login_for_review = RuledField(
        label=_("Test account"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": RULES.review.account_characters}),
    )
    password_for_review = RuledField(
        label=_("Password of the test account"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "maxlength": RULES.review.account_characters}
        ),
    )
    review_account_notes = forms.CharField(
        label=_("Notes on the test account"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": RULES.version.notes_characters}),
    )

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        if not asked.account:
            for name in ACCOUNT_FIELDS:
                del self.fields[name]
            return
        if asked.account_before:
            words = _("Use the test account of the submission before (%(account)s)")
            self.fields["same_account"].label = words % {"account": asked.account_before}
        else:
            del self.fields["same_account"]
        for name in ("login_for_review", "password_for_review"):
            self.fields[name].required = asked.account_is_wanted and not asked.account_before

    def test_account(self) -> TestAccountInput:
        """What was filled in."""
        data = self.cleaned_data
        return TestAccountInput(
            account=data.get("login_for_review", ""),
            password=data.get("password_for_review", ""),
            notes=data.get("review_account_notes", ""),
            same=bool(data.get("same_account")),
        )
