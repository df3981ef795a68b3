"""queue_1m: pages of the desk among 1,000,000 submissions, 100,000 of them open, against the same among 1,000.

Whole pages through HTTP in process, by the wall's clock, in turns, on one PostgreSQL. The figures are those of the
page whose ratio is the worst; all are told on the error stream, with the number of queries, which must be the same.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platform_site.simulation import stories
from releases.models import AuditOrder
from releases.queue import LATEST, URGENCY
from scripts.bench.desk_crowd import Crowd, gather
from scripts.bench.pairs import Figures, in_turns, seconds
from scripts.bench.two_worlds import at_the_desk, beside, inside

BIG, SMALL = 1_000_000, 1_000
PAGE, DEEP, GOAL, REPEATS = 50, 100, 1.5, 5
QUEUE = "/desk/orders/"


@dataclass(frozen=True)
class World:
    """One of the two: its database, a browser at its desk, what is in it."""

    connection: Any
    client: Client
    crowd: Crowd
    addresses: dict[str, str]

    def time(self, name: str) -> float:
        """Seconds for one page, the best of a few."""
        with inside(self.connection):
            return min(seconds(lambda: self._get(name)) for _n in range(REPEATS))

    def queries(self, name: str) -> int:
        with inside(self.connection), CaptureQueriesContext(connections["default"]) as captured:
            self._get(name)
        return len(captured)

    def _get(self, name: str) -> None:
        answer = self.client.get(self.addresses[name])
        if answer.status_code != 200:
            raise RuntimeError(f"{self.addresses[name]} answered {answer.status_code}")


def measure() -> Figures:
    """Milliseconds for the worst page."""
    big_connection = connections["default"]
    with beside() as small_connection:
        small = _world(small_connection, SMALL)
        big = _world(big_connection, BIG)
        found = {name: _compare(big, small, name) for name in big.addresses}
    worst = max(found, key=lambda name: found[name].ratio)
    print(f"  the worst is: {worst}", file=sys.stderr)
    return found[worst]


def _compare(big: World, small: World, name: str) -> Figures:
    many, few = big.queries(name), small.queries(name)
    if many != few:
        raise RuntimeError(f"{name}: {many} queries among many and {few} among few")
    figures = in_turns(_ms(big, name), _ms(small, name), unit="ms", goal=GOAL)
    print(
        f"  {name:24}{figures.ours:8.1f}{figures.limit:8.1f} ms {figures.ratio:6.2f}  {many} queries", file=sys.stderr
    )
    return figures


def _ms(world: World, name: str) -> Callable[[], float]:
    return lambda: 1000 * world.time(name)


def _world(connection: Any, orders: int) -> World:
    began = time.perf_counter()
    with inside(connection):
        staff = stories.staff()
        crowd = gather(orders)
        addresses = _addresses(crowd)
        client = at_the_desk(staff)
    taken = time.perf_counter() - began
    print(f"  {crowd.orders:,} submissions, {crowd.open:,} open, written in {taken:.0f} s", file=sys.stderr)
    return World(connection, client, crowd, addresses)


def _addresses(crowd: Crowd) -> dict[str, str]:
    """The pages; each list shows as many rows in both worlds, a whole page or one."""
    waiting = AuditOrder.objects.waiting().order_by(*URGENCY.order())
    skipped = min((DEEP - 1) * PAGE, waiting.count() - PAGE)  # among few, the last whole page
    before = waiting[skipped - 1]
    decided = AuditOrder.objects.filter(decided_at__isnull=False).order_by("-decided_at", "-id")
    return {
        "first page": QUEUE,
        f"page {DEEP}": f"{QUEUE}?after={URGENCY.place(before)}",
        "entity type": f"{QUEUE}?entity=corporate",
        "first submissions": f"{QUEUE}?first=1&who=unclaimed",
        "normal lane": f"{QUEUE}?show=normal",
        "search by AppID": f"{QUEUE}?q={AuditOrder.objects.get(pk=crowd.busy).mini_program.appid}",
        "decided, deep": f"{QUEUE}?show=decided&after=" + _decided_place(decided),
        "a submission": f"{QUEUE}{crowd.busy}/",
    }


def _decided_place(decided: Any) -> str:
    rows = decided.only("decided_at")
    return LATEST.place(rows[min(rows.count() // 2, 5_000)])
