"""Queries that are compiled once, for what every call of the server API reads.

Django makes the SQL of a queryset anew for each read, which costs several times the read itself (bench token_check). A
prepared query keeps the SQL of the first time and sends it with other values; rows become objects in Django's own way.
"""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = str | int | datetime


class Prepared(Generic[Row]):
    """A queryset with places for values of these kinds (str, int or datetime, never None), in their order.

        TOKEN = Prepared(lambda digest: AccessToken.objects.filter(digest=digest), str)
        TOKEN.first(digest)

    Values go into the query as they are: use it with comparisons of whole values, not with `contains` and its like.
    """

    def __init__(self, make: Callable[..., "QuerySet[Any, Row]"], *kinds: type[Value]) -> None:
        self.make, self.kinds = make, kinds
        self._compiled: dict[str, tuple[QuerySet[Any, Row], Any, str, list[tuple[bool, Any]]]] = {}

    def rows(self, *values: Value) -> list[Row]:
        """All rows for these values, by one query."""
        if len(values) != len(self.kinds):
            raise TypeError(f"{len(self.kinds)} values are wanted, not {len(values)}")
        if (compiled := self._compiled.get(connection.vendor)) is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        queryset, compiler, sql, places = compiled
        adapted = [_adapted(value) for value in values]
        params = tuple(adapted[what] if is_value else what for is_value, what in places)

        own = copy(compiler)  # its connection is this thread's
        own.connection, own.as_sql = connections[DEFAULT_DB_ALIAS], lambda: (sql, params)
        query: Any = copy(queryset.query)
        query.get_compiler = lambda *_which, **_named: own
        fresh: Any = queryset.all()
        fresh._query = query  # its setter would forget that values_list() makes tuples
        return list(fresh)

    def first(self, *values: Value) -> Row | None:
        """The first row, or None."""
        return next(iter(self.rows(*values)), None)

    def _compile(self) -> "tuple[QuerySet[Any, Row], Any, str, list[tuple[bool, Any]]]":
        """Queryset, compiler, SQL, and its parameters: (True, which value) or (False, what always stands there)."""
        marks = [_mark(kind, number) for number, kind in enumerate(self.kinds)]
        queryset = self.make(*marks)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        adapted = [_adapted(mark) for mark in marks]
        places = [(True, adapted.index(param)) if param in adapted else (False, param) for param in params]
        if {what for is_value, what in places if is_value} != set(range(len(marks))):
            raise ValueError("a value has no place of its own in the query")
        return queryset, compiler, sql, places


def _mark(kind: type[Value], number: int) -> Value:
    """A value that stands nowhere else in a query."""
    if kind is datetime:
        return datetime(9001, 1, 1 + number, tzinfo=UTC)
    return 2**31 - 1 - number if kind is int else uuid4().hex


def _adapted(value: Value) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
