"""Pictures for the stories: an avatar, a scan of a certificate."""

import io
from functools import cache

from PIL import Image, ImageDraw

JADE = "#12805c"


@cache
def avatar(colour: str = JADE, letter: str = "H") -> bytes:
    """A square PNG to use as a Mini Program's avatar."""
    side = 288
    image = Image.new("RGB", (side, side), colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((side * 0.18, side * 0.18, side * 0.82, side * 0.82), fill="white")
    draw.text((side / 2, side / 2), letter, fill=colour, font_size=120, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@cache
def scan(title: str = "CERTIFICATE", colour: str = "#b03a2e") -> bytes:
    """A PNG that looks like a scanned certificate with a seal; plainly invented."""
    image = Image.new("RGB", (800, 1130), "#fbfaf5")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 760, 1090), outline="#8d8d80", width=6)
    draw.text((400, 160), title, fill="#333333", font_size=52, anchor="mm")
    draw.text((400, 240), "of the simulated world", fill="#777777", font_size=28, anchor="mm")
    for line in range(9):
        draw.line((110, 360 + line * 60, 690 - line % 3 * 90, 360 + line * 60), fill="#c9c8bf", width=10)
    draw.ellipse((500, 860, 700, 1060), outline=colour, width=9)
    draw.text((600, 960), "SEAL", fill=colour, font_size=44, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
