"""Numbers that name things and keep nobody out: AppIDs, original IDs, remarks of transfers. Never secrets.

They are random; inside `seeded(seed)` they are drawn in a fixed order, so that a world which is loaded from a seed has
the same identifiers each time (design/control-api.md, reset).
"""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seeded: ContextVar[random.Random | None] = ContextVar("seeded", default=None)


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Draw from this seed in this context only; no other request notices. An empty seed changes nothing."""
    token = _seeded.set(random.Random(seed) if seed else None)  # noqa: S311 -- names, no secrets
    try:
        yield
    finally:
        _seeded.reset(token)


def some_hex(count: int) -> str:
    """`count` bytes as lower-case hex digits."""
    source = _seeded.get()
    return source.randbytes(count).hex() if source else secrets.token_hex(count)


def below(most: int) -> int:
    """A whole number from 0 to most - 1."""
    source = _seeded.get()
    return source.randrange(most) if source else secrets.randbelow(most)
