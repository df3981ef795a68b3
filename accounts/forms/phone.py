"""Input of the phone's pages."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.rulebook import RULES

PICTURE_BYTES = 8 * 1024 * 1024


class SignUpForm(forms.Form):
    """A new person on WeChat."""

    nickname = forms.CharField(label=_("Nickname"), max_length=32, widget=forms.TextInput({"autocomplete": "nickname"}))
    wechat_id = forms.CharField(
        label=_("WeChat ID"),
        max_length=20,
        help_text=_("6 to 20 letters, digits, hyphens or underscores; begins with a letter."),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=32,
        help_text=_("Text messages to this number arrive on this phone."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=RULES.account.password_max,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Bound to this WeChat: it can't register a Mini Program."),
    )
    real_name = forms.CharField(label=_("Name on the ID card"), max_length=32, required=False)
    id_number = forms.CharField(label=_("ID number"), max_length=18, required=False)

    def clean(self) -> dict[str, object]:
        """A bank card has a name and a number, or there is none."""
        data = super().clean() or {}
        for one, other in (("real_name", "id_number"), ("id_number", "real_name")):
            if data.get(one) and not data.get(other) and other not in self.errors:
                both = forms.ValidationError(_("A bank card needs both the name and the ID number."), code="both")
                self.add_error(other, both)
        return data


class LogInForm(forms.Form):
    """Who takes up this phone."""

    name = forms.CharField(
        label=_("WeChat ID or phone number"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=RULES.account.password_max,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class TypedCodeForm(forms.Form):
    """The code beside a QR, or the link in it."""

    code = forms.CharField(
        label=_("Code beside the QR code, or its link"),
        max_length=400,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class PictureForm(forms.Form):
    """A picture with a QR in it."""

    picture = forms.FileField(
        label=_("Picture of a QR code"), allow_empty_file=True, widget=forms.FileInput({"accept": "image/*"})
    )

    def clean_picture(self) -> bytes:
        picture = self.cleaned_data["picture"]
        if picture.size > PICTURE_BYTES:
            raise forms.ValidationError(
                gettext("The picture is larger than %(n)d MB.") % {"n": PICTURE_BYTES // 1024**2},
                code="picture_too_large",
            )
        data: bytes = picture.read()
        return data


class SettingsForm(forms.Form):
    """What the owner of the phone may change."""

    nickname = forms.CharField(label=_("Nickname"), max_length=32)
    client_version = forms.CharField(
        label=_("WeChat client version"),
        max_length=16,
        help_text=_("This phone says that it runs this version. A preview needs a recent one."),
    )
    is_searchable = forms.BooleanField(label=_("Others find me by my WeChat ID"), required=False)


class CardForm(forms.Form):
    """The bank card that proves who somebody is."""

    real_name = forms.CharField(label=_("Name on the ID card"), max_length=32)
    id_number = forms.CharField(
        label=_("ID number"), max_length=18, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )
