"""The simulated world's banks and the places they are in: all fictitious banks, real provinces and cities."""

import tomllib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Named:
    """Something with a code and a name in two languages."""

    code: str
    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


_TABLE = tomllib.loads((settings.BASE_DIR / "platform_site" / "rulebooks" / "banks.toml").read_text(encoding="utf-8"))

BANKS: dict[str, Named] = {row["code"]: Named(row["code"], row["en"], row["zh"]) for row in _TABLE["bank"]}
PROVINCES: dict[str, Named] = {row["code"]: Named(row["code"], row["en"], row["zh"]) for row in _TABLE["province"]}
CITIES: dict[str, dict[str, Named]] = {
    row["code"]: {city["code"]: Named(city["code"], city["en"], city["zh"]) for city in row["city"]}
    for row in _TABLE["province"]
}
RECEIVER = _TABLE["receiver"]  # {"holder_en", "holder_zh", "number", "bank_en", "bank_zh"}
RECEIVER_HOLDER = Named("receiver", RECEIVER["holder_en"], RECEIVER["holder_zh"])
RECEIVER_BANK = Named("receiver", RECEIVER["bank_en"], RECEIVER["bank_zh"])
