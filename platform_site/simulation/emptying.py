"""Emptying the world: every row of every table goes, the written-once ones too."""

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from platform_site.kernel import clock

KEPT = frozenset(
    {"django_migrations", "django_content_type", "auth_permission"}
)  # written by migrations, not by people


def flush_statements(using: BaseDatabaseWrapper) -> list[str]:
    """The SQL that empties all tables and starts their numbers anew.

    SQLite has no TRUNCATE, and the triggers that keep rows from being deleted stop DELETE: they are taken down and
    put back within the same transaction.
    """
    tables = sorted(set(using.introspection.table_names()) - KEPT)
    if using.vendor != "sqlite":
        return using.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    with using.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    return [
        *(f'DROP TRIGGER "{name}"' for name, _sql in triggers),
        *(f'DELETE FROM "{table}"' for table in tables),  # noqa: S608 -- names of our own tables
        "DELETE FROM sqlite_sequence",
        *(sql for _name, sql in triggers),
    ]


def empty_world() -> None:
    """Leave nothing of this world: rows, files, counted tries; the clock shows the machine's time again."""
    with transaction.atomic(), connection.cursor() as cursor:
        connection.check_constraints()  # PostgreSQL truncates no table whose deferred checks still wait
        for statement in flush_statements(connection):
            cursor.execute(statement)
    _delete_files("")
    cache.clear()
    clock.forget()


def _delete_files(folder: str) -> None:
    if not default_storage.exists(folder or "."):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        default_storage.delete(f"{folder}/{name}" if folder else name)
    for name in folders:
        _delete_files(f"{folder}/{name}" if folder else name)
