"""What the inspector says about a package: a list of items, each with its file, place and reason."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from platform_site.kernel.lifecycle import Refused

ERROR, WARNING, INFO = "error", "warning", "info"
MOST_ITEMS = 200  # a report is for people


@dataclass(frozen=True)
class Item:
    """One finding. `rule` is for machines ("pages_duplicate"); `place` is a path inside the file ("tabBar.list[1]")."""

    severity: str
    rule: str
    file: str
    place: str
    message: str

    def __str__(self) -> str:
        where = " ".join(part for part in (self.file, self.place) if part)
        return f"{where}: {self.message}" if where else self.message


@dataclass
class Report:
    """All findings about one package."""

    items: list[Item] = field(default_factory=list)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def error(self, rule: str, message: str, *, file: str = "", place: str = "") -> None:
        self._add(Item(ERROR, rule, file[:300], place[:200], message))

    def warning(self, rule: str, message: str, *, file: str = "", place: str = "") -> None:
        self._add(Item(WARNING, rule, file[:300], place[:200], message))

    def info(self, rule: str, message: str, *, file: str = "", place: str = "") -> None:
        self._add(Item(INFO, rule, file[:300], place[:200], message))

    def _add(self, item: Item) -> None:
        if len(self.items) < MOST_ITEMS and item not in self.items:
            self.items.append(item)

    def of(self, severity: str) -> list[Item]:
        return [item for item in self.items if item.severity == severity]

    @property
    def errors(self) -> list[Item]:
        return self.of(ERROR)

    @property
    def warnings(self) -> list[Item]:
        return self.of(WARNING)

    @property
    def is_clean(self) -> bool:
        """Whether the package may be stored: errors stop, warnings do not."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        return {"items": [asdict(item) for item in self.items]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        return cls([Item(**item) for item in data.get("items", [])])


class Unreadable(Exception):  # noqa: N818 -- says why, as Refused does
    """The package can't even be read: one finding, and nothing more can be said."""

    def __init__(self, rule: str, message: str, *, file: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.file = rule, message, file


class PackageRefused(Refused):
    """The package has errors. `report` lists all of them; the message is the first one's."""

    def __init__(self, report: Report) -> None:
        first = report.errors[0]
        super().__init__(str(first), code=first.rule, field="archive")
        self.report = report
