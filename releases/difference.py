"""What is different between two packages: pages, permissions, domains, plugins, files (review.md §2.5)."""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from developers.models import CodePackage


@dataclass(frozen=True)
class Changed:
    """What one list has that the other has not, what both have in another form, and how much stayed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    altered: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)


@dataclass(frozen=True)
class Part:
    """One part of a difference, with its words."""

    label: str | Promise
    changed: Changed


@dataclass(frozen=True)
class Difference:
    """Between two packages: what changed in which part, and which parts are as they were."""

    parts: tuple[Part, ...]
    bytes_before: int
    bytes_after: int

    @property
    def changed(self) -> list[Part]:
        return [part for part in self.parts if part.changed]

    @property
    def unchanged(self) -> list[Part]:
        return [part for part in self.parts if not part.changed]


USES = {
    "permissions": _("Permissions"),
    "domains": _("Domains"),
    "plugins": _("Plugins"),
    "apis": _("Interfaces"),
}


def between(before: Iterable[str], after: Iterable[str]) -> Changed:
    """From one list to another, in alphabetical order."""
    old, new = set(before), set(after)
    return Changed(tuple(sorted(new - old)), tuple(sorted(old - new)), len(old & new))


def between_files(before: Mapping[str, int], after: Mapping[str, int]) -> Changed:
    """From one set of files to another, each with a sum of its content; `altered` have the same name only."""
    plain = between(before, after)
    altered = tuple(sorted(path for path in before if path in after and before[path] != after[path]))
    return Changed(plain.added, plain.removed, plain.kept - len(altered), altered)


def pages_between(before: CodePackage, after: CodePackage) -> Changed:
    """Pages that appear and disappear."""
    return between(before.facts["pages"], after.facts["pages"])


def difference(before: CodePackage, after: CodePackage) -> Difference:
    """All parts. Only the directories of the two archives are read, never their files."""
    parts = [Part(_("Pages"), pages_between(before, after))]
    old, new = before.facts.get("uses", {}), after.facts.get("uses", {})
    parts += [Part(label, between(old.get(name, ()), new.get(name, ()))) for name, label in USES.items()]
    same = before.sha256 == after.sha256
    sums = _sums(after)
    parts.append(Part(_("Files"), between_files(sums if same else _sums(before), sums)))
    return Difference(tuple(parts), before.size, after.size)


def _sums(package: CodePackage) -> dict[str, int]:
    """{path: CRC-32} as the archive's directory has it."""
    with package.file.storage.open(str(package.file.name)) as file, zipfile.ZipFile(file) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}
