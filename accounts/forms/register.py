"""Input of the registration wizard's first two steps."""

from typing import Any

from captcha.fields import CaptchaField, CaptchaTextInput
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.identity import EMAIL_CHARACTERS, normal_email
from accounts.passwords import RulebookPasswordValidator
from platform_site.kernel.lifecycle import Refused

LIVE_CHECK = {
    "hx-trigger": "input changed delay:500ms, blur",
    "hx-target": "#email-check",
    "hx-sync": "this:replace",
}


class PlainEmailField(forms.CharField):
    """One plain e-mail address in lower case. Only outer spaces are stripped: a line break is refused, not lost."""

    widget = forms.EmailInput(attrs={"maxlength": EMAIL_CHARACTERS, "autocomplete": "email", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return normal_email(text)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from None


class NewPasswordField(forms.CharField):
    """A password that is being chosen: any characters, none stripped."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)


class CaptchaImage(CaptchaTextInput):
    """The picture, its answer and "Change picture"."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Begin a new challenge and draw it with a template of ours."""
        self.fetch_captcha_store(name, value, attrs, self.generator)
        facts = {"name": name, "key": self._key, "image": self.image_url(), "attrs": attrs or {}}
        return render_to_string("accounts/_captcha_widget.html", facts)


class ChangeEmailForm(forms.Form):
    """Fill in again where the activation mail shall go."""

    email = PlainEmailField(label=_("E-mail address"))

    def __init__(self, *args: Any, check_at: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.update(LIVE_CHECK | {"hx-post": check_at})


class RegisterForm(forms.Form):
    """Step 1: account information."""

    email = PlainEmailField(label=_("E-mail address"))
    password = NewPasswordField(label=_("Password"))
    password_again = NewPasswordField(label=_("Confirm password"))
    captcha = CaptchaField(
        label=_("Verification code"),
        widget=CaptchaImage,
        error_messages={"invalid": _("The verification code is wrong. Enter the new one.")},
    )
    agreement = forms.BooleanField(
        label=_("I have read and agree to both agreements"),
        error_messages={"required": _("Agree to the service agreement and the Mini Program terms to register.")},
    )

    def __init__(self, *args: Any, check_at: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.update(LIVE_CHECK | {"hx-post": check_at})
        self.fields["password"].help_text = RulebookPasswordValidator().get_help_text()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", ValidationError(_("The two passwords differ."), code="password_differs"))
        return data
