"""Who is looking at a piece of work now: kept in the shared cache, for twice as long as an open page pings.

Nobody is kept out by it (a claim does that); it tells colleagues before they begin on the same work. `kind` names the
kind of work, `pk` its row. Source: review.md §2.2.
"""

from collections.abc import Iterable

from django.core.cache import cache

from accounts.models import User
from platform_site.kernel.rulebook import RULES


def look_at(kind: str, pk: int, reviewer: User) -> None:
    """This reviewer has the page of this piece of work open."""
    seconds = 2 * RULES.desk.ping_seconds
    cache.set(_one(kind, pk, reviewer.pk), str(reviewer), seconds)
    cache.set(_all(kind, pk), sorted({*cache.get(_all(kind, pk), []), reviewer.pk}), seconds)


def look_away(kind: str, pk: int, reviewer: User) -> None:
    """They have closed it."""
    cache.delete(_one(kind, pk, reviewer.pk))


def who_looks(kind: str, pks: Iterable[int], *, but: User) -> dict[int, list[str]]:
    """{piece of work: names of the colleagues who have it open}; two reads of the cache for any number of them."""
    pages = {_all(kind, pk): pk for pk in pks}
    found = {pages[key]: people for key, people in cache.get_many(pages).items()}
    wanted = {_one(kind, pk, who): pk for pk, people in found.items() for who in people if who != but.pk}
    looking: dict[int, list[str]] = {}
    for key, name in cache.get_many(wanted).items():
        looking.setdefault(wanted[key], []).append(name)
    return looking


def _all(kind: str, pk: int) -> str:
    return f"desk-looking:{kind}:{pk}"


def _one(kind: str, pk: int, reviewer: int) -> str:
    return f"desk-looking:{kind}:{pk}:{reviewer}"
