"""app.json: the pages of the program, its sub-packages, and what else it names."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from developers.packages.paths import check_path
from developers.packages.report import Report, Unreadable
from developers.packages.strict_json import BadJson, parse
from developers.packages.tree import SourceTree
from platform_site.kernel.rulebook import RULES

APP = "app.json"
_PAGE_FILES = (".js", ".wxml", ".wxss", ".json")


@dataclass(frozen=True)
class SubPackage:
    root: str
    name: str
    pages: tuple[str, ...]  # full paths
    independent: bool

    def holds(self, path: str) -> bool:
        return path.startswith(f"{self.root}/")


@dataclass
class Program:
    """What is being inspected, and what has been understood of it so far."""

    tree: SourceTree
    report: Report
    app: dict[str, Any] = field(default_factory=dict)
    main_pages: list[str] = field(default_factory=list)
    subpackages: list[SubPackage] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)  # JSON files read so far

    @property
    def pages(self) -> list[str]:
        return [*self.main_pages, *(page for sub in self.subpackages for page in sub.pages)]

    def error(self, rule: str, message: str, *, place: str = "", file: str = APP) -> None:
        self.report.error(rule, message, file=file, place=place)

    def warning(self, rule: str, message: str, *, place: str = "", file: str = APP) -> None:
        self.report.warning(rule, message, file=file, place=place)

    def info(self, rule: str, message: str, *, place: str = "", file: str = APP) -> None:
        self.report.info(rule, message, file=file, place=place)

    def json(self, path: str) -> dict[str, Any]:
        """The object in a JSON file of the program, read once; {} with an error when it is none."""
        if path not in self.tables:
            self.tables[path] = self._read_json(path)
        return self.tables[path]

    def _read_json(self, path: str) -> dict[str, Any]:
        try:
            value = parse(self.tree.files[path])
        except BadJson as bad:
            self.report.error(bad.rule, bad.message, file=path, line=bad.line, excerpt=bad.excerpt)
            return {}
        if not isinstance(value, dict):
            self.report.error("json_type", _("It must be an object."), file=path)
            return {}
        return value


def read_app(program: Program) -> bool:
    """Read app.json, pages and sub-packages; False when there is nothing to go on with."""
    if APP not in program.tree:
        hint = next((path for path in program.tree if path.endswith(f"/{APP}")), "")
        message = _("app.json is missing in the root of the program.")
        if hint:
            message += " " + _("There is one in “%(path)s”: choose that folder, or set miniprogramRoot.") % {
                "path": hint
            }
        program.error("app_missing", message)
        return False
    errors = len(program.report.errors)
    program.app = program.json(APP)
    if len(program.report.errors) > errors:
        return False
    _check_pages(program)
    _check_subpackages(program)
    return True


def _check_pages(program: Program) -> None:
    pages = program.app.get("pages")
    if "pages" not in program.app:
        program.error("pages_missing", _("The list of pages is missing."), place="pages")
    elif not isinstance(pages, list):
        program.error("pages_type", _("It must be a list of page paths."), place="pages")
    elif not pages:
        program.error("pages_empty", _("A Mini Program needs at least one page."), place="pages")
    else:
        program.main_pages = _page_list(program, pages, root="", place="pages")


def _page_list(program: Program, pages: list[Any], *, root: str, place: str) -> list[str]:
    """The well-formed pages of a list; errors for the others."""
    if len(pages) > RULES.package.pages:
        program.error(
            "pages_many",
            _("There are %(n)d pages; %(limit)d are allowed.") % {"n": len(pages), "limit": RULES.package.pages},
            place=place,
        )
        return []
    good: list[str] = []
    for n, page in enumerate(pages):
        here = f"{place}[{n}]"
        if not _is_page_path(program, page, here):
            continue
        path = f"{root}/{page}" if root else page
        if path in good:
            program.error("pages_duplicate", _("The page “%(page)s” is there twice.") % {"page": path}, place=here)
            continue
        good.append(path)
        _check_page_files(program, path, here)
    return good


def _is_page_path(program: Program, page: Any, place: str) -> bool:
    if not isinstance(page, str):
        program.error("pages_type", _("A page must be a text."), place=place)
    elif not page.strip():
        program.error("pages_empty_path", _("A page path is empty."), place=place)
    elif page.startswith("/"):
        program.error(
            "pages_slash", _("A page path has no leading slash: “%(page)s”.") % {"page": page[:100]}, place=place
        )
    elif page.endswith(_PAGE_FILES):
        program.error(
            "pages_extension", _("A page path has no extension: “%(page)s”.") % {"page": page[:100]}, place=place
        )
    else:
        try:
            check_path(page)
            if page.endswith("/") or page.startswith("."):
                raise Unreadable("path_outside", "")
            return True
        except Unreadable:
            program.error("pages_path", _("This is not a page path: “%(page)s”.") % {"page": page[:100]}, place=place)
    return False


def _check_page_files(program: Program, page: str, place: str) -> None:
    for extension in (".wxml", ".js"):
        if f"{page}{extension}" not in program.tree:
            program.error(
                "page_file_missing",
                _("The page “%(page)s” has no file “%(file)s”.") % {"page": page, "file": f"{page}{extension}"},
                place=place,
            )


def _check_subpackages(program: Program) -> None:
    names = [name for name in ("subpackages", "subPackages") if name in program.app]
    if len(names) == 2:
        program.error("subpackages_twice", _("Use subpackages or subPackages, not both."), place="subPackages")
        return
    if not names:
        return
    listed, place = program.app[names[0]], names[0]
    if not isinstance(listed, list):
        program.error("subpackages_type", _("It must be a list."), place=place)
        return
    if len(listed) > RULES.package.subpackages:
        program.error(
            "subpackages_many",
            _("There are %(n)d sub-packages; %(limit)d are allowed.")
            % {"n": len(listed), "limit": RULES.package.subpackages},
            place=place,
        )
        return
    for n, item in enumerate(listed):
        if (sub := _subpackage(program, item, f"{place}[{n}]")) is not None:
            program.subpackages.append(sub)
    _check_main_pages_outside(program)


def _subpackage(program: Program, item: Any, place: str) -> SubPackage | None:
    if not isinstance(item, dict):
        program.error("subpackages_type", _("A sub-package must be an object."), place=place)
        return None
    root = _subpackage_root(program, item.get("root"), f"{place}.root")
    if root is None:
        return None
    name = item.get("name", "")
    if not isinstance(name, str) or name == "__APP__":
        program.error("subpackages_name", _("This name can't be used."), place=f"{place}.name")
        name = ""
    if name and name in {sub.name for sub in program.subpackages}:
        program.error(
            "subpackages_name", _("The name “%(name)s” is there twice.") % {"name": name[:60]}, place=f"{place}.name"
        )
    pages = item.get("pages")
    if not isinstance(pages, list):
        program.error("subpackages_pages", _("The list of pages is missing."), place=f"{place}.pages")
        pages = []
    elif not pages:
        program.warning("subpackages_no_page", _("The sub-package has no page."), place=f"{place}.pages")
    if not isinstance(item.get("independent", False), bool):
        program.error("app_type", _("It must be true or false."), place=f"{place}.independent")
    paths = _page_list(program, pages, root=root, place=f"{place}.pages")
    return SubPackage(root=root, name=name, pages=tuple(paths), independent=item.get("independent") is True)


def _subpackage_root(program: Program, root: Any, place: str) -> str | None:
    if not isinstance(root, str) or not root.strip("/"):
        program.error("subpackages_root", _("The root of the sub-package is missing."), place=place)
        return None
    folder = root.removeprefix("./").strip("/")
    try:
        check_path(folder)
    except Unreadable as bad:
        program.error("subpackages_root", bad.message, place=place)
        return None
    if folder == "__APP__" or not program.tree.has_folder(folder):
        program.error(
            "subpackages_root", _("The folder “%(folder)s” does not exist.") % {"folder": folder}, place=place
        )
        return None
    for other in program.subpackages:
        if folder == other.root:
            program.error(
                "subpackages_duplicate", _("The root “%(root)s” is there twice.") % {"root": folder}, place=place
            )
            return None
        if folder.startswith(f"{other.root}/") or other.root.startswith(f"{folder}/"):
            program.error(
                "subpackages_nested",
                _("The roots “%(one)s” and “%(other)s” lie in one another.") % {"one": folder, "other": other.root},
                place=place,
            )
            return None
    return folder


def _check_main_pages_outside(program: Program) -> None:
    for n, page in enumerate(program.main_pages):
        for sub in program.subpackages:
            if sub.holds(page):
                program.error(
                    "subpackages_page_in_main",
                    _("The page “%(page)s” lies in the sub-package “%(root)s”: list it there only.")
                    % {"page": page, "root": sub.root},
                    place=f"pages[{n}]",
                )
