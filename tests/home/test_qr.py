"""What the phone reads in a picture: QR codes and nothing that only looks like some other code."""

import io

import segno
import zxingcpp
from PIL import Image

from platform_site.web import qr

ADDRESS = "http://testserver/q/abc"


def as_png(*parts: Image.Image) -> bytes:
    """One picture with these below each other."""
    whole = Image.new("L", (max(p.width for p in parts) + 40, sum(p.height + 40 for p in parts)), 255)
    top = 20
    for part in parts:
        whole.paste(part, (20, top))
        top += part.height + 40
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def bars() -> Image.Image:
    """A bar code of digits, as those of parcels and of shelves."""
    code = zxingcpp.create_barcode("1665", zxingcpp.BarcodeFormat.Code128)
    return Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=3)).convert("L")


def square() -> Image.Image:
    out = io.BytesIO()
    segno.make(ADDRESS).save(out, kind="png", scale=6)
    return Image.open(out).convert("L")


def test_a_bar_code_in_the_picture_does_not_hide_the_qr():
    assert qr.read(as_png(bars(), square())) == ADDRESS


def test_a_bar_code_alone_is_nothing_that_a_phone_opens():
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(as_png(bars()))))
    assert qr.read(as_png(bars())) is None
