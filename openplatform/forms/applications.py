"""What is filled in for a mobile or a website application."""

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from accounts.forms.refusals import RuledField
from entities.papers import ACCEPT, FORMATS, keep_upload
from openplatform.actions.applications import ApplicationInput
from openplatform.models import Application, ApplicationKind
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

ICON = {"accept": ACCEPT}
SIDES = {"small": RULES.open_platform.icon_small_side, "large": RULES.open_platform.icon_large_side}


def kept_icon(file: UploadedFile | None, size: str) -> str:
    """SHA-256 of the kept icon, "" for none; Refused (field "icon_small" or "icon_large") for any other size."""
    field, side = f"icon_{size}", SIDES[size]
    if file is None:
        return ""
    try:
        with Image.open(io.BytesIO(file.read(RULES.entity.scan_bytes + 1)), formats=FORMATS) as image:
            fits = image.size == (side, side)
    except Exception:
        fits = True
    if not fits:
        words = _("The icon must have %(side)d × %(side)d pixels.") % {"side": side}
        raise Refused(words, code="icon_size", field=field)
    file.seek(0)
    return keep_upload(file, field=field)


class ApplicationForm(forms.Form):
    """An application of one kind; `before` is the rejected one that is corrected: its icons stay unless others come."""

    name = RuledField(label=gettext_lazy("Name"), max_length=200)
    introduction = RuledField(
        label=gettext_lazy("Introduction"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    site = RuledField(label=gettext_lazy("Official site"), max_length=255)
    icon_small = forms.FileField(label=gettext_lazy("Icon, small"), required=False, widget=forms.FileInput(attrs=ICON))
    icon_large = forms.FileField(label=gettext_lazy("Icon, large"), required=False, widget=forms.FileInput(attrs=ICON))
    ios_bundle = forms.CharField(label=gettext_lazy("Bundle ID (iOS)"), required=False, max_length=155)
    android_package = forms.CharField(label=gettext_lazy("Package name (Android)"), required=False, max_length=255)
    android_signature = forms.CharField(
        label=gettext_lazy("Signature (Android)"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("MD5 of the signing certificate."),
    )
    callback_domain = RuledField(
        label=gettext_lazy("Authorised callback domain"),
        max_length=300,
        help_text=gettext_lazy("Such as shop.example.com, without https:// and without a path."),
    )

    def __init__(self, kind: ApplicationKind, *args: Any, before: Application | None = None, **kwargs: Any) -> None:
        self.before = before
        if before is not None:
            columns = ("name", "introduction", "site", "ios_bundle", "android_package", "android_signature")
            kwargs["initial"] = {name: getattr(before, name) for name in (*columns, "callback_domain")}
        super().__init__(*args, **kwargs)
        mobile = ("ios_bundle", "android_package", "android_signature")
        for name in ("callback_domain",) if kind == ApplicationKind.MOBILE else mobile:
            del self.fields[name]
        for size, side in SIDES.items():
            self.fields[f"icon_{size}"].required = before is None
            self.fields[f"icon_{size}"].help_text = _("%(side)d × %(side)d pixels.") % {"side": side}

    def given(self) -> ApplicationInput:
        """After `is_valid()`; Refused for an icon that is none."""
        data = self.cleaned_data
        icons = {
            f"icon_{size}_sha256": kept_icon(data[f"icon_{size}"], size)
            or (getattr(self.before, f"icon_{size}_sha256") if self.before else "")
            for size in SIDES
        }
        texts = {name: data[name] for name in self.fields if not name.startswith("icon_")}
        return ApplicationInput(**texts, **icons)
