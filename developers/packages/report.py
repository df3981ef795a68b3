"""What the inspector says about a package: items in three parts, each with its file, place or line, and reason."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse

from platform_site.kernel.lifecycle import Refused

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
MOST_ITEMS = 200  # of one part: a report is for people
_KEPT = ("severity", "rule", "file", "place", "message", "line", "excerpt")


@dataclass(frozen=True)
class Item:
    """One finding. `rule` is for machines ("pages_duplicate"), explained on the help page.

    `place` is a path inside the file ("tabBar.list[1]"), `line` its line from 1 where there is one, with an `excerpt`.
    """

    severity: str
    rule: str
    file: str
    place: str
    message: str
    line: int | None = None
    excerpt: str = ""

    def __str__(self) -> str:
        file = f"{self.file}:{self.line}" if self.file and self.line else self.file
        where = " ".join(part for part in (file, self.place) if part)
        return f"{where}: {self.message}" if where else self.message

    @property
    def help(self) -> str:
        """Where the rule is explained."""
        return f"{reverse('home:docs_page', args=['packages'])}#{self.rule}"


@dataclass
class Report:
    """All findings about one package; of each part at most MOST_ITEMS, `unlisted` counts the others."""

    items: list[Item] = field(default_factory=list)
    unlisted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._listed = set(self.items)
        self._room = {severity: MOST_ITEMS - len(self.of(severity)) for severity in SEVERITIES}

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def error(
        self, rule: str, message: str, *, file: str = "", place: str = "", line: int | None = None, excerpt: str = ""
    ) -> None:
        self._add(Item(ERROR, rule, file[:300], place[:200], message, line, excerpt[:200]))

    def warning(
        self, rule: str, message: str, *, file: str = "", place: str = "", line: int | None = None, excerpt: str = ""
    ) -> None:
        self._add(Item(WARNING, rule, file[:300], place[:200], message, line, excerpt[:200]))

    def info(
        self, rule: str, message: str, *, file: str = "", place: str = "", line: int | None = None, excerpt: str = ""
    ) -> None:
        self._add(Item(INFO, rule, file[:300], place[:200], message, line, excerpt[:200]))

    def _add(self, item: Item) -> None:
        if item in self._listed:
            return
        if self._room[item.severity] > 0:
            self.items.append(item)
            self._listed.add(item)
            self._room[item.severity] -= 1
        else:
            self.unlisted[item.severity] = self.unlisted.get(item.severity, 0) + 1

    def of(self, severity: str) -> list[Item]:
        return [item for item in self.items if item.severity == severity]

    @property
    def errors(self) -> list[Item]:
        return self.of(ERROR)

    @property
    def warnings(self) -> list[Item]:
        return self.of(WARNING)

    @property
    def notes(self) -> list[Item]:
        return self.of(INFO)

    @property
    def counts(self) -> dict[str, int]:
        """{"error": n, "warning": n, "info": n}, of all that was found."""
        return {severity: len(self.of(severity)) + self.unlisted.get(severity, 0) for severity in SEVERITIES}

    @property
    def parts(self) -> list[tuple[str, list[Item], int]]:
        """(severity, items, how many there are) of each part that is not empty, the worst first."""
        counts = self.counts
        return [(severity, self.of(severity), counts[severity]) for severity in SEVERITIES if counts[severity]]

    @property
    def is_clean(self) -> bool:
        """Whether the package may be stored: errors stop, warnings do not."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """{"counts": {…}, "unlisted": {…}, "items": […]}, an item with all its fields and `help`, the worst first."""
        items = [asdict(item) | {"help": item.help} for _severity, part, _n in self.parts for item in part]
        return {"counts": self.counts, "unlisted": self.unlisted, "items": items}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        items = [Item(**{key: item[key] for key in _KEPT if key in item}) for item in data.get("items", [])]
        return cls(items, dict(data.get("unlisted", {})))


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
