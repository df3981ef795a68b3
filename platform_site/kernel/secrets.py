"""Secrets at rest: keyed digests for looking up, encryption for showing again, random codes."""

import base64
import hashlib
import hmac
import secrets as stdlib_secrets
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: for people who type


def random_code(length: int) -> str:
    """`length` characters that people can read aloud; about 4.95 bits each."""
    return "".join(stdlib_secrets.choice(CODE_ALPHABET) for _ in range(length))


def random_token() -> str:
    """A URL-safe token of 256 bits."""
    return stdlib_secrets.token_urlsafe(32)


def short_token() -> str:
    """A URL-safe token of 48 bits (8 characters), for an address that grants nothing by itself."""
    return stdlib_secrets.token_urlsafe(6)


def digest(value: str, *, purpose: str) -> str:
    """Keyed SHA-256 (64 hex) of `value`: equal values of one purpose meet, nobody without the key can test guesses."""
    return hmac.new(_key(purpose), value.encode(), hashlib.sha256).hexdigest()


def plain_digest(value: str) -> str:
    """SHA-256 (64 hex) of a random machine secret (≥ 128 bits), which needs no key and no slow hash."""
    return hashlib.sha256(value.encode()).hexdigest()


def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{settings.DIGEST_KEY}".encode()).digest()


def _fernet() -> MultiFernet:
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"field:{key}".encode()).digest()))
            for key in settings.DATA_KEYS
        ]
    )


class EncryptedTextField(models.TextField):
    """Text that the database holds encrypted (Fernet; settings.DATA_KEYS, newest first). A search by it is an error."""

    def get_lookup(self, lookup_name: str) -> Any:
        """None (which Django reports) for every lookup that would compare with what only looks like text."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError(
                f"{self.name} can't be decrypted: was DATA_KEYS changed without keeping the old key?"
            ) from error

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return _fernet().encrypt(value.encode()).decode() if value else value
