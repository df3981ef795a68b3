"""Service categories: the leaves of rulebooks/categories.toml, by first level, with who may choose them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Category:
    """A leaf: `code` is "first.second"; `papers` says what it asks for ("" for nothing)."""

    code: str
    first_en: str
    first_zh: str
    second_en: str
    second_zh: str
    individual: bool
    papers: str

    @property
    def first(self) -> str:
        return self.first_zh if _in_chinese() else self.first_en

    @property
    def second(self) -> str:
        return self.second_zh if _in_chinese() else self.second_en

    @property
    def is_closed_to_individuals(self) -> bool:
        """Whether an individual can't choose it yet: by its kind, or for the papers that it asks for."""
        return not self.individual or bool(self.papers)

    @property
    def label(self) -> str:
        """First and second level in the reader's language."""
        return f"{self.first} › {self.second}"

    def __str__(self) -> str:
        return self.label


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def load(path: Path) -> dict[str, Category]:
    """Read a list of categories; in its order, which is the order on pages."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {c.code: c for first in table["first"] for c in _leaves(first)}


def _leaves(first: dict[str, Any]) -> list[Category]:
    return [
        Category(
            code=f"{first['code']}.{leaf['code']}",
            first_en=first["en"],
            first_zh=first["zh"],
            second_en=leaf["en"],
            second_zh=leaf["zh"],
            individual=leaf["individual"],
            papers=leaf["papers"],
        )
        for leaf in first["second"]
    ]


def by_first_level() -> dict[str, list[Category]]:
    """{first-level label in the reader's language: its leaves}, for pages."""
    groups: dict[str, list[Category]] = {}
    for category in CATEGORIES.values():
        groups.setdefault(category.first, []).append(category)
    return groups


CATEGORIES: dict[str, Category] = load(settings.BASE_DIR / "platform_site" / "rulebooks" / "categories.toml")
