"""Argon2, and a way to hash passwords that everybody knows only once: those of the demo world's people.

A hash is slow on purpose. The people of the demo all have one password, which `make run` prints; hashed anew for each
of them it was most of what a reset took.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.hashers import Argon2PasswordHasher

_public: ContextVar[frozenset[str]] = ContextVar("public", default=frozenset())
_hashed: dict[str, str] = {}


class Argon2(Argon2PasswordHasher):
    """Each password has a salt of its own, but for those that are public where they are set."""

    def encode(self, password: str, salt: str) -> str:
        """The hash, with its salt and costs."""
        if password not in _public.get():
            return str(super().encode(password, salt))
        if password not in _hashed:
            _hashed[password] = str(super().encode(password, salt))
        return _hashed[password]

    def verify(self, password: str, encoded: str) -> bool:
        """Whether this is the password of that hash."""
        if password in _public.get() and _hashed.get(password) == encoded:
            return True
        return bool(super().verify(password, encoded))


@contextmanager
def public(*passwords: str) -> Iterator[None]:
    """In here, and in no other request, these passwords are hashed once for all who have them."""
    token = _public.set(frozenset(passwords))
    try:
        yield
    finally:
        _public.reset(token)
