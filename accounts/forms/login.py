"""Input of the log-in pages."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import EmailKind, User


class _RealmLoginForm(LoginForm):
    """E-mail and password. An account of another realm is refused in the same words as a wrong password."""

    kind: EmailKind
    user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        user: User | None = self.user
        if user is not None and (user.kind != self.kind or not user.is_active):
            self.user = None
            raise get_adapter().validation_error("email_password_mismatch")
        return data


class ConsoleLoginForm(_RealmLoginForm):
    """The log-in box of the platform."""

    kind = EmailKind.PUBLIC_PLATFORM
    remember_email = forms.BooleanField(label=_("Remember my e-mail address"), required=False)


class StaffLoginForm(_RealmLoginForm):
    """The log-in box of the desk."""

    kind = EmailKind.STAFF


class OpenPlatformLoginForm(_RealmLoginForm):
    """The log-in box of the Open Platform."""

    kind = EmailKind.OPEN_PLATFORM
