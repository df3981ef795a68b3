"""project.config.json: where in the directory the program lies, and what the developer leaves out."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from developers.packages.paths import joined
from developers.packages.report import Report
from developers.packages.strict_json import BadJson, parse
from developers.packages.tree import SourceTree

FILE = "project.config.json"
_NOT_CODE = frozenset({FILE, "project.private.config.json"})


def program_of(tree: SourceTree, report: Report) -> tuple[SourceTree, str]:
    """(the program itself, the AppID the project file names or "")."""
    config = _config(tree, report)
    program = _root(tree, config, report)
    program = _without_ignored(program, config, report)
    files = {path: content for path, content in program.files.items() if path not in _NOT_CODE}
    appid = config.get("appid")
    return SourceTree(files), appid if isinstance(appid, str) else ""


def _config(tree: SourceTree, report: Report) -> dict[str, Any]:
    content = tree.read(FILE)
    if content is None:
        return {}
    try:
        config = parse(content)
    except BadJson as bad:
        report.error(bad.rule, bad.message, file=FILE, line=bad.line, excerpt=bad.excerpt)
        return {}
    if not isinstance(config, dict):
        report.error("project_config_type", _("It must be an object."), file=FILE)
        return {}
    if not isinstance(config.get("setting", {}), dict):
        report.error("project_config_setting", _("It must be an object."), file=FILE, place="setting")
    if config.get("compileType") in ("game", "plugin", "miniGame"):
        report.error(
            "project_config_type", _("Only Mini Programs can be uploaded here, no games or plugins."), file=FILE,
            place="compileType",
        )  # fmt: skip
    if not isinstance(config.get("appid", ""), str):
        report.error("project_config_appid", _("It must be a text."), file=FILE, place="appid")
    return config


def _root(tree: SourceTree, config: dict[str, Any], report: Report) -> SourceTree:
    root = config.get("miniprogramRoot", "")
    if not isinstance(root, str) or "\\" in root or (folder := joined("", root.removeprefix("./"))) is None:
        report.error(
            "miniprogram_root", _("It must be a folder inside the project."), file=FILE, place="miniprogramRoot"
        )
        return tree
    if not folder:
        return tree
    if not tree.has_folder(folder):
        report.error(
            "miniprogram_root",
            _("The folder “%(folder)s” does not exist.") % {"folder": folder[:100]},
            file=FILE,
            place="miniprogramRoot",
        )
        return tree
    return tree.below(folder)


def _without_ignored(tree: SourceTree, config: dict[str, Any], report: Report) -> SourceTree:
    options = config.get("packOptions", {})
    rules = options.get("ignore", []) if isinstance(options, dict) else []
    kept = dict(tree.files)
    for n, rule in enumerate(rules if isinstance(rules, list) else []):
        kind, value = (rule.get("type"), rule.get("value")) if isinstance(rule, dict) else (None, None)
        if kind not in _MATCHES or not isinstance(value, str) or not value.strip("/"):
            report.warning(
                "pack_options",
                _("This rule is not applied: only file, folder, suffix and prefix are."),
                file=FILE,
                place=f"packOptions.ignore[{n}]",
            )
            continue
        kept = {path: content for path, content in kept.items() if not _MATCHES[kind](path, value)}
    if left_out := len(tree.files) - len(kept):
        report.info(
            "pack_options",
            ngettext(
                "%(n)d file was left out, as packOptions.ignore says.",
                "%(n)d files were left out, as packOptions.ignore says.",
                left_out,
            )
            % {"n": left_out},
            file=FILE,
        )
    return SourceTree(kept)


_MATCHES = {
    "file": lambda path, value: path == value.strip("/"),
    "folder": lambda path, value: path.startswith(f"{value.strip('/')}/"),
    "suffix": lambda path, value: path.endswith(value),
    "prefix": lambda path, value: path.rpartition("/")[2].startswith(value),
}
