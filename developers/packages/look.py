"""How a program looks, as app.json and page files say: windows and the tab bar."""

import io
import re
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from developers.packages.app_json import APP, Program
from developers.packages.paths import joined
from developers.packages.themes import check_custom_bar, theme_problem
from platform_site.kernel.rulebook import RULES

HEX_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
COLOUR_KEYS = ("navigationBarBackgroundColor", "backgroundColor", "backgroundColorTop", "backgroundColorBottom")
CHOICE_KEYS = {
    "navigationBarTextStyle": ("black", "white"),
    "backgroundTextStyle": ("dark", "light"),
    "navigationStyle": ("default", "custom"),
}
TEXT_KEYS = ("navigationBarTitleText",)
FLAG_KEYS = ("enablePullDownRefresh", "disableScroll")
_TITLE_CHARACTERS = 200


def window_of(program: Program, table: dict[str, Any], *, file: str, place: str = "") -> dict[str, Any]:
    """The well-formed window settings of app.json's `window` or of a page's file; errors for the others."""
    found: dict[str, Any] = {}
    for key in (*COLOUR_KEYS, *CHOICE_KEYS, *TEXT_KEYS, *FLAG_KEYS):
        if key not in table:
            continue
        problem = _problem(program, key, table[key])
        if problem:
            program.error("window_value", problem, file=file, place=f"{place}.{key}" if place else key)
        elif not str(table[key]).startswith("@"):
            found[key] = table[key]
    return found


def _problem(program: Program, key: str, value: Any) -> str:
    if key in FLAG_KEYS:
        return "" if isinstance(value, bool) else _("It must be true or false.")
    if not isinstance(value, str) or len(value) > _TITLE_CHARACTERS:
        return _("It must be a short text.")
    if key in TEXT_KEYS:
        return ""
    if value.startswith("@"):
        return theme_problem(program, value)
    if key in CHOICE_KEYS:
        choices = CHOICE_KEYS[key]
        return "" if value in choices else _("It must be one of: %(choices)s.") % {"choices": ", ".join(choices)}
    return "" if HEX_COLOUR.fullmatch(value) else _("It must be a colour like #07C160.")


def check_window(program: Program) -> dict[str, Any]:
    """app.json's `window`."""
    window = program.app.get("window", {})
    if not isinstance(window, dict):
        program.error("window_type", _("It must be an object."), place="window")
        return {}
    return window_of(program, window, file=APP, place="window")


def check_tab_bar(program: Program) -> list[dict[str, str]]:
    """app.json's `tabBar`: [{"pagePath", "text", "iconPath", "selectedIconPath"}, …], [] where there is none."""
    bar = program.app.get("tabBar")
    if bar is None:
        return []
    is_custom = isinstance(bar, dict) and check_custom_bar(program, bar)
    if not isinstance(bar, dict) or not isinstance(bar.get("list"), list):
        program.error("tabbar_type", _("It must be an object with a list."), place="tabBar")
        return []
    rules = RULES.package
    items, least, most = bar["list"], rules.tab_bar_min, rules.tab_bar_custom_max if is_custom else rules.tab_bar_max
    if not least <= len(items) <= most:
        program.error(
            "tabbar_count",
            _("The tab bar has %(n)d items; it needs %(least)d to %(most)d.")
            % {"n": len(items), "least": least, "most": most},
            place="tabBar.list",
        )
        return []
    _check_bar_look(program, bar)
    tabs: list[dict[str, str]] = []
    for n, item in enumerate(items):
        tab = _tab(program, item, f"tabBar.list[{n}]")
        if tab and tab["pagePath"] in {other["pagePath"] for other in tabs}:
            program.error(
                "tabbar_duplicate",
                _("The page “%(page)s” is in the tab bar twice.") % {"page": tab["pagePath"]},
                place=f"tabBar.list[{n}].pagePath",
            )
        elif tab:
            tabs.append(tab)
    return tabs


def _check_bar_look(program: Program, bar: dict[str, Any]) -> None:
    for key in ("color", "selectedColor", "backgroundColor"):
        value = bar.get(key)
        if value is None:
            program.report.warning("tabbar_colour", _("This colour should be set."), file=APP, place=f"tabBar.{key}")
        elif isinstance(value, str) and value.startswith("@"):
            if problem := theme_problem(program, value):
                program.error("tabbar_colour", problem, place=f"tabBar.{key}")
        elif not isinstance(value, str) or not HEX_COLOUR.fullmatch(value):
            program.error("tabbar_colour", _("It must be a colour like #07C160."), place=f"tabBar.{key}")
    for key, choices in (("borderStyle", ("black", "white")), ("position", ("bottom", "top"))):
        if bar.get(key, choices[0]) not in choices:
            program.error(
                "tabbar_value",
                _("It must be one of: %(choices)s.") % {"choices": ", ".join(choices)},
                place=f"tabBar.{key}",
            )


def _tab(program: Program, item: Any, place: str) -> dict[str, str] | None:
    if not isinstance(item, dict):
        program.error("tabbar_type", _("An item of the tab bar must be an object."), place=place)
        return None
    page, text = item.get("pagePath"), item.get("text")
    if not isinstance(page, str) or page not in program.main_pages:
        program.error("tabbar_page", _("It must be one of the pages of the main package."), place=f"{place}.pagePath")
        return None
    if not isinstance(text, str) or not text.strip() or len(text) > _TITLE_CHARACTERS:
        program.error("tabbar_text", _("The item needs a short text."), place=f"{place}.text")
        return None
    icons = {key: _icon(program, item.get(key), f"{place}.{key}") for key in ("iconPath", "selectedIconPath")}
    return {"pagePath": page, "text": text, **icons}


def _icon(program: Program, value: Any, place: str) -> str:
    """The path of an icon that is fit to be shown, else ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value.startswith("@"):
        if problem := theme_problem(program, value):
            program.error("tabbar_icon_missing", problem, place=place)
        return ""
    path = joined("", value) if isinstance(value, str) else None
    content = program.tree.read(path) if path else None
    if path is None or content is None:
        program.error("tabbar_icon_missing", _("The icon does not exist."), place=place)
    elif len(content) > RULES.package.tab_icon_bytes:
        program.error(
            "tabbar_icon_size",
            _("The icon “%(path)s” has %(kb)s KB; %(limit)s KB are allowed.")
            % {"path": path, "kb": -(-len(content) // 1024), "limit": RULES.package.tab_icon_bytes // 1024},
            place=place,
        )
    elif not path.lower().endswith((".png", ".jpg", ".jpeg")) or picture_format(content) not in ("PNG", "JPEG"):
        program.error("tabbar_icon_type", _("The icon must be a PNG or JPEG picture."), place=place)
    else:
        _note_pixels(program, path, content, place)
        return path
    return ""


def _note_pixels(program: Program, path: str, content: bytes, place: str) -> None:
    best = RULES.package.tab_icon_pixels
    if (size := picture_size(content)) != (best, best):
        message = _("The icon “%(path)s” has %(w)d × %(h)d pixels; %(best)d × %(best)d look best.")
        program.info(
            "tabbar_icon_pixels", message % {"path": path, "w": size[0], "h": size[1], "best": best}, place=place
        )


def picture_size(content: bytes) -> tuple[int, int]:
    """(width, height) of a picture that picture_format knows."""
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
        return image.size


def picture_format(content: bytes) -> str:
    """ "PNG", "JPEG", "GIF", "WEBP" by content, or "" for anything else. Pixels are not decoded."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            return image.format or ""
    except Exception:  # whatever Pillow says about hostile bytes, it is no picture
        return ""
