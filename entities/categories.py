"""Service categories: the leaves of rulebooks/categories.toml, who may choose them, and the papers they ask for."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from entities.models import EntityType

ORGANISATIONS = frozenset(EntityType.values) - {EntityType.INDIVIDUAL.value}


@dataclass(frozen=True)
class Document:
    """A paper that categories ask for, by its name in both languages."""

    code: str
    en: str
    zh: str

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if _in_chinese() else self.en

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Category:
    """A leaf: `code` is "first.second", `types` the entity types that may choose it.

    `papers` are alternatives: one of them is handed in, with each of its documents. Empty: it asks for none.
    """

    code: str
    first_en: str
    first_zh: str
    second_en: str
    second_zh: str
    types: frozenset[str]
    papers: tuple[tuple[Document, ...], ...]

    @property
    def first(self) -> str:
        return self.first_zh if _in_chinese() else self.first_en

    @property
    def second(self) -> str:
        return self.second_zh if _in_chinese() else self.second_en

    @property
    def individual(self) -> bool:
        """Whether individuals may choose it."""
        return EntityType.INDIVIDUAL in self.types

    @property
    def organisations(self) -> list[EntityType]:
        """The types of organisations that may choose it, in the order of the registration page."""
        return [kind for kind in EntityType if kind in self.types and kind != EntityType.INDIVIDUAL]

    @property
    def is_open_to_all_organisations(self) -> bool:
        return self.types >= ORGANISATIONS

    @property
    def label(self) -> str:
        """First and second level in the reader's language."""
        return f"{self.first} › {self.second}"

    @property
    def in_both_languages(self) -> str:
        """For what is written once and read by anybody: the audit trail, notices."""
        return f"{self.second_en} {self.second_zh}"

    def documents(self, alternative: int) -> tuple[Document, ...]:
        """The papers of an alternative, counted from 1; () if there is no such one."""
        return self.papers[alternative - 1] if 1 <= alternative <= len(self.papers) else ()

    def document_name(self, alternative: int, number: int) -> str:
        """What a paper is that was handed in as this document of this alternative, both counted from 1."""
        documents = self.documents(alternative)
        return documents[number - 1].name if 1 <= number <= len(documents) else "–"

    def __str__(self) -> str:
        return self.label


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def load(path: Path) -> dict[str, Category]:
    """Read a list of categories; in its order, which is the order on pages. KeyError for a document it lacks."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    documents = {code: Document(code, names["en"], names["zh"]) for code, names in table["documents"].items()}
    return {c.code: c for first in table["first"] for c in _leaves(first, documents)}


def _leaves(first: dict[str, Any], documents: dict[str, Document]) -> list[Category]:
    return [
        Category(
            code=f"{first['code']}.{leaf['code']}",
            first_en=first["en"],
            first_zh=first["zh"],
            second_en=leaf["en"],
            second_zh=leaf["zh"],
            types=_types(leaf),
            papers=tuple(tuple(documents[code] for code in one) for one in leaf.get("papers", ())),
        )
        for leaf in first["second"]
    ]


def _types(leaf: dict[str, Any]) -> frozenset[str]:
    """Who may choose a leaf; ValueError for a type that there is not."""
    types = {EntityType(kind).value for kind in leaf.get("organisations", ORGANISATIONS)}
    return frozenset(types | ({EntityType.INDIVIDUAL.value} if leaf["individual"] else set()))


def paper_slot(code: str, alternative: int, number: int) -> str:
    """The name of the field that takes the scans of one document of one alternative, both counted from 1."""
    return f"papers_{code.replace('.', '__').replace('-', '_')}_{alternative}_{number}"


def by_first_level(entity_type: str = "") -> dict[str, list[Category]]:
    """{first-level label in the reader's language: its leaves}, for pages; of one entity type or of all."""
    groups: dict[str, list[Category]] = {}
    for category in CATEGORIES.values():
        if not entity_type or entity_type in category.types:
            groups.setdefault(category.first, []).append(category)
    return groups


CATEGORIES: dict[str, Category] = load(settings.BASE_DIR / "platform_site" / "rulebooks" / "categories.toml")
