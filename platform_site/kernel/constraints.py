"""Helpers for the constraints that recur: the database refuses an illegal state before any code does."""

from collections.abc import Sequence

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import Q

from platform_site.kernel.lifecycle import Lifecycle


def status_is_known(lifecycle: Lifecycle) -> models.CheckConstraint:
    """`status` is one of the lifecycle's states."""
    return models.CheckConstraint(
        condition=Q(status__in=sorted(lifecycle.statuses.values)), name=f"{lifecycle.name}_status_is_known"
    )


def set_exactly_when(stamp: str, statuses: set[str] | frozenset[str], *, name: str) -> models.CheckConstraint:
    """The column `stamp` is set in these states and null in all others."""
    inside = Q(status__in=sorted(str(s) for s in statuses))
    return models.CheckConstraint(
        condition=(inside & Q(**{f"{stamp}__isnull": False})) | (~inside & Q(**{f"{stamp}__isnull": True})), name=name
    )


def both_or_neither(one: str, other: str, *, name: str) -> models.CheckConstraint:
    """Two columns are set together or not at all (who and when)."""
    return models.CheckConstraint(
        condition=Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
        | Q(**{f"{one}__isnull": False, f"{other}__isnull": False}),
        name=name,
    )


def one_of(field: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """`field` is one of the values of `choices`."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": sorted(choices.values)}), name=name)


REFUSE_CHANGE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'rows of % can''t be changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""


class ForbidUpdates(Operation):
    """Migration operation: a trigger that refuses UPDATE (and DELETE) on a table, on PostgreSQL and SQLite.

    With `columns` only an UPDATE that names one of these is refused.
    """

    reversible = True

    def __init__(self, table: str, *, deletes: bool = True, columns: Sequence[str] = ()) -> None:
        self.table, self.deletes, self.columns = table, deletes, tuple(columns)

    def state_forwards(self, app_label, state):  # type: ignore[no-untyped-def]
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):  # type: ignore[no-untyped-def]
        verbs = ["UPDATE", "DELETE"] if self.deletes else ["UPDATE"]
        for verb in verbs:
            self._drop(schema_editor, verb)  # SQLite loses triggers when it rebuilds a table, PostgreSQL keeps them
            for statement in self._create(schema_editor.connection.vendor, verb):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):  # type: ignore[no-untyped-def]
        for verb in ["UPDATE", "DELETE"]:
            self._drop(schema_editor, verb)

    def _drop(self, schema_editor, verb):  # type: ignore[no-untyped-def]
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{verb.lower()}{on}")

    def _create(self, vendor: str, verb: str) -> list[str]:
        name = f"{self.table}_no_{verb.lower()}"
        when = f"UPDATE OF {', '.join(self.columns)}" if verb == "UPDATE" and self.columns else verb
        trigger = f"CREATE TRIGGER {name} BEFORE {when} ON {self.table}"
        if vendor == "postgresql":
            return [REFUSE_CHANGE, f"{trigger} FOR EACH ROW EXECUTE FUNCTION refuse_change()"]
        return [f"{trigger} BEGIN SELECT RAISE(ABORT, 'rows of {self.table} can''t be changed'); END"]

    def describe(self) -> str:
        return f"Refuse changes of rows of {self.table}"


__all__ = ["ForbidUpdates", "both_or_neither", "one_of", "set_exactly_when", "status_is_known"]
