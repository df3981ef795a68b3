"""The JPEG of a QR, exactly as wide as it was asked for."""

import io

import segno
from PIL import Image

from platform_site.web.qr import absolute

QUIET = 4  # modules of white around, as the standard asks
DARKEST, LIGHT_WEIGHTS = 130, (0.299, 0.587, 0.114)  # a lighter line than this is drawn black: cameras must read it
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
Colour = tuple[int, int, int]


def jpeg_of(path: str, *, width: int, line: Colour = BLACK) -> bytes:
    """A JPEG, `width` pixels square, of the QR of a path of ours; `line` is the colour of its dark parts."""
    code = segno.make(absolute(path), error="m", micro=False)
    modules = code.symbol_size(border=QUIET)[0]
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=max(1, width // modules), border=QUIET)
    picture = Image.new("RGB", (width, width), WHITE)
    with Image.open(drawn) as image:
        inked = _inked(image.convert("L"), readable(line))
        at = (width - inked.width) // 2
        picture.paste(inked, (at, at))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, subsampling=0)
    return out.getvalue()


def readable(line: Colour) -> Colour:
    """The colour, or black where it is too light to be read on white."""
    lightness = sum(part * weight for part, weight in zip(line, LIGHT_WEIGHTS, strict=True))
    return line if lightness <= DARKEST else BLACK


def _inked(drawn: Image.Image, line: Colour) -> Image.Image:
    inked = Image.new("RGB", drawn.size, WHITE)
    inked.paste(line, mask=drawn.point(lambda light: 255 - light))
    return inked
