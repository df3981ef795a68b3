"""Who is looking at a submission now: kept in the shared cache, for twice as long as an open page pings.

Nobody is kept out by it (a claim does that); it tells colleagues before they begin on the same work. Source:
review.md §2.2.
"""

from collections.abc import Iterable

from django.core.cache import cache

from accounts.models import User
from platform_site.kernel.rulebook import RULES


def look_at(order: int, reviewer: User) -> None:
    """This reviewer has the page of this submission open."""
    seconds = 2 * RULES.desk.ping_seconds
    cache.set(_one(order, reviewer.pk), str(reviewer), seconds)
    cache.set(_all(order), sorted({*cache.get(_all(order), []), reviewer.pk}), seconds)


def look_away(order: int, reviewer: User) -> None:
    """They have closed it."""
    cache.delete(_one(order, reviewer.pk))


def who_looks(orders: Iterable[int], *, but: User) -> dict[int, list[str]]:
    """{submission: names of the colleagues who have it open}; two reads of the cache for any number of them."""
    pages = {_all(order): order for order in orders}
    found = {pages[key]: people for key, people in cache.get_many(pages).items()}
    wanted = {_one(order, pk): order for order, people in found.items() for pk in people if pk != but.pk}
    looking: dict[int, list[str]] = {}
    for key, name in cache.get_many(wanted).items():
        looking.setdefault(wanted[key], []).append(name)
    return looking


def _all(order: int) -> str:
    return f"desk-looking:{order}"


def _one(order: int, reviewer: int) -> str:
    return f"desk-looking:{order}:{reviewer}"
