"""The inspector: what a source tree is, and everything that is wrong with it."""

from dataclasses import dataclass
from typing import Any

from developers.packages.app_json import Program, read_app
from developers.packages.app_settings import check_settings
from developers.packages.code_files import Uses, check_code
from developers.packages.components import check_pages_and_components
from developers.packages.look import check_tab_bar, check_window
from developers.packages.project_config import program_of
from developers.packages.report import Report
from developers.packages.sitemap import check_sitemap
from developers.packages.sizes import check_file_types, measure
from developers.packages.tree import SourceTree
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Inspection:
    """The program without its project files, the findings, what is kept as CodePackage.facts, and the AppID named."""

    tree: SourceTree
    report: Report
    facts: dict[str, Any]
    appid: str = ""


def inspect(tree: SourceTree, report: Report) -> Inspection:
    """Look at everything; `report` may hold notes of the reading already."""
    program_tree, appid = program_of(tree, report)
    program = Program(program_tree, report)
    if not read_app(program):
        return Inspection(program_tree, report, {}, appid)
    check_settings(program)
    window, tab_bar = check_window(program), check_tab_bar(program)
    check_pages_and_components(program)
    check_sitemap(program)
    sizes = measure(program)
    check_file_types(program)
    uses = check_code(program) if sizes["total"] <= RULES.package.total_bytes else Uses()
    facts = {
        "pages": program.pages,
        "subpackages": [
            {"root": sub.root, "name": sub.name, "pages": list(sub.pages), "independent": sub.independent}
            for sub in program.subpackages
        ],
        "tab_bar": tab_bar,
        "window": window,
        "sizes": sizes,
        "uses": uses.as_json(),
        "files": [{"path": path, "bytes": len(program_tree.files[path])} for path in program_tree],
    }
    return Inspection(program_tree, report, facts, appid)
