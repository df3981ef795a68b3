"""The expressions inside {{ }}: a small calculator over known data. What it can't know is UNKNOWN; it never fails."""

import math
import operator
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from developers.rendering.literals import UNKNOWN, Unknown, number, unescaped

Scope = dict[str, Any]

_MOST_CHARACTERS, _MOST_TOKENS, _MOST_TEXT, _MOST_LEAVES, _MOST_DEPTH = 1000, 150, 10_000, 1000, 20
_TOKEN = re.compile(
    r"""\s*+(?:(?P<number>[0-9]{1,20}(?:\.[0-9]{1,20})?)|"(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>(?:[^'\\]|\\.)*+)'"""
    r"""|(?P<word>[A-Za-z_$][\w$]*+)|(?P<sign>\.\.\.|===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]{}]))""",
    re.DOTALL,
)
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


class _Wrong(Exception):  # noqa: N818 -- control flow of this module
    """Not an expression that is understood."""


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces: (plain text, False) and (expression, True)."""
    found: list[tuple[str, bool]] = []
    at = 0
    while (start := text.find("{{", at)) >= 0 and (end := text.find("}}", start)) >= 0:
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start + 2 : end].strip(), True))
        at = end + 2
    if at < len(text):
        found.append((text[at:], False))
    return found


def resolve(text: str, scope: Scope) -> Any:
    """An attribute's value: that of its one expression, or a text with all expressions put in; UNKNOWN if one is."""
    parts = pieces(text)
    if len(parts) == 1 and parts[0][1]:
        return evaluate(parts[0][0], scope)
    values = [evaluate(part, scope) if is_expression else part for part, is_expression in parts]
    return UNKNOWN if any(value is UNKNOWN for value in values) else "".join(shown(value) for value in values)


def shown(value: Any) -> str:
    """A value as the page shows it."""
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, list):
        return ",".join(islice(_leaves(value), _MOST_LEAVES))[:_MOST_TEXT]
    return "[object Object]" if isinstance(value, dict) else str(value)[:_MOST_TEXT]


def _leaves(items: list[Any], depth: int = 0) -> Iterator[str]:
    """The items of a list and of the lists in it, one by one: who asks may stop, however often a list holds itself."""
    for item in items:
        if isinstance(item, list) and item and depth < _MOST_DEPTH:
            yield from _leaves(item, depth + 1)
        else:
            yield "" if isinstance(item, list) else shown(item)


def is_true(value: Any) -> bool:
    """JavaScript's idea of truth; what is not known counts as true, so that it is shown."""
    if isinstance(value, Unknown | list | dict):
        return True
    return bool(value) and value == value


def evaluate(text: str, scope: Scope) -> Any:
    """The value of an expression, UNKNOWN where it can't be told."""
    try:
        parser = _Parser(text, scope)
        value = parser.choice()
        parser.end()
    except (_Wrong, RecursionError, ArithmeticError, TypeError, ValueError):
        return UNKNOWN
    return value


def table(text: str, scope: Scope) -> Scope:
    """The names that a template's data="{{a, b: c, ...d}}" gives it."""
    names: Scope = {}
    try:
        parser = _Parser(text, scope)
        while not parser.is_done:
            if parser.took("..."):
                value = parser.choice()
                names.update(value if isinstance(value, dict) else {})
            else:
                name = parser.word()
                names[name] = parser.choice() if parser.took(":") else scope.get(name)
            if not parser.took(","):
                break
        parser.end()
    except (_Wrong, RecursionError, ArithmeticError, TypeError, ValueError):
        return names
    return names


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > _MOST_CHARACTERS:
        raise _Wrong
    found: list[tuple[str, str]] = []
    at, text = 0, text.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or len(found) >= _MOST_TOKENS:
            raise _Wrong
        found.append((str(token.lastgroup), token[str(token.lastgroup)]))
        at = token.end()
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list | dict):
        return one is other
    return type(one) is type(other) and one == other or _is_number(one) and _is_number(other) and one == other  # noqa: RUF021


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def with_numbers(one: Any, other: Any) -> Any:
        if not (_is_number(one) and _is_number(other)):
            return UNKNOWN
        value = operation(one, other)
        if isinstance(value, bool):
            return value
        return value if math.isfinite(value) and abs(value) < 1e300 else UNKNOWN

    return with_numbers


