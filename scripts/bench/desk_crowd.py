"""A crowd of submissions at the desk, written by PostgreSQL itself: copies of one that went the ordinary way.

Program n has its own account, entity, profile, category and build. Six of ten programs have one submission, which is
open; the others have an open one after twenty-two or twenty-three that are decided, so that a tenth of all is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import Member, MiniProgram, User
from developers.models import Build
from entities.models import Entity, Profile, ServiceCategory, Standing
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from releases.models import AuditOrder, FunctionPage, RejectionReason

FIRST = 10_000  # numbers of copies begin here; rows of the ordinary way have lower ones
EARLIER = 22.5  # decided submissions of a program that has some, on the average
WITH_EARLIER = 0.4  # of the programs
METHODS = "(ARRAY['none','remittance','remittance','remittance','remittance','wechat_verification'])[1 + p % 6]"
KINDS = "(ARRAY['individual','corporate','corporate','corporate','corporate','media'])[1 + p % 6]"


@dataclass(frozen=True)
class Crowd:
    """What was written: how many submissions, how many of them open, and one that has earlier ones."""

    orders: int
    open: int
    busy: int


def gather(orders: int) -> Crowd:
    """Write about so many submissions, a tenth of them open."""
    seen = stories.submitted()
    stories.rejected(seen)
    order = stories.submitted(seen.build)
    program, programs = order.mini_program, orders // 10
    earlier = int(programs * WITH_EARLIER)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        cursor.execute(f"CREATE TEMP TABLE copies AS SELECT p FROM generate_series(1, {programs}) p")
        _copy_programs(cursor, program, order)
        cursor.execute(
            "CREATE TEMP TABLE submissions AS SELECT p, a, a = 1 + k AS is_open, row_number() OVER () AS n FROM ("
            f" SELECT p, CASE WHEN p % 10 < {10 - int(10 * WITH_EARLIER)} THEN 0 ELSE 22 + (p / 10) % 2 END AS k"
            f" FROM copies) c, generate_series(1, 1 + k) a"
        )
        cursor.execute("ANALYZE submissions")
        _copy_orders(cursor, seen, order)
        written_to: tuple[type[Model], ...] = (
            *(User, MiniProgram, Entity, Standing, Profile, ServiceCategory, Build, AuditOrder, FunctionPage),
            *(Member, RejectionReason, AuditEvent),
        )
        for model in written_to:
            _settle(cursor, model)
        cursor.execute("DROP TABLE copies, submissions")
    written = AuditOrder.objects.filter(pk__gte=FIRST)
    busy = written.open().filter(attempt__gt=1).order_by("-pk").values_list("pk", flat=True)[0]
    if (waiting := written.open().count()) != programs or earlier <= 0:
        raise RuntimeError(f"{waiting} are open instead of {programs}")
    return Crowd(written.count(), waiting, busy)


def _copy_programs(cursor: Any, program: MiniProgram, order: AuditOrder) -> None:
    number = f"{FIRST} + p"
    belongs = {"id": number, "mini_program_id": number}
    _copy(cursor, User, program.user_id, "copies", {"id": number, "email": "'crowd-' || p || '@bench.test'"})
    appid = {"appid": "'wx' || lpad(to_hex(p), 16, '0')", "original_id": "'gh_' || lpad(to_hex(p), 12, '0')"}
    _copy(cursor, MiniProgram, program.pk, "copies", {"id": number, "user_id": number, **appid})
    _copy(cursor, Member, Member.objects.get(mini_program=program).pk, "copies", belongs)
    _copy(
        cursor,
        Entity,
        Entity.objects.get(mini_program=program).pk,
        "copies",
        belongs | {"type": KINDS, "method": METHODS},
    )
    _copy(cursor, Standing, Standing.objects.get(mini_program=program).pk, "copies", belongs)
    named = {"name": "'Paper Shop ' || p", "name_key": "'paper shop ' || p"}
    _copy(cursor, Profile, Profile.objects.get(mini_program=program).pk, "copies", belongs | named)
    _copy(cursor, ServiceCategory, ServiceCategory.objects.get(mini_program=program).pk, "copies", belongs)
    _copy(cursor, Build, order.build_id, "copies", belongs)


def _copy_orders(cursor: Any, rejected: AuditOrder, order: AuditOrder) -> None:
    _copy(cursor, AuditOrder, order.pk, "submissions", ORDER | {"decided_by_id": _decided(str(_decider(rejected)))})
    of_order = {"id": f"{FIRST} + n", "order_id": f"{FIRST} + n"}
    page = FunctionPage.objects.get(order=order, position=1)
    _copy(cursor, FunctionPage, page.pk, "submissions", of_order)
    reason = RejectionReason.objects.filter(order=rejected)[0]
    _copy(cursor, RejectionReason, reason.pk, "submissions", of_order, where="NOT is_open AND n % 3 = 0")
    told = {
        "subject_id": f"({FIRST} + n)::text",
        "appid": "'wx' || lpad(to_hex(p), 16, '0')",
        "occurred_at": "now() - interval '1 day' * (n % 365)",
    }
    for event, where, start in (("submitted", "true", 0), ("rejected", "NOT is_open", 10_000_000)):
        row = AuditEvent.objects.filter(event=f"releases.order.{event}", subject_id=str(rejected.pk))[0]
        _copy(cursor, AuditEvent, row.pk, "submissions", told | {"id": f"{FIRST} + {start} + n"}, where=where)


def _decider(rejected: AuditOrder) -> int:
    if rejected.decided_by_id is None:
        raise RuntimeError("the first submission was not decided")
    return rejected.decided_by_id


def _decided(value: str) -> str:
    return f"CASE WHEN {DECIDED} THEN {value} END"


DECIDED = "NOT is_open AND n % 20 <> 1"  # the others were withdrawn
DECIDED_AT = "now() - interval '1 day' * (1 + 364.0 * (n % 9973) / 9973)"
ORDER = {
    "id": f"{FIRST} + n",
    "mini_program_id": f"{FIRST} + p",
    "build_id": f"{FIRST} + p",
    "attempt": "a",
    "entity_type": KINDS,
    "status": "CASE WHEN is_open THEN CASE WHEN n % 50 = 0 THEN 'second_opinion' WHEN n % 50 = 1 THEN 'delayed' "
    "WHEN n % 50 = 2 THEN 'waiting_developer' ELSE 'queued' END WHEN n % 20 = 1 THEN 'withdrawn' "
    "WHEN n % 4 = 0 THEN 'published' ELSE 'superseded' END",
    "lane": "CASE WHEN NOT is_open THEN 5 WHEN p % 41 = 0 THEN 1 WHEN p % 43 = 0 THEN 2 WHEN p % 47 = 0 THEN 3 "
    "ELSE 5 END",
    "submitted_at": f"CASE WHEN is_open THEN now() - interval '1 day' * (10.0 * (p % 9973) / 9973) "
    f"ELSE {DECIDED_AT} - interval '1 hour' * (1 + n % 160) END",
    "due_at": f"CASE WHEN is_open THEN now() + interval '7 days' - interval '1 day' * (10.0 * (p % 9973) / 9973) "
    f"ELSE {DECIDED_AT} - interval '1 hour' * (n % 160) + interval '7 days' END",
    "asked_at": "CASE WHEN is_open AND n % 50 = 2 THEN now() - interval '1 hour' * (p % 97) END",
    "decided_at": _decided(DECIDED_AT),
    "withdrawn_at": f"CASE WHEN NOT is_open AND n % 20 = 1 THEN {DECIDED_AT} END",
}


def _copy(
    cursor: Any, model: type[Model], pk: int | None, source: str, changed: Mapping[str, str], *, where: str = "true"
) -> None:
    """INSERT … SELECT: the row `pk` once for each of `source`, but for the columns that are `changed`."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.local_concrete_fields]
    if unknown := set(changed) - set(columns):
        raise RuntimeError(f"{table} has no {', '.join(sorted(unknown))}")
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    rows = f"SELECT {values} FROM {table} t, {source} WHERE t.id = {pk} AND {where}"
    cursor.execute(f"INSERT INTO {table} ({names}) {rows}")


def _settle(cursor: Any, model: type[Model]) -> None:
    """What autovacuum and the sequences would know by now."""
    table = model._meta.db_table
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    cursor.execute(f"VACUUM ANALYZE {table}")
