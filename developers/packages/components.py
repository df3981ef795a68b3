"""The .json files of pages and components: their windows, and the custom components they use."""

import re
from collections.abc import Container
from typing import Any

from django.utils.translation import gettext as _

from developers.packages.app_json import APP, Program
from developers.packages.app_settings import check_skyline
from developers.packages.look import CHOICE_KEYS, COLOUR_KEYS, FLAG_KEYS, TEXT_KEYS, window_of
from developers.packages.paths import folder_of, joined

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
MOST_PER_FILE = 200
_FLAGS = ("component", "disableSwipeBack", "homeButton")
_OBJECTS = ("componentPlaceholder", "componentGenerics", "rendererOptions", "singlePage")
PAGE_KEYS = frozenset(
    (
        *COLOUR_KEYS, *CHOICE_KEYS, *TEXT_KEYS, *FLAG_KEYS, *_FLAGS, *_OBJECTS, "usingComponents", "renderer",
        "componentFramework", "onReachBottomDistance", "pageOrientation", "initialRenderingCache", "restartStrategy",
        "visualEffectInBackground", "style", "styleIsolation", "backgroundColorContent", "navigationBar",
        "enablePassiveEvent", "virtualHost", "pureDataPattern", "handleWebviewPreload",
    )
)  # fmt: skip


def check_pages_and_components(program: Program) -> None:
    """Every page's file, and every component that is used anywhere, once."""
    waiting = _targets(program, program.app.get("usingComponents"), file=APP)
    for page in program.pages:
        file = f"{page}.json"
        if file in program.tree:
            table = program.json(file)
            window_of(program, table, file=file)
            _check_page_keys(program, table, file)
            waiting += _targets(program, table.get("usingComponents"), file=file)
    seen: set[str] = set()
    while waiting:
        component = waiting.pop()
        if component not in seen:
            seen.add(component)
            waiting += _check_component(program, component)


def _check_page_keys(program: Program, table: dict[str, Any], file: str) -> None:
    for key, value in table.items():
        if key not in PAGE_KEYS:
            program.warning("page_unknown_key", _("This key has no meaning and is ignored."), file=file, place=key[:60])
        elif key in _FLAGS and not isinstance(value, bool):
            program.error("page_type", _("It must be true or false."), file=file, place=key)
        elif key in _OBJECTS and not isinstance(value, dict):
            program.error("page_type", _("It must be an object."), file=file, place=key)
    if table.get("renderer") == "skyline":
        check_skyline(program, file=file)


def _check_component(program: Program, component: str) -> list[str]:
    """Check one component that exists; what it uses itself."""
    file = f"{component}.json"
    table = program.json(file)
    if table.get("component") is not True:
        program.error(
            "component_flag", _("A component's file must say “component”: true."), file=file, place="component"
        )
    if f"{component}.js" not in program.tree:
        program.error("component_file_missing", _("The component has no .js file."), file=f"{component}.js")
    return _targets(program, table.get("usingComponents"), file=file)


def _targets(program: Program, table: Any, *, file: str) -> list[str]:
    """The components that a usingComponents table names and that exist; errors for the others."""
    if table is None:
        return []
    if not isinstance(table, dict) or len(table) > MOST_PER_FILE:
        program.error(
            "components_type", _("It must be an object of component paths."), file=file, place="usingComponents"
        )
        return []
    found = []
    for tag, value in table.items():
        place = f"usingComponents.{tag[:60]}"
        if not isinstance(value, str) or not value or not _TAG.fullmatch(tag):
            program.error("components_type", _("It must be a tag name and a component path."), file=file, place=place)
        elif value.startswith(("plugin://", "plugin-private://")):
            _check_plugin_component(program, value, file=file, place=place)
        elif (target := target_of(program.tree, value, folder=folder_of(file))) is None:
            program.error(
                "component_missing",
                _("The component “%(path)s” has no .json and .wxml file.") % {"path": value[:100]},
                file=file,
                place=place,
            )
        else:
            found.append(target)
    return found


def _check_plugin_component(program: Program, value: str, *, file: str, place: str) -> None:
    program.warning("components_plugin", _("Plugins are not shown here."), file=file, place=place)
    name = value.partition("://")[2].partition("/")[0]
    holders = [program.app, *(program.app.get("subPackages") or program.app.get("subpackages") or [])]
    tables = [holder.get("plugins") for holder in holders if isinstance(holder, dict)]
    declared = any(isinstance(table, dict) and name in table for table in tables)
    if value.startswith("plugin://") and not declared:
        message = _("The plugin “%(name)s” is not declared in app.json.") % {"name": name[:60]}
        program.error("components_plugin_unknown", message, file=file, place=place)


def target_of(tree: Container[str], value: str, *, folder: str) -> str | None:
    """The component that a usingComponents path means, seen from `folder`, without extension; None if there is none."""
    for path in _candidates(value, folder):
        if path and f"{path}.json" in tree and f"{path}.wxml" in tree:
            return path
    return None


def _candidates(value: str, folder: str) -> list[str | None]:
    relative = joined(folder, value)
    if value.startswith(("/", "./", "../")):
        return [relative, f"{relative}/index" if relative else None]
    npm = [joined(f"{base}/miniprogram_npm", value) for base in {folder, ""}]
    return [relative, *npm, *(f"{path}/index" for path in (relative, *npm) if path)]
