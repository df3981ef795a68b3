"""sweep_1m: a million open remittances, ten thousand due; our sweep against the same in plain SQL (PostgreSQL).

Both move and audit in batches of RULES.remittance.sweep_batch, a transaction each, and write the same rows. Ours also
rings the doorbells.
"""

import sys
import time

from django.db import connection, transaction

from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from scripts.bench.crowd import gather
from scripts.bench.pairs import Figures, in_turns, seconds
from verification.actions.sweeps import expire_overdue_remittances
from verification.models import Remittance

ALL, DUE = 1_000_000, 10_000
PLAIN = """
    WITH due AS (
        SELECT id FROM verification_remittance
        WHERE status = 'open' AND expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE verification_remittance r SET status = 'expired' FROM due WHERE r.id = due.id
        RETURNING r.id, r.mini_program_id
    )
    INSERT INTO kernel_auditevent (event, subject_type, subject_id, appid, actor_kind, actor_id, actor_name, from_state,
        to_state, reason, data, occurred_at, recorded_at, attempts)
    SELECT 'verification.remittance.expired', 'verification.remittance', moved.id::text, p.appid, 'system', 'system',
        'Ministage', 'open', 'expired', '', '{}', now(), now(), 0
    FROM moved JOIN accounts_miniprogram p ON p.id = moved.mini_program_id
"""


def measure() -> Figures:
    """Seconds for the 10,000."""
    began = time.perf_counter()
    with connection.cursor() as cursor, transaction.atomic():
        gather(cursor, ALL, due=DUE)
    print(f"  {ALL:,} remittances written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return in_turns(_ours, _plain, unit="s", goal=3.0)


def _ours() -> float:
    _as_before()
    return _checked(seconds(expire_overdue_remittances))


def _plain() -> float:
    _as_before()
    return _checked(seconds(_sweep_in_sql))


def _sweep_in_sql() -> None:
    with connection.cursor() as cursor:
        while True:
            with transaction.atomic():
                cursor.execute(PLAIN, [RULES.remittance.sweep_batch])
            if not cursor.rowcount:
                break


def _checked(taken: float) -> float:
    """The time, once it is sure that the work was done."""
    expired = Remittance.objects.filter(status="expired").count()
    audited = AuditEvent.objects.filter(event="verification.remittance.expired", delivered_at=None).count()
    if (expired, audited) != (DUE, DUE):
        raise RuntimeError(f"{expired} expired and {audited} audited instead of {DUE}")
    return taken


def _as_before() -> None:
    """The same rows due again, no audit rows, and no dead rows of the last time in the way."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_remittance SET status = 'open' WHERE status = 'expired'")
        cursor.execute("TRUNCATE kernel_auditevent CASCADE")
        cursor.execute("VACUUM verification_remittance")
