"""The Mini Program information, filled in once."""

import base64
import binascii

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MiniProgram
from entities import pictures
from entities.actions.profile import check_categories, check_name
from entities.forms.registration import asked
from entities.wording import check_introduction
from platform_site.kernel.rulebook import RULES


class ProfileForm(forms.Form):
    """Name, avatar, introduction, service categories.

    A picture that has passed its checks travels in `avatar_kept` (base64 of the clean PNG) when other fields have to be
    mended, so that it need not be chosen again. It is checked anew each time.
    """

    name = forms.CharField(
        label=gettext_lazy("Mini Program name"),
        max_length=200,
        strip=False,
        error_messages={"required": gettext_lazy("Enter a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60}),
    )
    avatar = forms.FileField(
        label=gettext_lazy("Avatar"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/bmp"}),
    )
    avatar_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    introduction = forms.CharField(
        label=gettext_lazy("Introduction"),
        max_length=1000,
        strip=False,
        error_messages={"required": gettext_lazy("Write an introduction.")},
        widget=forms.Textarea(
            attrs={"rows": 3, "maxlength": 240, "data-counts": "introduction-count", "data-wide": True}
        ),
    )
    categories = forms.Field(
        label=gettext_lazy("Service categories"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, mini_program: MiniProgram, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.mini_program = mini_program
        self.clean_picture = b""

    def clean_name(self) -> str:
        return str(asked(check_name, self.cleaned_data["name"], mini_program=self.mini_program))

    def clean_introduction(self) -> str:
        return str(asked(check_introduction, self.cleaned_data["introduction"]))

    def clean_categories(self) -> list[str]:
        codes = [str(code) for code in self.cleaned_data["categories"] or []]
        asked(check_categories, codes, mini_program=self.mini_program)
        return codes

    def clean(self) -> None:
        """The avatar last, because it comes in one of two fields."""
        try:
            self.clean_picture = asked(pictures.clean_avatar, self._picture())
        except ValidationError as error:
            self.add_error("avatar", error)

    def _picture(self) -> bytes:
        file = self.cleaned_data.get("avatar")
        if file is not None:
            if file.size > RULES.profile.avatar_bytes:  # told by its size, before it is read
                raise ValidationError(pictures.too_many_bytes(), code="avatar_too_large")
            return bytes(file.read())
        try:
            kept = base64.b64decode(self.cleaned_data.get("avatar_kept", ""), validate=True)
        except (binascii.Error, ValueError):
            kept = b""
        if not kept:
            raise ValidationError(_("Choose a picture."), code="avatar_missing")
        return kept

    @property
    def picture_to_keep(self) -> str:
        """The clean picture for the form that is shown again; "" when there is none."""
        return base64.b64encode(self.clean_picture).decode()
