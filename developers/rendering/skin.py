"""The colours a program chose, as a small style sheet: only checked colours of ours get in, so the CSP stays strict."""

import re
from typing import Any

from django.http import Http404, HttpResponse

from developers.models import CodePackage
from developers.packages.look import HEX_COLOUR
from developers.packages.reading import read_file
from developers.packages.strict_json import BadJson, parse
from developers.rendering.program import window_of

_TEXT_COLOURS = {"black": "#111111", "white": "#ffffff"}


def skin_response(package: CodePackage, path: str) -> HttpResponse:
    """The style sheet of one page; Http404 where the program has no such page."""
    if path not in package.facts["pages"]:
        raise Http404
    response = HttpResponse(skin_css(package, path), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=60"
    return response


def skin_css(package: CodePackage, path: str) -> str:
    """Rules for the frame of a page, from app.json and the page's own file."""
    window = window_of(package, _table(package, f"{path}.json"))
    bar = _table(package, "app.json").get("tabBar")
    bar = bar if isinstance(bar, dict) else {}
    text = _TEXT_COLOURS.get(str(window.get("navigationBarTextStyle")))
    rules = [
        _rule(".mp-bar", "background-color", _colour(window.get("navigationBarBackgroundColor"))),
        _rule(".mp-bar, .mp-bar a", "color", text),
        _rule(".mp-body", "background-color", _colour(window.get("backgroundColor"))),
        _rule(".mp-tabs", "background-color", _colour(bar.get("backgroundColor"))),
        _rule(".mp-tabs a", "color", _colour(bar.get("color"))),
        _rule('.mp-tabs a[aria-current="page"]', "color", _colour(bar.get("selectedColor"))),
    ]
    return "\n".join(rule for rule in rules if rule) + "\n"


def _rule(selector: str, name: str, value: str | None) -> str:
    return f"{selector} {{ {name}: {value}; }}" if value else ""


def _colour(value: Any) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(HEX_COLOUR, value) else None


def _table(package: CodePackage, path: str) -> dict[str, Any]:
    content = read_file(package, path)
    try:
        value = parse(content) if content else {}
    except BadJson:
        return {}
    return value if isinstance(value, dict) else {}
