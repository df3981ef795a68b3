"""Scans: a real picture is told by its content, drawn anew as a JPEG without its metadata, and kept privately.

The storage has no public address: what lies in it leaves through a view that names its folder, and the views of papers
(entities/views/papers.py) show one to its own account and to staff only. Source: console.md §1.6.2; security.md E1.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from entities.models import CategoryPaper, NamePaper, Paper
from entities.models.papers import stored_name_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

FORMATS = ("JPEG", "PNG", "BMP", "GIF")
ACCEPT = "image/jpeg,image/png,image/bmp,image/gif"  # what the browser's file dialog offers
MEGABYTE = 1024**2
QUALITY = 85  # of the JPEG: small print stays sharp


class Stored(Protocol):
    """A picture that the storage has: a paper, or a screenshot of a review."""

    @property
    def pk(self) -> int:
        """Its number, or that of what it belongs to."""

    @property
    def stored_name(self) -> str:
        """Where it lies."""


@dataclass(frozen=True)
class Kept:
    """A kept picture that has no row of its own: the number of what it belongs to, and its SHA-256."""

    pk: int
    sha256: str

    @property
    def stored_name(self) -> str:
        """Where it lies."""
        return stored_name_of(self.sha256)


def clean_scan(data: bytes) -> bytes:
    """A clean JPEG of an uploaded picture, at most RULES.entity.scan_side wide and high.

    Of an animation the first picture counts. Refused (field "papers") when it is empty, too large or no picture.
    """
    if not data:
        raise _refused(_("The file is empty."), "papers_empty")
    if len(data) > RULES.entity.scan_bytes:
        raise _refused(too_many_bytes(), "papers_too_large")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_too_many_pixels(), "papers_dimensions") from error
    except Exception as error:  # a header that lies fails in every way
        raise _not_a_picture() from error
    with image:
        if image.width * image.height > RULES.entity.scan_pixels:
            raise _refused(_too_many_pixels(), "papers_dimensions")
        return _drawn_anew(image)


def _drawn_anew(image: Image.Image) -> bytes:
    side = RULES.entity.scan_side
    try:
        image.draft("RGB", (side, side))  # a large JPEG is decoded no larger than it is kept
        plain = _on_white(ImageOps.exif_transpose(image))
        plain.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        plain.save(out, format="JPEG", quality=QUALITY, optimize=True)
    except Exception as error:  # decoders fail in every way that a broken file can make them
        raise _refused(_("The picture is damaged and can't be read."), "papers_broken") from error
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """The picture in plain colours, what was transparent in white, nothing of its file left."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    seen = image.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen)
    return plain


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a clean scan."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        return image.size


def keep(jpeg: bytes) -> str:
    """Keep a clean scan, once; returns the SHA-256 under which it lies."""
    sha256 = hashlib.sha256(jpeg).hexdigest()
    if not default_storage.exists(name := stored_name_of(sha256)):
        default_storage.save(name, ContentFile(jpeg))
    return sha256


def keep_upload(file: UploadedFile, *, field: str) -> str:
    """Keep an uploaded picture, read no further than one may be large; Refused (`field`) for what is none."""
    try:
        return keep(clean_scan(file.read(RULES.entity.scan_bytes + 1)))
    except Refused as refusal:
        raise Refused(refusal.message, code=refusal.code, field=field) from None


def paper_with(key: int) -> Paper | None:
    """A paper by its number, whosever it is: the view says who may see it."""
    return Paper.objects.filter(pk=key).first()


def desk_paper_with(key: int) -> Paper | None:
    """A paper that proves a category or a name: what the desk's pages of these show, and nothing about people."""
    proves = Q(pk__in=CategoryPaper.objects.values("paper")) | Q(pk__in=NamePaper.objects.values("paper"))
    return Paper.objects.filter(proves, pk=key).first()


def jpeg_of(paper: Stored) -> bytes | None:
    """The picture, if the storage has it."""
    if not default_storage.exists(paper.stored_name):
        return None
    with default_storage.open(paper.stored_name) as file:
        return bytes(file.read())


def too_many_bytes() -> str:
    """What a too large file is told."""
    return _("The file may have at most %(n)d MB.") % {"n": RULES.entity.scan_bytes // MEGABYTE}


def _too_many_pixels() -> str:
    return _("The picture has too many pixels: at most %(n)d million.") % {"n": RULES.entity.scan_pixels // 10**6}


def _not_a_picture() -> Refused:
    return _refused(_("This is not a JPEG, PNG, BMP or GIF picture."), "papers_type")


def _refused(message: str, code: str) -> Refused:
    return Refused(message, code=code, field="papers")
