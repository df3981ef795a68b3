"""sitemap.json: which pages search may read (console.md §8; miniprogram-ci.md §8: the uploader does not look at it)."""

from typing import Any

from django.utils.translation import gettext as _

from developers.packages.app_json import Program
from developers.packages.paths import joined

_DEFAULT = "sitemap.json"
_MATCHING = ("exact", "inclusive", "exclusive", "partial")
_KEYS = ("action", "page", "params", "matching", "priority")
_MOST = 200


def check_sitemap(program: Program) -> None:
    """The file that sitemapLocation names, or sitemap.json where there is one."""
    location = program.app.get("sitemapLocation")
    if location is None and _DEFAULT not in program.tree:
        return
    path = joined("", location) if isinstance(location, str) else _DEFAULT
    if not path or path not in program.tree:
        program.error("sitemap_missing", _("The file of the sitemap does not exist."), place="sitemapLocation")
        return
    if not path.endswith(".json"):
        program.error("sitemap_extension", _("The sitemap must be a .json file."), place="sitemapLocation")
        return
    errors = len(program.report.errors)
    rules = program.json(path).get("rules")
    if len(program.report.errors) > errors:
        return
    if not isinstance(rules, list) or not rules:
        program.error("sitemap_rules", _("The sitemap needs a list of rules."), file=path, place="rules")
        return
    for n, rule in enumerate(rules[:_MOST]):
        _check_rule(program, rule, file=path, place=f"rules[{n}]")


def _check_rule(program: Program, rule: Any, *, file: str, place: str) -> None:
    if not isinstance(rule, dict):
        program.error("sitemap_rule", _("It must be an object."), file=file, place=place)
        return
    page, params, priority = rule.get("page"), rule.get("params", []), rule.get("priority", 0)
    wrong = {
        "action": rule.get("action", "allow") not in ("allow", "disallow"),
        "page": not isinstance(page, str) or not page,
        "params": not isinstance(params, list) or any(not isinstance(name, str) for name in params),
        "matching": rule.get("matching", "inclusive") not in _MATCHING,
        "priority": type(priority) is not int,
    }
    for key in _KEYS:
        if wrong[key]:
            program.error("sitemap_rule", _messages()[key], file=file, place=f"{place}.{key}")
    if isinstance(page, str) and page and "*" not in page and page.strip("/") not in program.pages:
        program.warning("sitemap_page", _("There is no such page."), file=file, place=f"{place}.page")


def _messages() -> dict[str, str]:
    choices = _("It must be one of: %(choices)s.")
    return {
        "action": choices % {"choices": "allow, disallow"},
        "page": _("It must be the path of a page, or “*”."),
        "params": _("It must be a list of texts."),
        "matching": choices % {"choices": ", ".join(_MATCHING)},
        "priority": _("It must be a whole number."),
    }
