"""The token of the control API: made once by `manage.py up`, kept in var/sim-token for this machine's user only."""

import os
import secrets
from pathlib import Path

from django.conf import settings

LEAST = 32  # characters; a shorter file opens nothing


def token_path() -> Path:
    """Where the token is kept."""
    return Path(settings.VAR) / "sim-token"


def make_token() -> str:
    """The token of this installation, made now if there is none yet; its file is readable by its owner only."""
    path = token_path()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text().strip()


def opens(given: str) -> bool:
    """Whether this is the token, compared in constant time; nothing opens where none was made."""
    try:
        token = token_path().read_text().strip()
    except OSError:
        return False
    return len(token) >= LEAST and secrets.compare_digest(given.encode(), token.encode())
