"""claim_next: fifty reviewers take the next submission at one moment, against fifty connections that do it in SQL.

Among 100,000 submissions, 10,000 of them open. Each side must hand out fifty different ones, none twice, none lost,
and write as many audit rows; ours also knows who may not take what, and how many one may have.
"""

import sys
import threading
from collections.abc import Callable

from django.db import connection, connections, transaction

from accounts.actions.people import create_staff
from accounts.models import User
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from platform_site.simulation.cast import PASSWORD
from releases.actions.claims import SECOND_CLAIMED
from releases.actions.next_claim import claim_next
from releases.models import AuditOrder
from scripts.bench.desk_crowd import gather
from scripts.bench.pairs import Figures, in_turns, seconds

ALL, REVIEWERS, GOAL = 100_000, 50, 10.0
CLAIMS = AuditEvent.objects.filter(event__in=("releases.order.claimed", SECOND_CLAIMED))  # held verdicts wait as well
PLAIN = """
    WITH next AS (
        SELECT id FROM releases_auditorder
        WHERE status IN ('claimed', 'delayed', 'queued', 'second_opinion') AND status = 'queued'
            AND claimed_by_id IS NULL
        ORDER BY lane, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE releases_auditorder o SET status = 'claimed', claimed_by_id = %s, claimed_at = now(),
            claimed_until = now() + interval '30 minutes'
        FROM next WHERE o.id = next.id RETURNING o.id, o.mini_program_id
    )
    INSERT INTO kernel_auditevent (event, subject_type, subject_id, appid, actor_kind, actor_id, actor_name, from_state,
        to_state, reason, data, occurred_at, recorded_at, attempts, delivered_at)
    SELECT 'releases.order.claimed', 'releases.auditorder', moved.id::text, p.appid, 'staff', %s, 'Rev', 'queued',
        'claimed', '', '{}', now(), now(), 0, now()
    FROM moved JOIN accounts_miniprogram p ON p.id = moved.mini_program_id
"""


def measure() -> Figures:
    """Milliseconds until all fifty have theirs."""
    crowd = gather(ALL)
    print(f"  {crowd.orders:,} submissions, {crowd.open:,} open", file=sys.stderr)
    people = [
        create_staff(email=f"rev-{n}@bench.test", password=PASSWORD, name=f"Rev {n}").pk for n in range(REVIEWERS)
    ]
    return in_turns(lambda: _handed_out(people, _ours), lambda: _handed_out(people, _plain), unit="ms", goal=GOAL)


def _ours(pk: int) -> None:
    claim_next(by=User.objects.get(pk=pk))


def _plain(pk: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN, [pk, str(pk)])


def _handed_out(people: list[int], take: Callable[[int], None]) -> float:
    """All at one moment; the time, once it is sure that each got one of their own."""
    _as_before()
    written = CLAIMS.count()
    ready, failed = threading.Barrier(len(people) + 1), []

    def run(pk: int) -> None:
        try:
            clock.forget()
            connection.ensure_connection()
            ready.wait()
            take(pk)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(pk,)) for pk in people]
    for thread in threads:
        thread.start()
    ready.wait()
    taken = seconds(lambda: _joined(threads))
    held = dict(AuditOrder.objects.filter(claimed_by__in=people).values_list("pk", "claimed_by"))
    events = CLAIMS.count() - written
    if failed or sorted(held.values()) != sorted(people) or events != len(people):
        raise RuntimeError(f"{len(held)} handed out to {len(set(held.values()))}, {events} written: {failed[:2]}")
    return 1000 * taken


def _joined(threads: list[threading.Thread]) -> None:
    """All of them are done."""
    for thread in threads:
        thread.join()


def _as_before() -> None:
    """Nobody has anything, and no dead rows of the last time are in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE releases_auditorder SET status = 'queued', claimed_by_id = NULL, claimed_at = NULL,"
            " claimed_until = NULL WHERE claimed_by_id IS NOT NULL"
        )
        cursor.execute("VACUUM releases_auditorder")
