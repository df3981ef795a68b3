"""The help pages: their titles, and the facts that they show, read from the rulebooks and never copied."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.account_types import ACCOUNT_TYPES
from entities.categories import by_first_level
from entities.scopes import SCOPES
from platform_site.kernel.rulebook import RULES
from releases.reasons import GROUPS


@dataclass(frozen=True)
class Page:
    """A help page."""

    slug: str
    title: str | Promise
    about: str | Promise
    icon: str


PAGES: dict[str, Page] = {
    page.slug: page
    for page in (
        Page(
            "development",
            _("Development documentation"),
            _("The way from registration to publication, with every limit on it."),
            "book-open",
        ),
        Page("downloads", _("Downloads"), _("The developer tools and a complete sample Mini Program."), "download"),
        Page(
            "types",
            _("Differences between types"),
            _("Subscription, service, WeCom and Mini Program; and the six entity types."),
            "columns-3",
        ),
        Page(
            "materials",
            _("Qualification materials"),
            _("Which service categories ask for papers, and who may choose them."),
            "file-check",
        ),
        Page(
            "rejections",
            _("Common reasons for rejection"),
            _("The coded reasons with which reviewers reject a version."),
            "list-checks",
        ),
    )
}


def context_of(slug: str) -> dict[str, Any]:
    """What the template of this page needs."""
    readings = {"types": _types, "development": _development, "rejections": _rejections, "materials": _materials}
    return readings[slug]() if slug in readings else {}


def _types() -> dict[str, Any]:
    return {"types": ACCOUNT_TYPES, "scopes": SCOPES}


def _development() -> dict[str, Any]:
    megabyte = 1024 * 1024
    return {
        "rules": RULES,
        "main_mb": RULES.package.main_bytes // megabyte,
        "total_mb": RULES.package.total_bytes // megabyte,
        "avatar_mb": RULES.profile.avatar_bytes // megabyte,
    }


def _rejections() -> dict[str, Any]:
    return {"groups": [group for group in GROUPS if group.reasons]}


def _materials() -> dict[str, Any]:
    return {"categories": by_first_level()}
