"""Avatars are checked by their content and drawn anew: nothing of the file that came in is kept."""

import hashlib
import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from entities.pictures import clean_avatar, keep
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from tests.entities.helpers import picture

SIDE = RULES.profile.avatar_side


def code_of(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        clean_avatar(data)
    assert refused.value.field == "avatar"
    return refused.value.code


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be this large and has no pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def frames(kind: str) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
@pytest.mark.parametrize("side", [1, 50, 144, 800])
def test_a_square_picture_of_four_kinds_becomes_a_png_of_one_size(kind, side):
    clean = opened(clean_avatar(picture(side, kind=kind)))
    assert (clean.format, clean.size) == ("PNG", (SIDE, SIDE))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "avatar_empty"),
        (b"hello", "avatar_type"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
            "avatar_type",
        ),
        (b"%PDF-1.4 ...", "avatar_type"),
        (picture(kind="WEBP"), "avatar_type"),
        (picture(kind="TIFF"), "avatar_type"),
        (picture(kind="ICO"), "avatar_type"),
        (picture(size=(200, 201)), "avatar_not_square"),
        (picture(400)[:200], "avatar_broken"),
        (png_header(50_000, 50_000), "avatar_dimensions"),
        (png_header(10_000, 10_000), "avatar_dimensions"),
        (png_header(5_001, 5_001), "avatar_dimensions"),
        (png_header(100, 100), "avatar_broken"),
        (frames("GIF"), "avatar_animated"),
        (frames("PNG"), "avatar_animated"),
    ],
)
def test_anything_else_is_refused_with_its_reason(data, code):
    assert code_of(data) == code


def test_two_megabytes_are_taken_and_one_byte_more_is_not():
    filled = picture()
    filled += b"\0" * (RULES.profile.avatar_bytes - len(filled))
    assert opened(clean_avatar(filled)).size == (SIDE, SIDE)
    assert code_of(filled + b"\0") == "avatar_too_large"


def test_what_hangs_on_a_picture_does_not_come_through():
    polyglot = picture() + b"PK\x03\x04<script>alert(1)</script>"
    clean = clean_avatar(polyglot)
    assert b"script" in polyglot
    assert b"script" not in clean
    assert b"PK\x03\x04" not in clean


def test_metadata_with_a_place_are_dropped():
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture(kind="JPEG", exif=exif.tobytes(), comment=b"at home")
    assert b"Secret camera" in data
    clean = opened(clean_avatar(data))
    assert (dict(clean.getexif()), clean.info) == ({}, {})


def test_a_picture_is_turned_as_its_camera_says():
    out, exif = io.BytesIO(), Image.Exif()
    image = Image.new("RGB", (100, 100), "white")
    image.paste("black", (0, 0, 100, 50))  # upper half
    exif[0x0112] = 3  # upside down
    image.save(out, "JPEG", exif=exif.tobytes())
    clean = opened(clean_avatar(out.getvalue())).convert("L")
    assert clean.getpixel((SIDE // 2, 5)) > 200 > 50 > clean.getpixel((SIDE // 2, SIDE - 5))


def test_transparency_is_kept():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean_avatar(out.getvalue())).getpixel((3, 3))[3] == 0


def test_a_picture_is_kept_once_under_its_hash():
    png = clean_avatar(picture())
    name = keep(png)
    assert name == keep(png) == f"avatars/{hashlib.sha256(png).hexdigest()}.png"
    assert default_storage.listdir("avatars")[1] == [name.removeprefix("avatars/")]
    assert clean_avatar(picture()) == png
