"""Themes and the tab bar that a program draws itself: what `@name` means, and which files `custom` asks for."""

from typing import Any

from django.utils.translation import gettext as _

from developers.packages.app_json import Program
from developers.packages.paths import joined

CUSTOM_BAR = "custom-tab-bar/index"
_MODES = ("light", "dark")


def theme_problem(program: Program, value: str) -> str:
    """What is wrong with the theme variable `@name`; "" where it is known in light and in dark."""
    theme = program.app.get("themeLocation")
    path = joined("", theme) if isinstance(theme, str) else None
    if not path or path not in program.tree:
        return _("It names a theme, but themeLocation names no file.")
    table = program.json(path)
    for mode in _MODES:
        names: Any = table.get(mode)
        if not isinstance(names, dict) or value[1:] not in names:
            return _("“%(name)s” is missing under “%(mode)s” in the theme.") % {"name": value[:60], "mode": mode}
    return ""


def check_custom_bar(program: Program, bar: dict[str, Any]) -> bool:
    """Whether the program draws its tab bar itself; then the component must be there."""
    custom = bar.get("custom", False)
    if not isinstance(custom, bool):
        program.error("tabbar_value", _("It must be true or false."), place="tabBar.custom")
        return False
    if custom and not all(f"{CUSTOM_BAR}{extension}" in program.tree for extension in (".json", ".wxml", ".js")):
        message = _("A tab bar of its own needs the component “%(path)s”.") % {"path": CUSTOM_BAR}
        program.error("tabbar_custom", message, place="tabBar.custom")
    return custom
