"""JavaScript, looked at without running it: whether its brackets and texts close, what it requires, what it uses.

A quick look first, in a few passes of compiled expressions; only where that finds something odd, every token is read.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Nothing here is tried twice over the same bytes: what does not close is taken to its end and marked by an empty group.
_IN_DOUBLE, _IN_SINGLE = rb'(?:[^"\\\n]|\\[\s\S])*+', rb"(?:[^'\\\n]|\\[\s\S])*+"
_IN_TEMPLATE = rb"(?:[^`\\]|\\[\s\S])*+"
_LINE_COMMENT, _IN_COMMENT = rb"//[^\n]*+", rb"[\s\S]*?\*/"
_IN_PATTERN = rb"(?![*/])(?:[^/\\\n\[]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*+\]?)++"
_BEFORE = rb"(?:(?<=[(,=:\[!&|?{};\n]/)|(?<=[(,=:&|?] /)|(?<=return /))"
_QUICK = re.compile(
    rb'("' + _IN_DOUBLE + rb'(?:"|())' + rb"|'" + _IN_SINGLE + rb"(?:'|())|`" + _IN_TEMPLATE + rb"(?:`|())"
    rb"|" + _LINE_COMMENT + rb"|/\*(?:" + _IN_COMMENT + rb"|()[\s\S]*+)|/" + _BEFORE + _IN_PATTERN + rb"(?:/|()))"
)
_WIDTH = _QUICK.groups + 1  # of what a split gives for each token
_TOKEN = re.compile(
    rb"(?P<space>[ \t\r\n\x0b\x0c]++)|(?P<comment>" + _LINE_COMMENT + rb"|/\*" + _IN_COMMENT + rb")"
    rb"|(?P<word>[A-Za-z0-9_$#@\x80-\xff\\][\w$\x80-\xff\\]*+)"
    rb'|(?P<text>"' + _IN_DOUBLE + rb"\"|'" + _IN_SINGLE + rb"')|(?P<open>[(\[{])|(?P<close>[)\]}])"
    rb"|(?P<slash>/)|(?P<quote>[\"'])|(?P<tick>`)|(?P<more>\+\+|--|[^\s\w$/()\[\]{}\"'`\x80-\xff])"
)
_PATTERN = re.compile(rb"/" + _IN_PATTERN + rb"/[A-Za-z]*+")
_TEMPLATE = re.compile(rb"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+(`|\$\{)?")
_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_PARTNER = {b")": b"(", b"]": b"[", b"}": b"{"}
# after these words a slash begins a pattern; after others it divides
_BEFORE_PATTERN = frozenset(
    b"return typeof instanceof in of new delete void throw case do else yield await default extends".split()
)
# a closing round bracket of these is followed by a statement
_CONDITIONS = frozenset(b"if while for with".split())
_ROUNDS, _DEEPEST = 60, 20_000
_ENDLESS = frozenset((b"=", b"+", b"-", b"*", b"%", b"&", b"|", b"^", b"<"))  # signs that something must follow
_MAYBE_ENDLESS = re.compile(rb"[=*%&|^<+\-](?<!\+\+)(?<!--)\s*+[;)\]}]")

_API = re.compile(rb"wx\.([A-Za-z]\w*+)(?:\.([A-Za-z]\w*+))?")
_REQUIRE = re.compile(
    rb"""(?:\brequire\s*+\(\s*+|\bfrom\s*+|\bimport\s++|\bexport\s*+\*\s*+from\s*+)(["'])([^"'\n]{1,300})\1"""
)
_RUNS_TEXT = re.compile(rb"(?<![\w$.])(?:eval\s*+\(|new\s++Function\s*+\()")


@dataclass(frozen=True)
class Mistake:
    """Something that does not fit, and where it begins."""

    message: str
    position: int


@dataclass(frozen=True)
class Script:
    """A script taken apart: its code without comments and without the insides of texts, and the texts."""

    code: bytes
    texts: bytes
    is_open: bool  # something in it seems not to close

    @property
    def apis(self) -> set[str]:
        """The wx interfaces that it names: {"wx.request", "wx.cloud.init"}."""
        found = set()
        for first, second in set(_API.findall(self.code)):
            name = f"{first.decode()}.{second.decode()}" if second and first == b"cloud" else first.decode()
            found.add(f"wx.{name}")
        return found

    @property
    def runs_text(self) -> bool:
        """Whether it makes code of texts, which Mini Programs can't."""
        return (b"eval" in self.code or b"Function" in self.code) and bool(_RUNS_TEXT.search(self.code))

    @property
    def is_odd(self) -> bool:
        """Whether a closer look is needed: something may not close."""
        if self.is_open or _MAYBE_ENDLESS.search(self.code):
            return True
        brackets = self.code.translate(None, _BRACKETS)
        for _n in range(_ROUNDS):
            fewer = brackets.replace(b"()", b"").replace(b"{}", b"").replace(b"[]", b"")
            if len(fewer) == len(brackets):
                break
            brackets = fewer
        return bool(brackets)


def taken_apart(content: bytes) -> Script:
    """The quick look."""
    parts = _QUICK.split(content)
    tokens = parts[1::_WIDTH]
    is_open = any(b"" in parts[mark::_WIDTH] for mark in range(2, _WIDTH))
    texts = b"\n".join([token for token in tokens if not token.startswith(b"/")])
    return Script(b" 0 ".join(parts[::_WIDTH]), texts, is_open)


def requires(content: bytes) -> set[str]:
    """The paths that are required or imported; those in comments too, so only a hint."""
    if b"require" not in content and b"import" not in content and b"from" not in content:
        return set()
    return {path.decode("utf-8", "replace") for _quote, path in _REQUIRE.findall(content)}


class _Reader:
    """Reads every token of a script once, with the brackets that are open."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.open: list[tuple[bytes, int, bytes]] = []  # bracket or b"`", where, the word before it
        self.before, self.ends_value = b"", False  # the last word or sign; whether a value may end there
        self.no_pattern_before = 0  # where a pattern was looked for in vain, up to the end of the line

    def read(self) -> Mistake | None:
        """The first mistake, or None."""
        position = 0
        while position < len(self.content):
            found = _TOKEN.match(self.content, position)
            if found is None or found.lastgroup is None:  # a sign that is no sign of the language: not ours to judge
                position += 1
                continue
            step = getattr(self, f"_{found.lastgroup}")(found.group(), position)
            if isinstance(step, Mistake):
                return step
            position = step
        if self.open:
            bracket, where, _word = self.open[-1]
            return _unclosed(bracket, where)
        return None

    def _space(self, token: bytes, position: int) -> int:
        return position + len(token)

    _comment = _space

    def _word(self, token: bytes, position: int) -> int:
        is_property = self.before == b"."
        self.before, self.ends_value = token, is_property or token not in _BEFORE_PATTERN
        return position + len(token)

    def _text(self, token: bytes, position: int) -> int:
        self.before, self.ends_value = b'"', True
        return position + len(token)

    def _more(self, token: bytes, position: int) -> int | Mistake:
        if token == b";" and self.before in _ENDLESS:
            return _missing(token, position)
        self.ends_value = self.ends_value if token in (b"++", b"--") else False
        self.before = token
        return position + len(token)

    def _open(self, token: bytes, position: int) -> int | Mistake:
        if len(self.open) > _DEEPEST:
            return Mistake(_("The brackets are nested too deep."), position)
        self.open.append((token, position, self.before))
        self.before, self.ends_value = token, False
        return position + 1

    def _close(self, token: bytes, position: int) -> int | Mistake:
        if self.before in _ENDLESS:
            return _missing(token, position)
        if not self.open:
            return Mistake(_("“%(sign)s” closes nothing.") % {"sign": token.decode()}, position)
        bracket, where, word = self.open.pop()
        if bracket == b"${" and token == b"}":
            return self._template(position + 1, where)
        if bracket != _PARTNER[token]:
            return _unclosed(bracket, where)
        self.before = token
        self.ends_value = token == b"]" or (token == b")" and word not in _CONDITIONS)
        return position + 1

    def _slash(self, token: bytes, position: int) -> int | Mistake:
        if self.content.startswith(b"/*", position):
            return Mistake(_("A comment is not closed."), position)
        # after “}” it is a pattern or a division; the pattern is taken only where there is one
        is_division = self.ends_value or position < self.no_pattern_before
        pattern = None if is_division else _PATTERN.match(self.content, position)
        if pattern is None and not is_division:
            self.no_pattern_before = self.content.find(b"\n", position) % (len(self.content) + 1)
        self.before, self.ends_value = (b'"', True) if pattern else (b"/", False)
        return pattern.end() if pattern else position + 1

    def _quote(self, token: bytes, position: int) -> Mistake:
        return Mistake(_("A text is not closed."), position)

    def _tick(self, token: bytes, position: int) -> int | Mistake:
        return self._template(position + 1, position)

    def _template(self, position: int, where: int) -> int | Mistake:
        found = _TEMPLATE.match(self.content, position)
        if found is None or found[1] is None:
            return Mistake(_("A text is not closed."), where)
        if found[1] == b"${":
            self.open.append((b"${", where, b""))
            self.before, self.ends_value = b"{", False
        else:
            self.before, self.ends_value = b'"', True
        return found.end()


def _unclosed(bracket: bytes, where: int) -> Mistake:
    return Mistake(_("“%(sign)s” is not closed.") % {"sign": bracket.decode()}, where)


def _missing(sign: bytes, position: int) -> Mistake:
    return Mistake(_("Something is missing before “%(sign)s”.") % {"sign": sign.decode()}, position)


def mistake_in(content: bytes) -> Mistake | None:
    """The close look: the first thing that does not close."""
    return _Reader(content).read()
