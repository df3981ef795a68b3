"""WXML and WXSS, looked at before anything is drawn: whether tags, braces and texts close, and what they name."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from developers.packages.scripts import Mistake

# May stand without an end: the pages of people who write <input> are shown all the same.
ALONE = frozenset(b"import include input progress slider switch radio checkbox icon image".split())
_MARK = re.compile(
    rb"<!--(?:(?P<comment>[\s\S]*?-->)|[\s\S]*+)|(?P<mustache>\{\{[^{}]*+\}\})"
    rb"|<wxs\b[^<>]*+(?<!/)>(?:(?P<wxs>[\s\S]*?</wxs\s*+>)|[\s\S]*+)"
    rb"""|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*+)(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>"""
    rb"|(?P<broken><(?:!--|[A-Za-z/]))"
)
_SOURCES = re.compile(rb"""<(import|include|wxs)\b[^<>]*?\ssrc\s*+=\s*+["']([^"'<>{}]{1,300})["']""")
_STYLE_TEXTS = (
    rb"""/\*(?:[\s\S]*?\*/|()[\s\S]*+)|"(?:[^"\\\n]|\\[\s\S])*+(?:"|())|'(?:[^'\\\n]|\\[\s\S])*+(?:'|())"""
    rb"""|url\(\s*+[^"'()\s][^()\n]*+\)"""
)
_QUICK_STYLE = re.compile(_STYLE_TEXTS)
_WIDTH = _QUICK_STYLE.groups + 1
_STYLE_TOKEN = re.compile(_STYLE_TEXTS + rb"|[{}()]")
_IMPORT = re.compile(rb"""@import\s*+(?:url\(\s*+)?["']([^"'\n]{1,300})["']""")
_LOCAL_PICTURE = re.compile(rb"""url\(\s*+["']?(?!data:|https?:|//|["')\s])([^"')]{1,300})""", re.IGNORECASE)
_STYLE_COMMENT = re.compile(rb"/\*(?:[\s\S]*?\*/|[\s\S]*+)")
_NOT_BRACES = bytes(set(range(256)) - set(b"(){}"))
_PARTNER = {b")": b"(", b"}": b"{"}
_ROUNDS = 6  # deeper braces are rare and get the full look


def sources_of(content: bytes) -> set[tuple[str, str]]:
    """(element, path) of what a page includes: {("import", "../a.wxml"), ("wxs", "./b.wxs")}."""
    if b"src" not in content:
        return set()
    return {(tag.decode(), path.decode("utf-8", "replace")) for tag, path in _SOURCES.findall(content)}


def markup_mistakes(content: bytes) -> Iterator[tuple[bool, Mistake]]:
    """(whether it may stay, the mistake): every element that should have an end, up to the first real mistake."""
    stack: list[tuple[bytes, int]] = []
    for found in _MARK.finditer(content):
        if found.lastgroup in ("comment", "mustache", "wxs"):
            continue
        if found["name"] is None:
            yield False, Mistake(_("A tag or comment is not closed."), found.start())
            return
        if found["close"]:
            yield from ((True, _no_end(*lone)) for lone in _lone(stack, found["name"]))
            if not stack or stack[-1][0] != found["name"]:
                yield False, _no_end(*stack[-1]) if stack else _stray(found["name"], found.start())
                return
            stack.pop()
        elif not found["attributes"].endswith(b"/"):
            stack.append((found["name"], found.start()))
    for name, position in reversed(stack):
        yield name in ALONE, _no_end(name, position)


def _lone(stack: list[tuple[bytes, int]], name: bytes) -> Iterator[tuple[bytes, int]]:
    """The elements on top of the stack that may stand without an end, taken off it."""
    while stack and stack[-1][0] != name and stack[-1][0] in ALONE:
        yield stack.pop()


def _no_end(name: bytes, position: int) -> Mistake:
    shown = name.decode()[:60]
    return Mistake(_("<%(tag)s> has no end: </%(tag)s> is missing.") % {"tag": shown}, position)


def _stray(name: bytes, position: int) -> Mistake:
    return Mistake(_("</%(tag)s> ends nothing.") % {"tag": name.decode()[:60]}, position)


def style_mistake(content: bytes) -> Mistake | None:
    """The first brace, bracket, text or comment that does not close; a quick look first."""
    parts = _QUICK_STYLE.split(content)
    is_open = any(b"" in parts[mark::_WIDTH] for mark in range(1, _WIDTH))
    braces = b"".join(parts[::_WIDTH]).translate(None, _NOT_BRACES)
    for _n in range(_ROUNDS):
        braces = braces.replace(b"()", b"").replace(b"{}", b"")
    return _style_mistake_in_full(content) if braces or is_open else None


def _style_mistake_in_full(content: bytes) -> Mistake | None:
    stack: list[tuple[bytes, int]] = []
    for found in _STYLE_TOKEN.finditer(content):
        token = found.group()
        if found.lastindex is not None:
            message = _("A comment is not closed.") if token.startswith(b"/*") else _("A text is not closed.")
            return Mistake(message, found.start())
        if token in (b"{", b"("):
            stack.append((token, found.start()))
        elif token in _PARTNER:
            if not stack:
                return Mistake(_("“%(sign)s” closes nothing.") % {"sign": token.decode()}, found.start())
            bracket, position = stack.pop()
            if bracket != _PARTNER[token]:
                return Mistake(_("“%(sign)s” is not closed.") % {"sign": bracket.decode()}, position)
    if stack:
        return Mistake(_("“%(sign)s” is not closed.") % {"sign": stack[-1][0].decode()}, stack[-1][1])
    return None


def imports_of(content: bytes) -> set[str]:
    """The style sheets that this one imports."""
    if b"@import" not in content:
        return set()
    return {path.decode("utf-8", "replace") for path in _IMPORT.findall(_STYLE_COMMENT.sub(b"", content))}


def local_pictures_of(content: bytes) -> set[str]:
    """The files of the package that a style sheet wants to show, which only pages can."""
    if b"url(" not in content:
        return set()
    return {path.decode("utf-8", "replace") for path in _LOCAL_PICTURE.findall(_STYLE_COMMENT.sub(b"", content))}
