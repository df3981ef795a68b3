"""The Mini Program information, filled in once."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entities import pictures
from entities.forms.categories import CategoriesForm
from entities.forms.names import NameFields
from entities.forms.registration import asked
from entities.name_register import checked_introduction
from platform_site.kernel.rulebook import RULES


class ProfileForm(NameFields, CategoriesForm):
    """Name, avatar, introduction, service categories.

    A picture that has passed its checks travels in `avatar_kept` (base64 of the clean PNG) when other fields have to be
    mended, so that it need not be chosen again. It is checked anew each time.
    """

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clean_picture = b""

    def clean_introduction(self) -> str:
        return str(asked(checked_introduction, self.cleaned_data["introduction"]))

    def clean(self) -> dict[str, Any]:
        """The avatar last, because it comes in one of two fields."""
        data = super().clean()
        try:
            self.clean_picture = asked(pictures.clean_avatar, self._picture())
        except ValidationError as error:
            self.add_error("avatar", error)
        return data

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
