"""What is different between two packages: pages, permissions, domains, plugins, files (review.md §2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from developers.models import CodePackage


@dataclass(frozen=True)
class Changed:
    """What one list has that the other has not, and how much stayed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def between(before: Iterable[str], after: Iterable[str]) -> Changed:
    """From one list to another, in alphabetical order."""
    old, new = set(before), set(after)
    return Changed(tuple(sorted(new - old)), tuple(sorted(old - new)), len(old & new))


def pages_between(before: CodePackage, after: CodePackage) -> Changed:
    """Pages that appear and disappear."""
    return between(before.facts["pages"], after.facts["pages"])
