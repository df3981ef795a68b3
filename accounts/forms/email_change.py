"""Where the log-in e-mail shall move."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms.register import LIVE_CHECK, PlainEmailField


class EmailChangeForm(forms.Form):
    """The new address."""

    email = PlainEmailField(label=_("New e-mail address"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["email"].widget.attrs.update(LIVE_CHECK | {"hx-post": reverse("accounts:register_check_email")})
