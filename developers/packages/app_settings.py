"""What else app.json says, beside pages, windows and components: a table of keys, and a rule for each that has one."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from developers.packages.app_json import Program
from developers.packages.paths import joined
from platform_site.kernel.rulebook import RULES

_OBJECT, _LIST, _TEXT, _FLAG = "object", "list", "text", "flag"
KINDS: dict[str, type] = {_OBJECT: dict, _LIST: list, _TEXT: str, _FLAG: bool}
# Keys without a rule of their own: what they must be. "" is anything.
PLAIN_KEYS = {
    "darkmode": _FLAG, "debug": _FLAG, "cloud": _FLAG, "resizable": _FLAG, "functionalPages": "", "style": _TEXT,
    "useExtendedLib": _OBJECT, "entranceDeclare": _OBJECT, "embeddedAppIdList": _LIST, "halfPage": _OBJECT,
    "singlePage": _OBJECT, "supportedMaterials": _LIST, "serviceProviderTicket": _TEXT, "appBar": _OBJECT,
    "componentFramework": _TEXT, "rendererOptions": _OBJECT, "convertRpxToVw": _FLAG, "static": _LIST,
    "miniApp": _OBJECT, "references": "", "debugOptions": _OBJECT, "enablePassiveEvent": "",
    "openLocationPagePath": _TEXT,
    "__usePrivacyCheck__": _FLAG, "componentPlaceholder": _OBJECT, "resolveAlias": _OBJECT, "usePrivacyCheck": _FLAG,
    "window": "", "pages": "", "tabBar": "", "usingComponents": "", "subpackages": "", "subPackages": "",
    "themeLocation": _TEXT, "sitemapLocation": _TEXT, "entryPagePath": "", "workers": "", "networkTimeout": "",
    "preloadRule": "", "plugins": "", "permission": "", "requiredPrivateInfos": "", "requiredBackgroundModes": "",
    "navigateToMiniProgramAppIdList": "", "lazyCodeLoading": "", "renderer": "",
}  # fmt: skip
SCOPES = (
    "scope.userInfo", "scope.userLocation", "scope.userFuzzyLocation", "scope.userLocationBackground", "scope.record",
    "scope.camera", "scope.bluetooth", "scope.writePhotosAlbum", "scope.addPhoneContact", "scope.addPhoneCalendar",
    "scope.werun", "scope.address", "scope.invoice", "scope.invoiceTitle",
)  # fmt: skip
PRIVATE_INFOS = (
    "getFuzzyLocation", "getLocation", "onLocationChange", "startLocationUpdate", "startLocationUpdateBackground",
    "chooseLocation", "choosePoi", "chooseAddress",
)  # fmt: skip
BACKGROUND_MODES = ("audio", "location", "bluetooth")
_VERSION = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}")
_APPID = re.compile(r"wx[0-9a-zA-Z]{4,30}")
_MOST = 200  # entries of one table that are looked at


def check_settings(program: Program) -> None:
    """Every key of app.json that the other modules do not read."""
    if "app.js" not in program.tree:
        program.report.error("app_js_missing", _("The program has no app.js."), file="app.js")
    _check_keys(program)
    for key, check in _CHECKS.items():
        if key in program.app:
            check(program, program.app[key])
    if program.app.get("debug") is True:
        program.info("debug_on", _("Debug output is on; turn it off before publication."), place="debug")
    if program.app.get("renderer") == "skyline":
        check_skyline(program, file="app.json")


def _check_keys(program: Program) -> None:
    for key, value in program.app.items():
        if key not in PLAIN_KEYS:
            program.warning("app_unknown_key", _("This key has no meaning and is ignored."), place=key[:60])
        elif PLAIN_KEYS[key]:
            check_kind(program, value, PLAIN_KEYS[key], key)


def check_kind(program: Program, value: Any, kind: str, place: str, *, rule: str = "app_type") -> bool:
    """Whether the value is of this kind; an error otherwise."""
    if isinstance(value, KINDS[kind]):
        return True
    messages = {
        _OBJECT: _("It must be an object."),
        _LIST: _("It must be a list."),
        _TEXT: _("It must be a text."),
        _FLAG: _("It must be true or false."),
    }
    program.error(rule, messages[kind], place=place)
    return False


def check_choice(program: Program, rule: str, value: Any, choices: tuple[str, ...], place: str) -> None:
    """An error where the value is none of the choices."""
    if value not in choices:
        program.error(rule, _("It must be one of: %(choices)s.") % {"choices": ", ".join(choices)}, place=place)


def check_skyline(program: Program, *, file: str) -> None:
    """The Skyline renderer wants lazy code loading."""
    if program.app.get("lazyCodeLoading") != "requiredComponents":
        message = _("The Skyline renderer needs “lazyCodeLoading”: “requiredComponents” in app.json.")
        program.error("skyline", message, file=file, place="renderer")


def _entry_page(program: Program, value: Any) -> None:
    if value not in program.pages:
        program.error("entry_page", _("This page is not in the list of pages."), place="entryPagePath")


def _theme(program: Program, value: Any) -> None:
    path = joined("", value) if isinstance(value, str) else None
    if isinstance(value, str) and (not path or path not in program.tree):
        program.error("theme_missing", _("The file of the theme does not exist."), place="themeLocation")


def _workers(program: Program, value: Any) -> None:
    path = value.get("path") if isinstance(value, dict) else value
    if not isinstance(path, str) or not (folder := joined("", path)) or not program.tree.has_folder(folder):
        program.error("workers", _("The folder of workers does not exist."), place="workers")


def _timeouts(program: Program, timeouts: Any) -> None:
    if not check_kind(program, timeouts, _OBJECT, "networkTimeout", rule="network_timeout"):
        return
    for key in ("request", "connectSocket", "uploadFile", "downloadFile"):
        value, most = timeouts.get(key, RULES.package.timeout_ms_max), RULES.package.timeout_ms_max
        if type(value) is not int or value <= 0:
            program.error("network_timeout", _("It must be a number of milliseconds."), place=f"networkTimeout.{key}")
        elif value > most:
            message = _("At most %(most)d milliseconds have an effect.") % {"most": most}
            program.warning("network_timeout_long", message, place=f"networkTimeout.{key}")


def _preload(program: Program, rules: Any) -> None:
    if not check_kind(program, rules, _OBJECT, "preloadRule", rule="preload_rule"):
        return
    known = {sub.root for sub in program.subpackages} | {sub.name for sub in program.subpackages} | {"__APP__"}
    pages = set(program.pages)
    for page, rule in list(rules.items())[:_MOST]:
        packages = rule.get("packages") if isinstance(rule, dict) else None
        wanted = {str(name).strip("/") for name in packages} if isinstance(packages, list) else None
        place = f"preloadRule.{page[:100]}"
        if page not in pages or wanted is None or not wanted <= known:
            program.error("preload_rule", _("It names a page or a sub-package that does not exist."), place=place)
        elif rule.get("network", "wifi") not in ("wifi", "all"):
            check_choice(program, "preload_rule", rule["network"], ("wifi", "all"), f"{place}.network")


def check_plugins(program: Program, plugins: Any, place: str = "plugins") -> None:
    """`plugins` of app.json or of a sub-package: {name: {"version": "1.2.3", "provider": "wx…"}}."""
    if not check_kind(program, plugins, _OBJECT, place, rule="plugins_type"):
        return
    for name, plugin in list(plugins.items())[:_MOST]:
        here = f"{place}.{name[:60]}"
        if not check_kind(program, plugin, _OBJECT, here, rule="plugins_type"):
            continue
        version, provider = plugin.get("version"), plugin.get("provider")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            message = _("The version must be three numbers with points between them.")
            program.error("plugins_version", message, place=f"{here}.version")
        if not isinstance(provider, str) or not _APPID.fullmatch(provider):
            program.error("plugins_provider", _("The provider must be an AppID."), place=f"{here}.provider")


def _subpackage_plugins(program: Program, listed: Any) -> None:
    for n, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict) and "plugins" in item:
            check_plugins(program, item["plugins"], f"subPackages[{n}].plugins")


def _permission(program: Program, table: Any) -> None:
    if not check_kind(program, table, _OBJECT, "permission", rule="permission_type"):
        return
    most = RULES.package.permission_characters
    for scope, value in list(table.items())[:_MOST]:
        place = f"permission.{scope[:60]}"
        desc = value.get("desc") if isinstance(value, dict) else None
        if not isinstance(desc, str) or not desc.strip():
            program.error("permission_desc", _("Say in “desc” what it is needed for."), place=f"{place}.desc")
        elif len(desc) > most:
            message = _("The reason has %(n)d characters; %(most)d are shown.") % {"n": len(desc), "most": most}
            program.warning("permission_desc_long", message, place=f"{place}.desc")
        if scope not in SCOPES:
            program.warning("permission_unknown", _("There is no permission of this name."), place=place)


def _private_infos(program: Program, names: Any) -> None:
    if not check_kind(program, names, _LIST, "requiredPrivateInfos", rule="private_infos"):
        return
    for n, name in enumerate(names[:_MOST]):
        check_choice(program, "private_infos", name, PRIVATE_INFOS, f"requiredPrivateInfos[{n}]")
    if "getFuzzyLocation" in names and "getLocation" in names:
        message = _("getLocation and getFuzzyLocation can't both be asked for.")
        program.error("private_infos_both", message, place="requiredPrivateInfos")


def _background_modes(program: Program, names: Any) -> None:
    if check_kind(program, names, _LIST, "requiredBackgroundModes", rule="background_modes"):
        for n, name in enumerate(names[:_MOST]):
            check_choice(program, "background_modes", name, BACKGROUND_MODES, f"requiredBackgroundModes[{n}]")


def _navigate_to(program: Program, appids: Any) -> None:
    place, most = "navigateToMiniProgramAppIdList", RULES.package.navigate_to
    if not check_kind(program, appids, _LIST, place, rule="navigate_to"):
        return
    if len(appids) > most:
        message = _("There are %(n)d Mini Programs; %(most)d are allowed.") % {"n": len(appids), "most": most}
        program.error("navigate_to_many", message, place=place)
    for n, appid in enumerate(appids[:_MOST]):
        if not isinstance(appid, str) or not _APPID.fullmatch(appid):
            program.error("navigate_to", _("It must be an AppID."), place=f"{place}[{n}]")
        elif appid in appids[:n]:
            program.warning("navigate_to_twice", _("This AppID is there twice."), place=f"{place}[{n}]")


def _lazy_loading(program: Program, value: Any) -> None:
    check_choice(program, "lazy_code_loading", value, ("requiredComponents",), "lazyCodeLoading")


def _renderer(program: Program, value: Any) -> None:
    check_choice(program, "renderer", value, ("webview", "skyline"), "renderer")


def _framework(program: Program, value: Any) -> None:
    check_choice(program, "renderer", value, ("exparser", "glass-easel"), "componentFramework")


_CHECKS: dict[str, Callable[[Program, Any], None]] = {
    "entryPagePath": _entry_page,
    "themeLocation": _theme,
    "workers": _workers,
    "networkTimeout": _timeouts,
    "preloadRule": _preload,
    "plugins": check_plugins,
    "subPackages": _subpackage_plugins,
    "subpackages": _subpackage_plugins,
    "permission": _permission,
    "requiredPrivateInfos": _private_infos,
    "requiredBackgroundModes": _background_modes,
    "navigateToMiniProgramAppIdList": _navigate_to,
    "lazyCodeLoading": _lazy_loading,
    "renderer": _renderer,
    "componentFramework": _framework,
}