def _add(one: Any, other: Any) -> Any:
    if isinstance(one, str) or isinstance(other, str):
        return (shown(one) + shown(other))[:_MOST_TEXT]
    return _numbers(operator.add)(one, other)


_LEVELS: tuple[dict[str, Callable[[Any, Any], Any]], ...] = (
    {"===": _same, "==": _same, "!==": lambda a, b: not _same(a, b), "!=": lambda a, b: not _same(a, b)},
    {
        "<": _numbers(operator.lt),
        ">": _numbers(operator.gt),
        "<=": _numbers(operator.le),
        ">=": _numbers(operator.ge),
    },
    {"+": _add, "-": _numbers(operator.sub)},
    {"*": _numbers(operator.mul), "/": _numbers(operator.truediv), "%": _numbers(math.fmod)},
)


class _Parser:
    """Recursive descent; every step consumes a token, and there are at most 150."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.tokens, self.scope, self.at = _tokens(text), scope, 0

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.tokens)

    def end(self) -> None:
        if not self.is_done:
            raise _Wrong

    def took(self, *signs: str) -> str:
        if not self.is_done and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def must_take(self, sign: str) -> None:
        if not self.took(sign):
            raise _Wrong

    def word(self) -> str:
        if self.is_done or self.tokens[self.at][0] != "word":
            raise _Wrong
        self.at += 1
        return self.tokens[self.at - 1][1]

    def choice(self) -> Any:
        condition = self.either()
        if not self.took("?"):
            return condition
        yes = self.choice()
        self.must_take(":")
        no = self.choice()
        return UNKNOWN if condition is UNKNOWN else yes if is_true(condition) else no

    def either(self) -> Any:
        value = self.both()
        while self.took("||"):
            other = self.both()
            value = UNKNOWN if value is UNKNOWN else value if is_true(value) else other
        return value

    def both(self) -> Any:
        value = self.level(0)
        while self.took("&&"):
            other = self.level(0)
            value = UNKNOWN if value is UNKNOWN else other if is_true(value) else value
        return value

    def level(self, n: int) -> Any:
        if n == len(_LEVELS):
            return self.unary()
        value = self.level(n + 1)
        while sign := self.took(*_LEVELS[n]):
            other = self.level(n + 1)
            value = UNKNOWN if UNKNOWN in (value, other) else _LEVELS[n][sign](value, other)
        return value

    def unary(self) -> Any:
        if self.took("!"):
            value = self.unary()
            return UNKNOWN if value is UNKNOWN else not is_true(value)
        if sign := self.took("-", "+"):
            value = self.unary()
            return (-value if sign == "-" else value) if _is_number(value) else UNKNOWN
        return self.member(self.primary())

    def member(self, value: Any) -> Any:
        while sign := self.took(".", "[", "("):
            if sign == ".":
                value = _member_of(value, self.word())
            elif sign == "[":
                value = _member_of(value, self.choice())
                self.must_take("]")
            else:
                self.arguments(")")
                value = UNKNOWN
        return value

    def arguments(self, end: str) -> list[Any]:
        values: list[Any] = []
        while not self.took(end):
            values.append(self.choice())
            if not self.took(","):
                self.must_take(end)
                break
        return values

    def primary(self) -> Any:
        if self.took("("):
            value = self.choice()
            self.must_take(")")
            return value
        if self.took("["):
            return self.arguments("]")
        if self.is_done or self.tokens[self.at][0] == "sign":
            raise _Wrong
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return number(text)
        if kind == "word":
            return _WORDS[text] if text in _WORDS else self.scope.get(text)
        return unescaped(text)


def _member_of(value: Any, key: Any) -> Any:
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if isinstance(value, dict):
        return value.get(shown(key))
    if isinstance(value, list | str):
        if key == "length":
            return len(value)
        if isinstance(key, int) and not isinstance(key, bool):
            return value[key] if 0 <= key < len(value) else None
    return None
