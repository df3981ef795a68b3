"""What a page's script says as plain literals: its `data`. Read, never run; anything else is UNKNOWN."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

MOST_BYTES = 262_144
_MOST_DEPTH = 30
_MOST_STEPS = 100_000
_MOST_MAKERS = 4


class Unknown:
    """A value that only running the script could tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return True


UNKNOWN = Unknown()

_SKIP = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)*+")
_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*+)"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\$]|\\.|\$(?!\{))*+)`""", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,3})?(?![\w.])")
_DULL = re.compile(r"""[^\s,{}()\[\]"'`/]++""")
_WORD = re.compile(r"[A-Za-z_$][\w$]*+")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_PAIRS = {"{": "}", "[": "]", "(": ")"}


class _Stop(Exception):  # noqa: N818 -- not an error: here reading ends
    """This can't be read any further."""


@dataclass
class _Reader:
    text: str
    at: int = 0
    steps: int = 0

    def skip(self) -> str:
        """Pass over space and comments; the character that follows ("" at the end)."""
        found = _SKIP.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def take(self, pattern: "re.Pattern[str]") -> "re.Match[str] | None":
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def page_object(script: str, maker: str = "Page") -> dict[str, Any]:
    """The object given to `Page({…})` or `Component({…})`; what is no literal is UNKNOWN. {} if there is none."""
    if len(script) > MOST_BYTES:
        return {}
    starts = re.finditer(rf"\b{maker}\s{{0,9}}\(\s{{0,99}}(?=\{{)", script)
    for start in islice(starts, _MOST_MAKERS):  # a comment may speak of one
        try:
            value = _value(_Reader(script, start.end()), 0)
        except _Stop:
            continue
        if isinstance(value, dict) and not {"data", "properties"}.isdisjoint(value):
            return value
    return {}


def _value(reader: _Reader, depth: int) -> Any:
    """A literal, if that is all there is before the next comma or bracket; else UNKNOWN."""
    before = reader.at
    try:
        value = _literal(reader, depth)
        if reader.skip() in (",", "}", "]", ")", ";", ""):
            return value
    except _Stop:
        if depth == 0:
            raise
    reader.at = before
    _pass_over(reader)
    return UNKNOWN


def _literal(reader: _Reader, depth: int) -> Any:
    if depth > _MOST_DEPTH:
        raise _Stop
    first = reader.skip()
    if first == "{":
        return _object(reader, depth)
    if first == "[":
        return _list(reader, depth)
    if found := reader.take(_STRING):
        return unescaped(next(part for part in found.groups() if part is not None))
    if found := reader.take(_NUMBER):
        return number(found[0])
    if (found := reader.take(_WORD)) and found[0] in _WORDS:
        return _WORDS[found[0]]
    raise _Stop


def _object(reader: _Reader, depth: int) -> dict[str, Any]:
    reader.at += 1
    table: dict[str, Any] = {}
    while (first := reader.skip()) != "}":
        if first == "":
            raise _Stop
        key = _key(reader)
        if key is not None and reader.skip() == ":":
            reader.at += 1
            table[key] = _value(reader, depth + 1)
        else:  # a method, a shorthand, a spread
            if key is not None:
                table[key] = UNKNOWN
            _pass_over(reader)
        if reader.skip() == ",":
            reader.at += 1
        elif reader.skip() != "}":
            raise _Stop
    reader.at += 1
    return table


def _key(reader: _Reader) -> str | None:
    if found := reader.take(_STRING):
        return unescaped(next(part for part in found.groups() if part is not None))
    if found := reader.take(_NUMBER) or reader.take(_WORD):
        return found[0]
    return None


def _list(reader: _Reader, depth: int) -> list[Any]:
    reader.at += 1
    items: list[Any] = []
    while (first := reader.skip()) != "]":
        if first == "":
            raise _Stop
        items.append(_value(reader, depth + 1))
        if reader.skip() == ",":
            reader.at += 1
        elif reader.skip() != "]":
            raise _Stop
    reader.at += 1
    return items


def _pass_over(reader: _Reader) -> None:
    """Go to the comma or bracket that ends this expression."""
    expected: list[str] = []
    while character := reader.skip():
        reader.steps += 1
        if reader.steps > _MOST_STEPS:
            raise _Stop
        if not expected and character in ",}])":
            return
        if character in _PAIRS:
            expected.append(_PAIRS[character])
        elif expected and character == expected[-1]:
            expected.pop()
        elif (character in "\"'`" and reader.take(_STRING)) or reader.take(_DULL):
            continue
        reader.at += 1
    raise _Stop


def unescaped(text: str) -> str:
    """A JavaScript string's contents as the text it means."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: "re.Match[str]") -> str:
    escape = found[1]
    if len(escape) > 1:
        code = int(escape[1:].strip("{}"), 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _ESCAPES.get(escape, escape)


def number(text: str) -> float | int:
    """A number as JavaScript would print it: whole ones without a point."""
    value = float(text)
    return int(value) if value == value // 1 and abs(value) < 1e15 else value
