"""What a reviewer fills in: the coded reasons of a rejection."""

from typing import Any

from platform_site.kernel.lifecycle import Refused
from releases.reasons import GROUPS, REASONS, Reason


class ReasonChoice:
    """A row of the reason picker: the reason, whether it is chosen, the reviewer's words, what is wrong with them."""

    def __init__(self, reason: Reason, form: "RejectForm") -> None:
        self.reason = reason
        self.name = f"text-{reason.code}"
        self.chosen = reason.code in form.chosen
        self.text = form.data.get(self.name, reason.explanation)
        self.error = form.faults.get(reason.code, "")


class RejectForm:
    """The coded reasons that a reviewer chose, with words for each: fields `reasons` and `text-<code>`."""

    def __init__(self, data: Any = None) -> None:
        self.data = data if data is not None else {}
        self.chosen: list[str] = list(dict.fromkeys(data.getlist("reasons"))) if data is not None else []
        self.faults: dict[str, str] = {}

    def reasons(self) -> list[tuple[str, str]]:
        """(code, words) of each chosen reason, in the order of the list; unknown codes last."""
        order = {code: place for place, code in enumerate(REASONS)}
        codes = sorted(self.chosen, key=lambda code: order.get(code, len(order)))
        return [(code, self.data.get(f"text-{code}", "").replace("\r\n", "\n").replace("\0", "")) for code in codes]

    def add_refusal(self, refusal: Refused) -> None:
        self.faults[refusal.field or "reasons"] = refusal.message

    @property
    def error(self) -> str:
        """What is wrong with the choice as a whole, or a hint that a reason below needs care."""
        return self.faults.get("reasons", "") or next(iter(self.faults.values()), "")

    def groups(self) -> list[tuple[str, list[ReasonChoice]]]:
        """The picker: (title of the section, its reasons)."""
        return [(f"{group.code} {group.title}", [ReasonChoice(r, self) for r in group.reasons]) for group in GROUPS]
