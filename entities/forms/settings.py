"""What Basic settings change without another page's help: the avatar, the introduction."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entities import pictures
from entities.forms.registration import asked
from entities.name_register import checked_introduction
from platform_site.kernel.rulebook import RULES


class AvatarForm(forms.Form):
    """Another avatar."""

    avatar = forms.FileField(
        label=_("Avatar"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a picture.")},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/bmp"}),
    )

    def clean_avatar(self) -> bytes:
        """The file, told by its size before it is read; the action draws it anew."""
        file = self.cleaned_data["avatar"]
        if file.size > RULES.profile.avatar_bytes:
            raise ValidationError(pictures.too_many_bytes(), code="avatar_too_large")
        data = bytes(file.read())
        asked(pictures.clean_avatar, data)
        return data


class IntroductionForm(forms.Form):
    """Another introduction."""

    introduction = forms.CharField(
        label=_("Introduction"),
        max_length=1000,
        strip=False,
        error_messages={"required": _("Write an introduction.")},
        widget=forms.Textarea(
            attrs={"rows": 3, "maxlength": 240, "data-counts": "introduction-count", "data-wide": True}
        ),
    )

    def clean_introduction(self) -> str:
        return str(asked(checked_introduction, self.cleaned_data["introduction"]))


class SearchForm(forms.Form):
    """Whether the Mini Program can be found by searching."""

    searchable = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
