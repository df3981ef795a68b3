"""QR codes as pictures, and pictures read back."""

import io

import segno
import zxingcpp
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")  # never EPS and its like, which start programs of their own
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def absolute(path: str) -> str:
    """The address that a phone's camera opens: BASE_URL and the path."""
    return f"{settings.BASE_URL}{path}"


def svg(path: str, *, label: str) -> SafeString:
    """An inline SVG of the QR of a path of ours, with its label for screen readers. Sized by CSS."""
    drawn = segno.make(absolute(path), error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="#111", light="#fff", title=label, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 -- segno escapes the title; the rest is its own markup


def png(path: str, *, scale: int = 8) -> bytes:
    """A PNG of the QR of a path of ours, for download."""
    out = io.BytesIO()
    segno.make(absolute(path), error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def jpeg(path: str, *, scale: int = 10) -> bytes:
    """A JPEG of the QR of a path of ours that a weak decoder reads too: few modules, mask 0 (miniprogram-ci.md §6)."""
    drawn = io.BytesIO()
    segno.make(absolute(path), error="l", micro=False, boost_error=False, mask=0).save(
        drawn, kind="png", scale=scale, border=4
    )
    out = io.BytesIO()
    with Image.open(drawn) as image:
        image.convert("RGB").save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def read(picture: bytes, *, most_pixels: int = 25_000_000) -> str | None:
    """The text of the first QR in a picture (PNG, JPEG, …), or None. Never raises on bad pictures."""
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
            if image.width * image.height > most_pixels:
                return None
            found = zxingcpp.read_barcodes(image.convert("L"), formats=QR_ONLY)
    except Exception:  # decoders fail in every way that a broken file can make them
        return None
    return next((code.text for code in found), None)
