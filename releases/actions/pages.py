"""Function pages as they are submitted: what one page holds, and the rules for it (console.md §10.2)."""

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class PageInput:
    """One group of the form: a page of the package, its title, its service category (code) and its tags."""

    path: str
    title: str
    category: str
    tags: list[str] = field(default_factory=list)


def check_pages(pages: list[PageInput], *, package_pages: Collection[str], categories: Collection[str]) -> None:
    """Refused with the first thing that is wrong; `field` is "pages" or "pages-<index>-<field>"."""
    fewest, most = RULES.version.function_pages_min, RULES.version.function_pages_max
    if not fewest <= len(pages) <= most:
        raise Refused(
            _("Give %(fewest)d to %(most)d function pages.") % {"fewest": fewest, "most": most},
            code="85023",
            field="pages",
        )
    for index, page in enumerate(pages):
        for refusal in faults_of(page, package_pages=package_pages, categories=categories):
            refusal.field = f"pages-{index}-{refusal.field}"
            raise refusal


def faults_of(page: PageInput, *, package_pages: Collection[str], categories: Collection[str]) -> list[Refused]:
    """Everything that is wrong with one function page, a refusal for each field."""
    if not (page.path or page.title or page.category or page.tags):
        return [Refused(_("This function page is empty: fill it in or remove it."), code="85010", field="path")]
    checks: tuple[Callable[[], Refused | None], ...] = (
        lambda: _fault_of_path(page.path, package_pages),
        lambda: _fault_of_title(page.title),
        lambda: _fault_of_category(page.category, categories),
        lambda: _fault_of_tags(page.tags),
    )
    return [fault for check in checks if (fault := check()) is not None]


def is_showable(text: str) -> bool:
    """Whether text can stand in one line: no control, format, private or unassigned characters."""
    return not any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"} for c in text)


def _fault_of_path(path: str, package_pages: Collection[str]) -> Refused | None:
    if path in package_pages:
        return None
    return Refused(_("Choose a page that this version has."), code="85007", field="path")


def _fault_of_title(title: str) -> Refused | None:
    most = RULES.version.title_characters
    if not title.strip():
        return Refused(_("Give the page a title."), code="85011", field="title")
    if len(title) > most:
        return Refused(
            _("Use at most %(most)d characters for the title.") % {"most": most}, code="85011", field="title"
        )
    if not is_showable(title):
        return Refused(_("The title contains a character that can't be used."), code="85011", field="title")
    return None


def _fault_of_category(category: str, categories: Collection[str]) -> Refused | None:
    if category in categories:
        return None
    return Refused(_("Choose one of the service categories of this Mini Program."), code="85008", field="category")


def _fault_of_tags(tags: list[str]) -> Refused | None:
    many, long = RULES.version.tags_max, RULES.version.tag_characters
    if len(tags) > many:
        words = ngettext("Use at most %(most)d tag.", "Use at most %(most)d tags.", many)
        return Refused(words % {"most": many}, code="85006", field="tags")
    if any(not tag.strip() or not is_showable(tag) for tag in tags):
        return Refused(_("A tag contains a character that can't be used."), code="85006", field="tags")
    if too_long := next((tag for tag in tags if len(tag) > long), None):
        words = _("The tag “%(tag)s…” is too long: use at most %(most)d characters.")
        return Refused(words % {"tag": too_long[:long], "most": long}, code="85006", field="tags")
    return None
