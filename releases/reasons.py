"""The coded reasons for which a submission may be rejected, read from rulebooks/reasons.toml (console.md §11)."""

import tomllib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

TEST_ACCOUNT_MISSING = "3.3.4"  # the reason for which seed.md returns a first submission that needs a log-in


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@dataclass(frozen=True)
class Reason:
    """A reason; `code` is the clause. `title` and `explanation` speak the active language."""

    code: str
    title_en: str
    title_zh: str
    explanation_en: str
    explanation_zh: str

    @property
    def title(self) -> str:
        return self.title_zh if _in_chinese() else self.title_en

    @property
    def explanation(self) -> str:
        return self.explanation_zh if _in_chinese() else self.explanation_en


@dataclass(frozen=True)
class ReasonGroup:
    """A section of the list: reasons whose codes begin with `code`."""

    code: str
    title_en: str
    title_zh: str
    reasons: tuple[Reason, ...]

    @property
    def title(self) -> str:
        return self.title_zh if _in_chinese() else self.title_en


def _read() -> tuple[dict[str, Reason], tuple[ReasonGroup, ...]]:
    path = settings.BASE_DIR / "platform_site" / "rulebooks" / "reasons.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    reasons = {row["code"]: Reason(**row) for row in tables["reason"]}
    groups = tuple(
        ReasonGroup(**row, reasons=tuple(r for code, r in reasons.items() if code.startswith(row["code"])))
        for row in tables["group"]
    )
    return reasons, groups


REASONS, GROUPS = _read()
