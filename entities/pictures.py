"""Avatars: a real picture is checked by its content, drawn anew without its metadata, and kept under its SHA-256."""

import hashlib
import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

FORMATS = ("BMP", "JPEG", "GIF", "PNG")


def clean_avatar(data: bytes) -> bytes:
    """A clean PNG of the rulebook's side length of an uploaded picture; Refused (field "avatar") if it is none."""
    if not data:
        raise _refused(_("The file is empty."), "avatar_empty")
    if len(data) > RULES.profile.avatar_bytes:
        raise _refused(too_many_bytes(), "avatar_too_large")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_too_many_pixels(), "avatar_dimensions") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _refused(_("This is not a BMP, JPEG, GIF or PNG picture."), "avatar_type") from error
    with image:
        _check_shape(image)
        return _drawn_anew(image)


def _check_shape(image: Image.Image) -> None:
    """What can be told before a single pixel is decoded."""
    if image.width * image.height > RULES.profile.avatar_pixels:
        raise _refused(_too_many_pixels(), "avatar_dimensions")
    if image.width != image.height:
        raise _refused(
            _("The avatar must be square. This picture has %(width)d × %(height)d pixels.")
            % {"width": image.width, "height": image.height},
            "avatar_not_square",
        )


def _drawn_anew(image: Image.Image) -> bytes:
    side = RULES.profile.avatar_side
    try:
        if getattr(image, "is_animated", False):
            raise _refused(_("An animated picture can't be an avatar. Choose a still one."), "avatar_animated")
        upright = ImageOps.exif_transpose(image).convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
        clean = Image.new("RGBA", (side, side))
        clean.paste(upright)
        out = io.BytesIO()
        clean.save(out, format="PNG", optimize=True)
    except Refused:
        raise
    except Exception as error:  # decoders fail in every way that a broken file can make them
        raise _refused(_("The picture is damaged and can't be read."), "avatar_broken") from error
    return out.getvalue()


def keep(png: bytes) -> str:
    """Keep a picture under its SHA-256, once; returns its name in the storage."""
    name = stored_name(png)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(png))
    return name


def stored_name(png: bytes) -> str:
    """Where a picture is kept."""
    return f"avatars/{hashlib.sha256(png).hexdigest()}.png"


def too_many_bytes() -> str:
    """What a too large file is told."""
    return _("The picture may have at most %(n)d MB.") % {"n": most_megabytes()}


def most_megabytes() -> int:
    """How large the uploaded file may be."""
    return RULES.profile.avatar_bytes // 1024**2


def _too_many_pixels() -> str:
    return _("The picture has too many pixels: at most %(n)d million.") % {"n": RULES.profile.avatar_pixels // 10**6}


def _refused(message: str, code: str) -> Refused:
    return Refused(message, code=code, field="avatar")
