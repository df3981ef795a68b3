"""Long lists page by page, each page beginning after a row: the hundredth page costs what the first costs.

An OFFSET reads what it skips, and so does "later, or same time and higher number" written with OR; a row value
(`(lane, due_at, id) > (5, …, 7)`) is looked up in the index. Source: design/stack.md §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.http import QueryDict

LONGEST = 200  # characters of a place in a list; ours are far shorter


@dataclass(frozen=True)
class Keyset:
    """The order of a list: columns of one table, all ascending or all descending, the last one unique."""

    columns: tuple[str, ...]
    descending: bool = False

    def place(self, row: Model) -> str:
        """Where a row stands, as an address says it."""
        return "~".join(self._field(row, name).value_to_string(row) for name in self.columns)

    def values(self, model: type[Model], place: str) -> list[Any] | None:
        """What an address says, as the columns have it; None where it makes no sense."""
        parts = place.split("~")
        if len(parts) != len(self.columns) or len(place) > LONGEST or "\0" in place:
            return None
        fields = [self._field(model, name) for name in self.columns]
        try:
            return [field.clean(field.to_python(part), None) for field, part in zip(fields, parts, strict=True)]
        except (ValidationError, ValueError, OverflowError):
            return None

    def _field(self, model: Model | type[Model], name: str) -> Any:
        return model._meta.get_field(name)

    def order(self, *, backwards: bool = False) -> list[str]:
        """For `order_by`."""
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{name}" for name in self.columns]

    def beyond(self, rows: QuerySet, values: Sequence[Any], *, backwards: bool = False) -> QuerySet:
        """The rows after this place, or before it."""
        sign = "<" if self.descending != backwards else ">"
        model = rows.model
        given = [
            Value(value, output_field=self._field(model, name))
            for name, value in zip(self.columns, values, strict=True)
        ]
        return rows.filter(RowCompare(*(F(name) for name in self.columns), *given, sign=sign))


class RowCompare(Func):
    """`(a, b) > (x, y)` as one row value, which every database of ours looks up in an index."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: Any, sign: str, **extra: Any) -> None:
        self.sign = sign
        super().__init__(*expressions, **extra)

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The two halves of the expressions, compared."""
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _params in part) for part in (compiled[:half], compiled[half:]))
        return f"({left}) {self.sign} ({right})", [value for _sql, params in compiled for value in params]


@dataclass(frozen=True)
class KeysetPage:
    """One page: its rows, and where the pages before and after it begin ("" where there is none)."""

    object_list: list[Any]
    previous: str
    next: str

    def __iter__(self) -> Any:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)


def keyset_page(rows: QuerySet, keyset: Keyset, asked: QueryDict, *, size: int) -> KeysetPage:
    """The page that an address asks for (`after=…`, `before=…`); the first one where it makes no sense. One query."""
    model = rows.model
    wanted = {name: asked.get(name, "") for name in ("before", "after")}
    before = keyset.values(model, str(wanted["before"])) if wanted["before"] else None
    after = keyset.values(model, str(wanted["after"])) if wanted["after"] and before is None else None
    if before is not None:
        found = list(keyset.beyond(rows, before, backwards=True).order_by(*keyset.order(backwards=True))[: size + 1])
        shown = found[:size][::-1]
        return KeysetPage(shown, _place(keyset, shown[:1], len(found) > size), _place(keyset, shown[-1:], True))
    if after is not None:
        rows = keyset.beyond(rows, after)
    found = list(rows.order_by(*keyset.order())[: size + 1])
    shown = found[:size]
    return KeysetPage(
        shown, _place(keyset, shown[:1], after is not None), _place(keyset, shown[-1:], len(found) > size)
    )


def _place(keyset: Keyset, row: list[Any], there: bool) -> str:
    return keyset.place(row[0]) if row and there else ""
