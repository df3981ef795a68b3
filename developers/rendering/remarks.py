"""What the static view of a page could not show, and the data that it used: for the developer tools' Debug."""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

EXPRESSION, TAG, PICTURE, CUT = "expression", "tag", "picture", "cut"
_MOST, _MOST_CHARACTERS, _MOST_DATA = 100, 200, 20_000


@dataclass(frozen=True)
class Remark:
    """One thing that was not shown: its kind, what it was, and how often."""

    kind: str
    what: str
    times: int


class Remarks:
    """Remarks of one page: each thing once, with a count, and not without bound."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], int] = {}

    def note(self, kind: str, what: str) -> None:
        key = (kind, what[:_MOST_CHARACTERS])
        if key in self._times or len(self._times) < _MOST:
            self._times[key] = self._times.get(key, 0) + 1

    def listed(self) -> list[Remark]:
        return [Remark(kind, what, times) for (kind, what), times in self._times.items()]


def data_as_text(data: dict[str, Any]) -> str:
    """The data of a page as JSON to read, cut where it is too long; what only the script knows says so."""
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, default=lambda _unknown: _("(known only to the script)"))
    text, size = [], 0
    for part in islice(encoder.iterencode(data), _MOST_DATA):
        text.append(part)
        size += len(part)
        if size > _MOST_DATA:
            text.append("…")
            break
    return "".join(text)[: _MOST_DATA + 1]
