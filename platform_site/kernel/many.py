"""advance() for sweeps: `advance_many()` moves some rows at once, in three statements, each with its audit row."""

from typing import TYPE_CHECKING, Any

from django.db import connections, models, router
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce

from platform_site.kernel.delivery import ring_for_many_after_commit
from platform_site.kernel.lifecycle import Move, System, check_in_transaction, lost_race
from platform_site.kernel.models import AuditEvent, audit_row

if TYPE_CHECKING:
    from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet


def advance_many(
    rows: "LifecycleQuerySet[Any]",
    move: Move,
    *,
    by: System,
    most: int,
    appid: str = "mini_program__appid",
    reason: str = "",
    data: dict[str, Any] | None = None,
    **stamps: Any,
) -> list[int]:
    """Move the first `most` of `rows` along `move` with their audit rows, in the transaction that must be open.

    What `advance()` would do to each, for the platform itself (`by=SYSTEM`). Rows that are not in a source state are
    left alone, and, where the database can tell, so are rows that somebody else holds: call it again for the rest.
    `appid` is the path from a row to its tenant's AppID ("" where none). Returns the primary keys of what was moved.
    Source: design/house.md §4 "Deadlines are columns"; design/stack.md §6.
    """
    model: type[LifecycleModel] = rows.model
    if not isinstance(by, System):
        raise TypeError("many rows at once are moved by the platform itself only")
    if move not in model.lifecycle.moves:
        raise ValueError(f"{move.name} is no move of a {model._meta.verbose_name}")
    using = router.db_for_write(model)
    check_in_transaction(using)
    pks = _take(rows.using(using), move, most)
    if pks:
        every: Any = model._base_manager.using(using).filter(pk__in=pks)  # not `objects`: it writes no status
        row = audit_row(move.event, by=by, to_state=move.target, reason=reason, data=data)
        events = _write_audit_rows(every, row, appid)
        if every.filter(status__in=move.sources).update(status=move.target, **stamps) != len(pks):
            raise lost_race()  # can't be: the rows are locked
        if row.delivered_at is None:
            ring_for_many_after_commit(events)
    return pks


def _take(rows: Any, move: Move, most: int) -> list[int]:
    """Lock the first `most` rows that the move can take and that nobody else holds."""
    free = rows.filter(status__in=sorted(move.sources)).select_related(None)
    return list(free.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:most])


def _write_audit_rows(every: Any, row: AuditEvent, appid: str) -> list[int]:
    """INSERT … SELECT: a copy of `row` for each of `every`, with its number, tenant and state; the new rows' numbers.

    Before the move, so that the state they come from is read where it stands. No numbers where the database returns
    none: then no doorbell rings, and the sweep delivers.
    """
    model, using = every.model, every.db
    of_the_row: dict[str, Any] = {
        "subject_type": Value(model._meta.label_lower),
        "subject_id": Cast("pk", CharField()),
        "appid": Coalesce(F(appid), Value("")) if appid else Value(""),
        "from_state": F("status"),
    }
    columns = [field for field in AuditEvent._meta.local_concrete_fields if not field.primary_key]
    values = {f"audit_{c.name}": of_the_row.get(c.name) or _alike(c, row) for c in columns}
    select, params = every.order_by("pk").values_list(*values.values()).query.sql_with_params()
    connection = connections[using]
    quote = connection.ops.quote_name
    into = f"{quote(AuditEvent._meta.db_table)} ({', '.join(quote(str(c.column)) for c in columns)})"
    returns = connection.features.can_return_rows_from_bulk_insert
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} {select}{' RETURNING id' if returns else ''}", params)
        return [pk for (pk,) in cursor.fetchall()] if returns else []


def _alike(column: "models.Field[Any, Any]", row: AuditEvent) -> Value:
    """The value of a column that is the same in all rows."""
    return Value(column.pre_save(row, add=True), output_field=column)


__all__ = ["advance_many"]
