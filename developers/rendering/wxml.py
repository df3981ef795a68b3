"""WXML as a tree: a small tolerant parser that never fails and does work in proportion to the text."""

import html
import re
from dataclasses import dataclass, field

MOST_BYTES = 262_144  # bigger page files are not shown
_MOST_DEPTH = 60
_MOST_NODES = 20_000

_TOKEN = re.compile(
    r"""(?P<comment><!--)"""
    r"""|</(?P<close>[A-Za-z][\w:.-]*+)[^<>]*+>?"""
    r"""|<(?P<open>[A-Za-z][\w:.-]*+)(?P<attributes>(?:[^<>"'/]|/(?!>)|"[^"]*+"?|'[^']*+'?)*+)(?P<alone>/)?>?""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s"'<>]++)))?""")
_NEVER_WRAPS = frozenset({"import", "include", "input", "progress", "slider", "switch", "radio", "checkbox", "icon"})


@dataclass
class Node:
    """An element; its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


def parse(text: str) -> Node:
    """The tree below a nameless root. Unclosed elements end where their parent does; stray ends are passed over."""
    root = Node("")
    stack = [root]
    position = nodes = 0
    while position < len(text) and nodes < _MOST_NODES:
        start = _next_markup(text, position)
        if start > position:
            stack[-1].children.append(html.unescape(text[position:start]))
        found = _TOKEN.match(text, start) if start < len(text) else None
        if found is None:
            if start < len(text):
                stack[-1].children.append(text[start])
            position = start + 1
        elif found["comment"]:
            end = text.find("-->", found.end())
            position = len(text) if end < 0 else end + 3
        elif found["close"]:
            _close(stack, found["close"])
            position = found.end()
        else:
            _open(stack, found)
            position = _past_script(text, found)
        nodes += 1
    return root


def _next_markup(text: str, position: int) -> int:
    """Where the next tag may begin; a "<" inside {{ }} is not one."""
    at = position
    while True:
        less = text.find("<", at)
        if less < 0:
            return len(text)
        brace = text.find("{{", at, less)
        end = text.find("}}", brace) if brace >= 0 else -1
        if brace < 0 or end < less or end - brace > 500:
            return less
        at = end + 2


def _open(stack: list[Node], found: "re.Match[str]") -> None:
    node = Node(found["open"], _attributes(found["attributes"] or ""))
    stack[-1].children.append(node)
    if not found["alone"] and node.tag not in _NEVER_WRAPS and len(stack) < _MOST_DEPTH:
        stack.append(node)


def _close(stack: list[Node], tag: str) -> None:
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag == tag:
            del stack[depth:]
            return


def _attributes(text: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        value = next((part for part in found.groups()[1:] if part is not None), "true")
        table.setdefault(found[1], html.unescape(value))
    return table


def _past_script(text: str, found: "re.Match[str]") -> int:
    """The inside of <wxs> is a script, not markup."""
    if found["open"] != "wxs" or found["alone"]:
        return found.end()
    end = text.find("</wxs>", found.end())
    return len(text) if end < 0 else end
