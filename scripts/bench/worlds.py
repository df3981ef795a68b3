"""Places to measure in: each with a folder and a database of its own, SQLite or on the server of DATABASE_URL."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


def server() -> str:
    """The address of the PostgreSQL server that was given, or ""."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextmanager
def embedded() -> Iterator[dict[str, str]]:
    """The environment of a world without servers, empty, in a folder that is removed after it."""
    with tempfile.TemporaryDirectory(prefix="ministage-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        yield _environment(kept, folder)


@contextmanager
def on_postgresql() -> Iterator[dict[str, str]]:
    """The environment of a world with a database of its own on the server, empty, that is dropped after it."""
    import psycopg2

    name = f"ministage_bench_{secrets.token_hex(4)}"
    connection = psycopg2.connect(server())
    connection.autocommit = True
    with tempfile.TemporaryDirectory(prefix="ministage-bench-") as folder, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            url = urlsplit(server())._replace(path=f"/{name}").geturl()
            yield _environment({**os.environ, "DATABASE_URL": url}, folder)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            connection.close()


def _environment(given: dict[str, str], folder: str) -> dict[str, str]:
    return given | {
        "MINISTAGE_VAR": folder,
        "MINISTAGE_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "platform_site.settings",
        "PYTHONUNBUFFERED": "1",
    }


def manage(environment: dict[str, str], *words: str) -> None:
    """Run a management command in that world; CalledProcessError where it fails."""
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
