"""Nothing is lost and nothing is said twice, whatever happens to workers, beats and Redis: with real processes.

On PostgreSQL and Redis, where both are given, in a database and a Redis database of their own.
"""

import os
from collections.abc import Iterator

import psycopg2
import pytest

from tests.ops.workers import BATCH, World

pytestmark = pytest.mark.skipif(
    not (os.environ.get("REDIS_URL") and os.environ.get("DATABASE_URL", "").startswith("postgres")),
    reason="starts workers on the real PostgreSQL and Redis where DATABASE_URL and REDIS_URL are set",
)
EXPIRED = "kernel_auditevent WHERE event = 'verification.remittance.expired'"
IN_THE_SWEEP = """
    pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND query LIKE 'INSERT INTO "kernel_auditevent"%SELECT%'
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("killed"))
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    made.redis.flushdb()
    yield made
    made.kill()


def expired(world: World, crowd: range) -> int:
    return world.number(f"verification_remittance WHERE status = 'expired' AND {numbered(crowd)}")


def failed(world: World, crowd: range) -> int:
    return world.number(f"entities_standing WHERE status = 'failed' AND {numbered(crowd)}")


def numbered(crowd: range, column: str = "id") -> str:
    return f"{column} BETWEEN {crowd.start} AND {crowd.stop - 1}"


def all_is_told(world: World, crowd: range) -> bool:
    """Everything has failed and no event waits for a reaction."""
    return failed(world, crowd) == len(crowd) and not world.number("kernel_auditevent WHERE delivered_at IS NULL")


def assert_each_once(world: World, crowd: range) -> None:
    """Each remittance expired, each registration failed, each person heard of it: exactly once."""
    every = [(str(n),) for n in crowd]

    def audited(event: str) -> list[tuple]:
        those = f"event = '{event}' AND {numbered(crowd, 'subject_id::bigint')}"
        return world.rows(f"SELECT subject_id FROM kernel_auditevent WHERE {those} ORDER BY length(subject_id), 1")  # noqa: S608

    assert expired(world, crowd) == failed(world, crowd) == len(crowd)
    assert audited("verification.remittance.expired") == every
    assert audited("entities.standing.failed") == every
    assert audited("accounts.account.registration_failed") == every
    assert audited("accounts.member.unbound") == every
    theirs = numbered(crowd, "person_id")
    told = world.rows(f"SELECT person_id, event FROM accounts_servicenotification WHERE {theirs} ORDER BY 1")  # noqa: S608
    assert told == [(n, "entities.standing.failed") for n in crowd]
    assert world.number(f"accounts_member WHERE {numbered(crowd)}") == 0
    assert world.number(f"accounts_miniprogram WHERE user_id IS NULL AND {numbered(crowd)}") == len(crowd)
    assert world.number(f"{EXPIRED} AND delivered_at IS NULL") == 0


def test_a_worker_killed_in_the_middle_of_a_sweep_and_one_in_the_middle_of_its_consequences(world: World):
    crowd = world.crowd(1_500)
    gate = psycopg2.connect(world.database)
    world.worker()
    world.ring("platform_site.sweep_deadlines")

    world.until(lambda: expired(world, crowd))
    world.run_sql(gate, "LOCK TABLE kernel_auditevent IN SHARE MODE")  # the sweep stops within its transaction
    world.until(lambda: world.number(IN_THE_SWEEP))
    world.kill()
    gate.rollback()
    world.until(lambda: not world.number(IN_THE_SWEEP))

    done = expired(world, crowd)
    assert 0 < done < len(crowd)
    assert done % BATCH == 0
    assert world.number(EXPIRED) == done

    world.worker()
    world.beat()
    world.until(lambda: done < failed(world, crowd) < len(crowd))
    world.kill()
    assert failed(world, crowd) < len(crowd)

    world.worker()
    world.beat()
    world.until(lambda: all_is_told(world, crowd))
    gate.close()
    assert_each_once(world, crowd)


def test_two_beats_and_four_workers_at_once(world: World):
    crowd = world.crowd(1_000)
    for name in ("one", "two", "three", "four"):
        world.worker(name, concurrency=1)
    for name in ("one", "two"):
        world.beat(name)

    world.until(lambda: all_is_told(world, crowd))

    assert_each_once(world, crowd)


def test_redis_emptied_while_everything_runs(world: World):
    crowd = world.crowd(1_000)
    world.worker()
    world.beat()
    world.until(lambda: failed(world, crowd) > 0)

    world.redis.flushdb()

    assert failed(world, crowd) < len(crowd)
    world.until(lambda: all_is_told(world, crowd))
    assert_each_once(world, crowd)
    later = world.crowd(10)
    world.until(lambda: all_is_told(world, later))  # the doorbells and the beat still reach the worker
    assert_each_once(world, later)


def test_doorbells_lost_before_any_worker_heard_them(world: World):
    crowd = world.crowd(300)
    world.manage("shell", "-v0", "-c", "from platform_site.reactions import sweep_deadlines; sweep_deadlines()")
    assert expired(world, crowd) == len(crowd)
    assert world.redis.dbsize() > 0

    world.redis.flushdb()
    world.worker()
    world.beat()

    world.until(lambda: all_is_told(world, crowd))
    assert_each_once(world, crowd)
