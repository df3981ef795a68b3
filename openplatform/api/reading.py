"""What a call sends, read as its declaration says: tolerant of form, strict about what is kept (wire-api.md §0)."""

import json
from typing import Any

from django.http import HttpRequest

from developers.api.bodies import length_of
from openplatform.api.codes import ApiError
from openplatform.api.declaration import Endpoint, Kind, Parameter
from platform_site.kernel.rulebook import RULES

SHOWN = 100
MOST_DIGITS = 18
TRUE, FALSE = {"true", "1"}, {"false", "0"}


def parameters_of(endpoint: Endpoint, request: HttpRequest, body: bytes) -> dict[str, Any]:
    """{name: value} of every declared parameter; ApiError for the first that is not as it must be."""
    sent = _object(endpoint, body) if request.method == "POST" else _query(endpoint, request)
    return {parameter.name: _value(parameter, sent.get(parameter.name)) for parameter in endpoint.parameters}


def body_of(request: HttpRequest) -> bytes:
    """The body, whatever its Content-Type says; ApiError where it is bigger than anything that is read."""
    length = length_of(request)
    if length > RULES.api.body_bytes:
        raise ApiError(47001, parameter="body", came=f"{length} bytes")
    try:
        return request.read(length) if length else b""
    except OSError:  # the sender has gone
        raise ApiError(47001, parameter="body") from None


def _object(endpoint: Endpoint, body: bytes) -> dict[str, Any]:
    """The body as a JSON object."""
    if not body.strip():
        if endpoint.empty_body:
            return {}
        raise ApiError(44002, parameter="body")
    try:
        text = body.decode("utf-8-sig")
        sent = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise ApiError(47001, parameter="body", came=shown(body[:SHOWN].decode("utf-8", "replace")))
    return sent


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _query(endpoint: Endpoint, request: HttpRequest) -> dict[str, Any]:
    """The query; a parameter that is given twice could mean either."""
    for parameter in endpoint.parameters:
        if len(set(request.GET.getlist(parameter.name))) > 1:
            raise ApiError(40097, parameter=parameter.name, came="twice")
    return request.GET.dict()


def _value(parameter: Parameter, sent: Any) -> Any:
    if sent is None or sent == "":
        if parameter.required:
            raise ApiError(parameter.missing, parameter=parameter.name)
        return parameter.default
    try:
        return READERS[parameter.kind](parameter, sent)
    except _WrongError as wrong:
        raise ApiError(wrong.code, parameter=parameter.name, came=came(parameter, sent)) from None


class _WrongError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


def _text(parameter: Parameter, sent: Any) -> str:
    text = str(sent) if isinstance(sent, str | int | float) and not isinstance(sent, bool) else None
    if text is None or "\0" in text or not _is_encodable(text):
        raise _WrongError(parameter.wrong)
    if parameter.most is not None and len(text) > parameter.most:
        raise _WrongError(parameter.too_long)
    if parameter.choices and text not in parameter.choices:
        raise _WrongError(parameter.wrong)
    if parameter.pattern is not None and not parameter.pattern.fullmatch(text):
        raise _WrongError(parameter.wrong)
    return text


def _is_encodable(text: str) -> bool:
    """Half of a surrogate pair is no character, and no database takes it."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _integer(parameter: Parameter, sent: Any) -> int:
    number = _whole(sent)
    if number is None or (parameter.least is not None and number < parameter.least):
        raise _WrongError(parameter.wrong)
    if parameter.most is not None and number > parameter.most:
        raise _WrongError(parameter.wrong)
    return number


def _whole(sent: Any) -> int | None:
    """A whole number from JSON, as a number or as text; None for anything else."""
    if isinstance(sent, float):
        return int(sent) if sent.is_integer() and abs(sent) < 10**MOST_DIGITS else None
    text = str(sent).strip() if isinstance(sent, str | int) and not isinstance(sent, bool) and sent != "" else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else None


def _boolean(parameter: Parameter, sent: Any) -> bool:
    text = str(sent).lower() if isinstance(sent, bool | int | str) else ""
    if text in TRUE | FALSE:
        return text in TRUE
    raise _WrongError(parameter.wrong)


def _colour(parameter: Parameter, sent: Any) -> tuple[int, int, int]:
    """Three numbers 0-255, as text or not."""
    parts = [_whole(sent.get(name, 0)) for name in "rgb"] if isinstance(sent, dict) else []
    red, green, blue = parts or (None, None, None)
    if red is None or green is None or blue is None or not all(0 <= part <= 255 for part in (red, green, blue)):
        raise _WrongError(parameter.wrong)
    return red, green, blue


READERS: dict[Kind, Any] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.COLOUR: _colour,
}


def came(parameter: Parameter, sent: Any) -> str:
    """What was sent, as the log keeps it: a secret by its length only."""
    if parameter.secret:
        return masked(sent)
    return shown(sent if isinstance(sent, str) else json.dumps(sent, ensure_ascii=False)[: 2 * SHOWN])


def masked(sent: Any) -> str:
    """A secret in the log: how it begins and how long it is, which is enough to tell two apart."""
    text = sent if isinstance(sent, str) else type(sent).__name__
    return f"{shown(text[:4])}… ({len(text)})"


def shown(text: str) -> str:
    """Printable, and not longer than a line."""
    clean = "".join(c if c.isprintable() else "·" for c in text[: SHOWN + 1])
    return clean[:SHOWN] + "…" if len(clean) > SHOWN else clean
