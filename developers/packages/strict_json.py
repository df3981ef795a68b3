"""JSON as the platform reads it: UTF-8 without BOM, no comments, no NaN, no key twice, bounded size and depth."""

import json
import re
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from platform_site.kernel.rulebook import RULES

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


class BadJson(Exception):  # noqa: N818 -- says what is wrong, as Refused does
    """`rule` is the report's rule id, `message` says what is wrong; `line` and `excerpt` where there is one."""

    def __init__(self, rule: str, message: str, *, line: int | None = None, excerpt: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.line, self.excerpt = rule, message, line, excerpt


def parse(content: bytes) -> Any:
    """The value, or BadJson."""
    if len(content) > RULES.package.json_bytes:
        raise BadJson(
            "json_size",
            _("The file has %(kb)s KB; %(limit)s KB are allowed.")
            % {"kb": -(-len(content) // 1024), "limit": RULES.package.json_bytes // 1024},
        )
    text = _text(content)
    _check_levels(text)
    try:
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_constant, parse_int=_number)
    except json.JSONDecodeError as error:
        excerpt = line_of(text, error.lineno)
        raise BadJson("json_syntax", _syntax_message(text, error), line=error.lineno, excerpt=excerpt) from None
    except (ValueError, RecursionError):
        raise BadJson("json_syntax", _("This is not valid JSON.")) from None
    return value


def line_of(text: str, number: int) -> str:
    """The line of this number, counted from 1, as it may be shown: short, and without what can't be printed."""
    start = 0
    for _n in range(number - 1):
        start = text.find("\n", start) + 1
    line = text[start : start + 400].partition("\n")[0].strip()
    return "".join(c if c.isprintable() else " " for c in line[:160])


def _text(content: bytes) -> str:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise BadJson("json_bom", _("The file begins with a byte order mark. Save it as UTF-8 without BOM."))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("json_encoding", _("The file is not UTF-8.")) from None
    if not text.strip():
        raise BadJson("json_empty", _("The file is empty."))
    return text


def _check_levels(text: str) -> None:
    level = 0
    for token in _TOKENS.finditer(text):
        first = token.group()[0]
        if first in "[{":
            level += 1
            if level > RULES.package.json_levels:
                raise BadJson(
                    "json_levels", _("It is nested more than %(n)d levels deep.") % {"n": RULES.package.json_levels}
                )
        elif first in "]}":
            level -= 1


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise BadJson("json_key_twice", _("The key “%(key)s” is there twice.") % {"key": key[:60]})
        _check_text(key)
        _check_texts(value)
        table[key] = value
    return table


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)


def _check_text(text: str) -> None:
    if _UNWANTED.search(text):
        raise BadJson("json_text", _("A text contains a character that does not exist."))


def _no_constant(name: str) -> NoReturn:
    raise BadJson("json_constant", _("%(name)s is not a JSON value.") % {"name": name})


def _number(digits: str) -> int:
    if len(digits) > 20:
        raise BadJson("json_number", _("A number is too long."))
    return int(digits)


def _syntax_message(text: str, error: json.JSONDecodeError) -> str:
    where = _("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.colno}
    near = text[error.pos : error.pos + 1]
    if near == "/":
        return _("%(where)s: comments are not allowed in JSON.") % {"where": where}
    if near in ("}", "]"):
        return _("%(where)s: something is missing before “%(near)s”, or there is a comma too many.") % {
            "where": where,
            "near": near,
        }
    return _("%(where)s: this is not valid JSON.") % {"where": where}
