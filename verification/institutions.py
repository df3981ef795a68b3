"""The audit institutions that check applications for WeChat Verification, read from rulebooks/institutions.toml."""

import tomllib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@dataclass(frozen=True)
class Institution:
    """A fictitious audit institution; `name` and `hours` speak the active language."""

    code: str
    en: str
    zh: str
    hotline: str
    hours_en: str
    hours_zh: str

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.zh if _in_chinese() else self.en

    @property
    def hours(self) -> str:
        return self.hours_zh if _in_chinese() else self.hours_en


_PATH = settings.BASE_DIR / "platform_site" / "rulebooks" / "institutions.toml"

INSTITUTIONS: dict[str, Institution] = {
    row["code"]: Institution(**row) for row in tomllib.loads(_PATH.read_text(encoding="utf-8"))["institution"]
}


def institution_for(number: int) -> str:
    """The code of the institution that application `number` goes to: the same each time, spread over all of them."""
    codes = list(INSTITUTIONS)
    return codes[number % len(codes)]
