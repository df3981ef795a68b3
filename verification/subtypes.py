"""The subtypes of entities in WeChat Verification: the papers that each hands in, and who pays nothing (§12.2)."""

import tomllib
from dataclasses import dataclass

from django.conf import settings

from platform_site.kernel.rulebook import RULES
from verification.banks import Named

SUPPLEMENTARY = "supplementary"
FROM_EVERYBODY = ("operator_id_front", "operator_id_back", "application_letter")
ID_SCANS = frozenset({"operator_id_front", "operator_id_back"})  # at the desk only once they are revealed
NAME_PROOF = "name_proof"  # belongs to the name, not to the papers (console.md §12.2, step 3)


@dataclass(frozen=True)
class Slot(Named):
    """A paper that is asked for, and how many pages it may have."""

    required: bool
    most: int


@dataclass(frozen=True)
class Subtype(Named):
    """A kind of entity as WeChat Verification tells them apart; `company` asks for business and corporate account."""

    number: int  # its code in the real platform's script
    entity_type: str
    company: bool
    free: bool
    slots: tuple[Slot, ...]

    @property
    def fee_fen(self) -> int:
        """What one application costs."""
        return 0 if self.free else RULES.verification.fee_fen

    @property
    def required_slots(self) -> list[Slot]:
        """What must be handed in."""
        return [slot for slot in self.slots if slot.required]

    def slot(self, code: str) -> Slot | None:
        """The paper of this code, if this subtype is asked for it."""
        return next((slot for slot in self.slots if slot.code == code), None)


_TABLE = tomllib.loads((settings.BASE_DIR / "platform_site" / "rulebooks" / "subtypes.toml").read_text("utf-8"))
_PAPERS = {row["code"]: row for row in _TABLE["paper"]}


def _slot(code: str, *, required: bool) -> Slot:
    row = _PAPERS[code]
    most = RULES.verification.supplementary_papers if code == SUPPLEMENTARY else row["most"]
    return Slot(code, row["en"], row["zh"], required, most)


def _subtype(row: dict) -> Subtype:
    required = [*row["papers"], *FROM_EVERYBODY]
    slots = [_slot(code, required=True) for code in required]
    slots += [_slot(code, required=False) for code in (*row["optional"], SUPPLEMENTARY)]
    return Subtype(
        row["code"],
        row["en"],
        row["zh"],
        row["number"],
        row["entity_type"],
        row["company"],
        row["free"],
        tuple(slots),
    )


SUBTYPES: dict[str, Subtype] = {row["code"]: _subtype(row) for row in _TABLE["subtype"]}
NAME_PROOF_SLOT = Slot(
    NAME_PROOF,
    "Trademark certificate or authorization",
    "商标注册证或授权书",
    required=True,
    most=RULES.profile.name_papers,
)


def subtypes_of(entity_type: str) -> list[Subtype]:
    """What an entity of this type may be; nothing for individuals."""
    return [subtype for subtype in SUBTYPES.values() if subtype.entity_type == entity_type]
