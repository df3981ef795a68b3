"""A QR code on the terminal, as a picture, or as text (miniprogram-ci.md §12)."""

import base64
import io
from pathlib import Path

import segno
from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from developers.cli.client import ToolsError

FORMATS, SIZES = ("terminal", "image", "base64"), ("default", "small")


def show_qr(url: str, *, out: OutputWrapper, as_: str, size: str, path: str) -> None:
    """Print the QR, or write it to `path`; the address is printed, too."""
    code = segno.make(url, error="m", micro=False)
    if as_ == "terminal":
        drawn = io.StringIO()
        code.terminal(out=drawn, compact=size == "small", border=2)
        out.write(drawn.getvalue())
    else:
        picture = io.BytesIO()
        code.save(picture, kind="png", scale=8, border=4)
        content = picture.getvalue()
        if as_ == "base64":
            content = b"data:image/png;base64," + base64.b64encode(content)
        _put(content, out=out, path=path)
    out.write(url)
    out.flush()


def _put(content: bytes, *, out: OutputWrapper, path: str) -> None:
    if path:
        write(path, content)
    elif content.startswith(b"data:"):
        out.write(content.decode())
    else:
        raise ToolsError(_("Say with -o where to write the picture."), code="no_output")


def write(path: str, content: bytes) -> None:
    """Write a file that was asked for."""
    try:
        Path(path).write_bytes(content)
    except OSError as problem:
        raise ToolsError(f"{path}: {problem.strerror}", code="output") from None
