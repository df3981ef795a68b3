"""What the uploader sends, read with a bound: an answer comes only after the body, or the client sees a broken pipe."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

JSON_BYTES = 65_536
MOST_DRAINED = 256 * 1024 * 1024  # beyond this the sender sees the connection end
_CHUNK = 1024 * 1024


def drain(request: HttpRequest) -> None:
    """Read and forget what is left of the body, so that the client gets to read the answer."""
    left = min(length_of(request), MOST_DRAINED)
    while left > 0 and (chunk := _read(request, min(left, _CHUNK))):
        left -= len(chunk)


def package_body(request: HttpRequest) -> bytes:
    """The body of an upload; Refused where it announces more than a package may have."""
    most = RULES.package.upload_bytes
    if (length := length_of(request)) > most:
        raise Refused(
            _("The package is too big: %(kb)d KB were sent, at most %(limit)d KB are read.")
            % {"kb": -(-length // 1024), "limit": most // 1024},
            code="upload_bytes",
        )
    return _whole(request, length)


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object, whatever its Content-Type says."""
    length = length_of(request)
    try:
        body = json.loads(_whole(request, length)) if length <= JSON_BYTES else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused(_("The request must be a JSON object of at most %(n)d bytes.") % {"n": JSON_BYTES}, code="47001")
    return body


def length_of(request: HttpRequest) -> int:
    """How many bytes the body is said to have."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _whole(request: HttpRequest, length: int) -> bytes:
    parts: list[bytes] = []
    while length > 0 and (chunk := _read(request, length)):
        parts.append(chunk)
        length -= len(chunk)
    if length:
        raise Refused(_("The connection ended before the whole package had come."), code="cut_off")
    return b"".join(parts)


def _read(request: HttpRequest, size: int) -> bytes:
    """The next bytes of the body; none where the sender has gone."""
    try:
        return request.read(size)
    except OSError:  # UnreadablePostError
        return b""
