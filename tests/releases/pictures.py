"""A picture as somebody uploads it."""

import io

from PIL import Image


def picture(*, size=(40, 30), colour="navy", kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format=kind)
    return out.getvalue()
