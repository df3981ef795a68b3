"""The register of names: rulebooks/names.toml, and how a word is found in a name however it is written."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.identity import number_digest
from entities.organisations import name_digest
from entities.wording import check_introduction, name_key
from platform_site.kernel.lifecycle import Refused

BETWEEN = r"[\s\-+&._·]*"  # what may stand between the letters of a word without hiding it
LOOKS_LIKE = str.maketrans("013456789$@|lавекмнорстухαβεικνορτυχ", "oieasgtbgsaiiabekmhopctyxabeiknoptux")
PAIRS = (("vv", "w"), ("rn", "m"))


@dataclass(frozen=True)
class Word:
    """A word of the register. `whole`: as a word of its own only; `allowed`: phrases in which it is meant well."""

    text: str
    kind: str
    whole: bool = False
    allowed: tuple[str, ...] = ()
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        letters = [re.escape(c) for c in _plain(self.text) if c.isalnum()]
        border = "[a-z0-9]" if any(c.isdigit() for c in self.text) else "[a-z]"
        before, after = (f"(?<!{border})", f"(?!{border})") if self.whole else ("", "")
        object.__setattr__(self, "pattern", re.compile(before + BETWEEN.join(letters) + after))

    def is_in(self, text: str) -> bool:
        """Whether the text holds the word; our own names also with digits and letters that look like others."""
        plain = _plain(text)
        for phrase in self.allowed:
            plain = plain.replace(_plain(phrase), "/")
        if self.pattern.search(plain):
            return True
        return self.kind == "platform" and bool(self.pattern.search(_skeleton(plain)))


@dataclass(frozen=True)
class Held:
    """A name that somebody else has on the platform: an account's, or one in a protection period."""

    key: str
    entity: str  # digest of who has it; "" for nobody
    kind: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class NameRegister:
    """All of names.toml."""

    forbidden: tuple[Word, ...]
    protected: tuple[Word, ...]
    generic: frozenset[str]
    accounts: tuple[Held, ...]
    protection: tuple[Held, ...]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _skeleton(plain: str) -> str:
    """The text with every character replaced by the letter that it looks like."""
    text = plain.translate(LOOKS_LIKE)
    for pair, letter in PAIRS:
        text = text.replace(pair, letter)
    return text


def load(path: Path) -> NameRegister:
    """Read a register of names; ValueError for a part that gives no source."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for part in [*table["forbidden"], *table["protected"], table["generic"]]:
        if not part.get("source"):
            raise ValueError(f"{path.name}: a part has no source")
    return NameRegister(
        forbidden=_words(table["forbidden"]),
        protected=_words(table["protected"]),
        generic=frozenset(name_key(word) for word in table["generic"]["words"]),
        accounts=tuple(_held(row) for row in table["accounts"]),
        protection=tuple(_held(row) for row in table["protection"]),
    )


def _words(parts: list[dict[str, Any]]) -> tuple[Word, ...]:
    return tuple(
        Word(word["text"], part["kind"], word.get("whole", False), tuple(word.get("except", ())))
        for part in parts
        for word in part["words"]
    )


def _held(row: dict[str, Any]) -> Held:
    entity = row.get("entity")
    digest = "" if entity is None else _digest(entity)
    return Held(name_key(row["name"]), digest, row.get("kind", ""), row.get("until"))


def _digest(entity: dict[str, str]) -> str:
    return number_digest(entity["number"]) if entity.get("number") else name_digest(entity["name"])


def protected_words_in(name: str) -> list[str]:
    """The words in a name that need naming proof, as the register writes them."""
    return [word.text for word in REGISTER.protected if word.is_in(name)]


def check_words(name: str) -> None:
    """Refused (field "name", code 53012) for a forbidden word, or for a single general one."""
    if (word := next((word for word in REGISTER.forbidden if word.is_in(name)), None)) is not None:
        raise Refused(_why_forbidden(word), code="53012", field="name")
    if name_key(name) in REGISTER.generic:
        raise Refused(_("A single general word can't be a name: add what makes it yours."), code="53012", field="name")


def _why_forbidden(word: Word) -> str:
    if word.kind == "platform":
        return _("“%(word)s”, or what looks like it, can't be in a name: it belongs to the platform.") % {
            "word": word.text
        }
    if word.kind == "superlative":
        return _("“%(word)s” can't be in a name: the advertising law forbids superlatives.") % {"word": word.text}
    return _("This name holds a word that the platform forbids.")


def checked_introduction(text: str) -> str:
    """The tidy introduction; Refused (field "introduction") by its wording, or with 53201 for a forbidden word."""
    text = check_introduction(text)
    if any(word.is_in(text) for word in REGISTER.forbidden if word.kind == "banned"):
        raise Refused(_("The introduction holds a word that the platform forbids."), code="53201", field="introduction")
    return text


REGISTER: NameRegister = load(settings.BASE_DIR / "platform_site" / "rulebooks" / "names.toml")
