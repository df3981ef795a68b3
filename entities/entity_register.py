"""What the platform knows of entities by their names: the type that a name belongs to, and who may register no more."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entities.models import EntityType
from platform_site.kernel.lifecycle import Refused

_TABLE = tomllib.loads(
    (settings.BASE_DIR / "platform_site" / "rulebooks" / "entities.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Kind:
    """The words by which names of one entity type are known."""

    type: EntityType
    anywhere: tuple[str, ...]
    ends: tuple[str, ...]
    but: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether a name, as `_words` writes it, is one of this type's."""
        if any(_ends(name, end) for end in self.but):
            return False
        return any(word in name for word in self.anywhere) or any(_ends(name, end) for end in self.ends)


@dataclass(frozen=True)
class Ban:
    """Why an entity may register no more."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


def same_name(name: str) -> str:
    """Equal for two spellings of one organisation's name: width, case, spaces and the kind of brackets don't matter."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if not c.isspace())


KINDS = tuple(
    Kind(EntityType(row["type"]), tuple(row["anywhere"]), tuple(row["ends"]), tuple(row["but"]))
    for row in _TABLE["kind"]
)
BANNED = {same_name(name): Ban(row["reason_en"], row["reason_zh"]) for row in _TABLE["banned"] for name in row["names"]}


def type_of_name(name: str) -> EntityType | None:
    """The entity type that such a name belongs to; None where the name does not tell."""
    words = _words(name)
    return next((kind.type for kind in KINDS if kind.fits(words)), None)


def check_name_fits_type(name: str, *, entity_type: str) -> None:
    """Refused (field "entity_name") for a name that belongs to another entity type (console.md §1.6.2)."""
    belongs = type_of_name(name)
    if belongs is not None and belongs != entity_type:
        raise Refused(
            _("By its name this entity is of another type: %(type)s. Choose the correct type.")
            % {"type": belongs.label},
            code="entity_name_of_other_type",
            field="entity_name",
        )


def check_not_banned(name: str) -> None:
    """Refused (field "entity_name") for an entity that may register no more, with the reason."""
    if (ban := BANNED.get(same_name(name))) is not None:
        raise Refused(
            _("This entity may not register any more. %(reason)s") % {"reason": ban},
            code="entity_banned",
            field="entity_name",
        )


def _words(name: str) -> str:
    """The name in one width and case, Latin words apart by one space, without stops, commas and last brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = re.sub(r"\(([^()]*)\)$", r" \1", plain.strip())  # "…（个体工商户）"
    return re.sub(r"[\s.,]+", " ", plain).strip()


def _ends(name: str, end: str) -> bool:
    """Whether a name ends so; a Latin ending is a word of its own."""
    return name.endswith(end) and (not end[0].isascii() or name == end or not name[-len(end) - 1].isalnum())
