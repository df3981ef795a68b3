"""The files of code: whether they can be read, what they name that is missing, and what all of them use together."""

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from developers.packages import markup, scripts
from developers.packages.app_json import Program
from developers.packages.paths import folder_of, joined
from developers.packages.scripts import Mistake
from developers.packages.strict_json import line_of
from platform_site.kernel.rulebook import RULES

_DOMAIN = re.compile(rb"(?:https|wss)://(?:[A-Za-z0-9_-]{1,63}\.)+[A-Za-z]{2,63}(?::\d{1,5})?(?![\w.-])")
_INSECURE = re.compile(rb"\bhttp://([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_SCOPE = re.compile(rb"scope\.[A-Za-z]{3,40}")
_MOST_USES = 200
_MOST_MISTAKES = 10  # of one page
_NOT_DOMAINS = frozenset({"https://www.w3.org"})


@dataclass
class Uses:
    """What the code uses, as CodePackage.facts["uses"] has it. `closely`: how many bytes may still be read closely."""

    closely: int = field(default_factory=lambda: RULES.package.syntax_bytes)
    apis: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    plugins: set[str] = field(default_factory=set)
    permissions: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, list[str]]:
        """{"apis": ["wx.login", …], "domains": ["https://…"], "plugins": […], "permissions": ["scope.…"]}, in order."""
        return {
            name: sorted(getattr(self, name))[:_MOST_USES] for name in ("apis", "domains", "plugins", "permissions")
        }


def check_code(program: Program) -> Uses:
    """Look at every script, page and style sheet; what is too big to be looked at is named."""
    uses = _declared(program)
    budget = RULES.package.total_bytes
    for path in program.tree:
        extension = path[path.rfind(".") :]
        check = _CHECKS.get(extension)
        if check is None:
            continue
        content = program.tree.files[path]
        budget -= len(content)
        if len(content) > RULES.package.syntax_bytes or budget < 0:
            _not_read(program, path)
            continue
        check(program, path, content, uses)
    return uses


def _not_read(program: Program, path: str) -> None:
    program.report.warning("code_unread", _("The file is too big to be looked at for mistakes."), file=path)


def _script(program: Program, path: str, content: bytes, uses: Uses) -> None:
    script = scripts.taken_apart(content)
    _read_closely(program, path, content, uses, is_odd=script.is_odd)
    uses.apis |= script.apis
    _collect(uses, script.texts)
    if script.runs_text:
        program.report.warning("js_eval", _("eval and new Function do not work in Mini Programs."), file=path)
    if insecure := _INSECURE.search(script.texts):
        message = _("Requests go to https:// only; here is %(url)s.") % {"url": insecure.group().decode()[:100]}
        program.report.info("domain_insecure", message, file=path)
    for wanted in sorted(scripts.requires(content)):
        _check_required(program, path, wanted)


def _check_required(program: Program, path: str, wanted: str) -> None:
    if not wanted.startswith(("./", "../", "/")):
        return
    target = joined(folder_of(path), wanted)
    tries = [target, f"{target}.js", f"{target}/index.js", f"{target}.json"] if target else []
    if not any(name in program.tree for name in tries):
        message = _("It requires “%(path)s”, which does not exist.") % {"path": wanted[:100]}
        program.report.warning("js_require", message, file=path)


def _page(program: Program, path: str, content: bytes, uses: Uses) -> None:
    for may_stay, mistake in islice(markup.markup_mistakes(content), _MOST_MISTAKES):
        if may_stay:
            line, excerpt = _where(content, mistake.position)
            program.report.warning("wxml_no_end", mistake.message, file=path, line=line, excerpt=excerpt)
        else:
            _report(program, "wxml_syntax", path, content, mistake)
    for tag, source in sorted(markup.sources_of(content)):
        target = joined(folder_of(path), source)
        extension = ".wxs" if tag == "wxs" else ".wxml"
        if target is None or (target not in program.tree and f"{target}{extension}" not in program.tree):
            message = _("<%(tag)s> names “%(path)s”, which does not exist.") % {"tag": tag, "path": source[:100]}
            program.report.error("wxml_source", message, file=path)
    _collect(uses, content)


def _style(program: Program, path: str, content: bytes, uses: Uses) -> None:
    if (mistake := markup.style_mistake(content)) is not None:
        _report(program, "wxss_syntax", path, content, mistake)
    for source in sorted(markup.imports_of(content)):
        target = joined(folder_of(path), source)
        if target is None or (target not in program.tree and f"{target}.wxss" not in program.tree):
            message = _("It imports “%(path)s”, which does not exist.") % {"path": source[:100]}
            program.report.error("wxss_import", message, file=path)
    for picture in sorted(markup.local_pictures_of(content))[:3]:
        message = _("Style sheets can't show files of the package: “%(path)s”. Use <image> or a web address.")
        program.report.warning("wxss_picture", message % {"path": picture[:100]}, file=path)
    _collect(uses, content)


def _wxs(program: Program, path: str, content: bytes, uses: Uses) -> None:
    _read_closely(program, path, content, uses, is_odd=scripts.taken_apart(content).is_odd)


def _read_closely(program: Program, path: str, content: bytes, uses: Uses, *, is_odd: bool) -> None:
    """Every token of a script that the quick look found odd."""
    if not is_odd:
        return
    uses.closely -= len(content)
    if uses.closely < 0:
        _not_read(program, path)
    elif (mistake := scripts.mistake_in(content)) is not None:
        _report(program, "js_syntax", path, content, mistake)


def _collect(uses: Uses, content: bytes) -> None:
    if b"://" in content:
        uses.domains |= {domain.decode() for domain in set(_DOMAIN.findall(content))} - _NOT_DOMAINS
    if b"scope." in content:
        uses.permissions |= {scope.decode() for scope in set(_SCOPE.findall(content))}


def _declared(program: Program) -> Uses:
    """What app.json says by itself."""
    uses = Uses()
    holders = [program.app, *(item for item in _listed(program) if isinstance(item, dict))]
    for holder in holders:
        if isinstance(plugins := holder.get("plugins"), dict):
            uses.plugins |= {_plugin(name, plugin) for name, plugin in list(plugins.items())[:_MOST_USES]}
    if isinstance(permission := program.app.get("permission"), dict):
        uses.permissions |= {scope[:60] for scope in list(permission)[:_MOST_USES]}
    return uses


def _listed(program: Program) -> list[Any]:
    listed = program.app.get("subPackages", program.app.get("subpackages"))
    return listed if isinstance(listed, list) else []


def _plugin(name: str, plugin: Any) -> str:
    known = plugin if isinstance(plugin, dict) else {}
    parts = [name, known.get("provider"), known.get("version")]
    return " ".join(part[:60] for part in parts if isinstance(part, str))


def _report(program: Program, rule: str, path: str, content: bytes, mistake: Mistake) -> None:
    line, excerpt = _where(content, mistake.position)
    program.report.error(rule, mistake.message, file=path, line=line, excerpt=excerpt)


def _where(content: bytes, position: int) -> tuple[int, str]:
    """(line, what stands on it)."""
    line = content.count(b"\n", 0, position) + 1
    start = max(content.rfind(b"\n", 0, position) + 1, position - 80)
    return line, line_of(content[start : position + 160].decode("utf-8", "replace"), 1)


_CHECKS = {".js": _script, ".wxml": _page, ".wxss": _style, ".wxs": _wxs}
