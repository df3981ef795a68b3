"""A scratch world with real workers and beats: a database and a Redis of its own, and the crowd that waits in it."""

import os
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import redis
from celery import Celery

from scripts.bench.crowd import gather
from tests.ops.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100  # of this world's sweeps: small, so that there is a middle in which to be killed


def at(address: str, path: str) -> str:
    return urlsplit(address)._replace(path=f"/{path}").geturl()


def empty_redis(address: str) -> str:
    """A database of that Redis in which nothing is: the highest number, not the one that was given."""
    for number in range(15, 0, -1):
        found = at(address, str(number))
        if found != address and redis.from_url(found).dbsize() == 0:
            return found
    raise RuntimeError("no database of Redis is empty")


@dataclass
class World:
    """A migrated database, an empty Redis, and the processes that were started on them."""

    folder: Path
    server: Any = None
    name: str = field(default_factory=lambda: f"ministage_killed_{secrets.token_hex(4)}")
    running: list[subprocess.Popen] = field(default_factory=list)

    def open(self) -> None:
        self.server = psycopg2.connect(os.environ["DATABASE_URL"])
        self.server.autocommit = True
        self.run_sql(self.server, f'CREATE DATABASE "{self.name}"')
        self.database = at(os.environ["DATABASE_URL"], self.name)
        self.broker = empty_redis(os.environ["REDIS_URL"])
        self.redis = redis.from_url(self.broker)
        self.manage("migrate", "--verbosity", "0")
        self.connection = psycopg2.connect(self.database)
        self.connection.autocommit = True

    def close(self) -> None:
        self.kill()
        self.redis.flushdb()
        self.connection.close()
        self.run_sql(self.server, f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self.server.close()

    @property
    def environment(self) -> dict[str, str]:
        rulebook = self.folder / "small_batches.toml"
        seed = (ROOT / "platform_site/rulebooks/seed.toml").read_text(encoding="utf-8")
        assert "sweep_batch = { value = 1000," in seed
        rulebook.write_text(seed.replace("sweep_batch = { value = 1000,", f"sweep_batch = {{ value = {BATCH},"))
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "platform_site.settings",
            "DATABASE_URL": self.database,
            "REDIS_URL": self.broker,
            "MINISTAGE_VAR": str(self.folder / "var"),
            "MINISTAGE_DEMO": "1",
            "RULEBOOK": str(rulebook),
        }

    # --- the database ---

    @staticmethod
    def run_sql(connection: Any, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def rows(self, statement: str) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def number(self, statement: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {statement}")[0][0])  # noqa: S608 -- ours

    def crowd(self, count: int) -> range:
        """As many companies whose remittance is overdue; their numbers."""
        first = self.number("verification_remittance") + 1
        with self.connection.cursor() as cursor:
            gather(cursor, count, due=count, first=first, whole=True)
        return range(first, first + count)

    # --- processes ---

    def start(self, *words: str) -> subprocess.Popen:
        log = (self.folder / f"log-{len(list(self.folder.glob('log-*')))}").open("w")
        command = [sys.executable, "-m", "celery", *words, "--loglevel", "WARNING"]
        started = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        self.running.append(started)
        return started

    def worker(self, name: str = "one", concurrency: int = 2) -> subprocess.Popen:
        return self.start("--app", "platform_site", "worker", "--concurrency", str(concurrency), "-n", f"{name}@%h")

    def beat(self, name: str = "one") -> subprocess.Popen:
        schedule = str(self.folder / f"schedule-{name}")
        return self.start("--app", "tests.ops.hurried", "beat", "--schedule", schedule, "--pidfile=")

    def kill(self) -> None:
        """SIGKILL to all that was started, and what they have started: nobody gets to say goodbye."""
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
        self.running.clear()

    def manage(self, *words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, check=True)

    def ring(self, task: str) -> None:
        """What beat does: ask for a task."""
        with Celery(broker=self.broker, set_as_current=False) as asks:
            asks.send_task(task)

    def said(self) -> str:
        """What the processes have written, for a test that fails."""
        return "\n".join(path.read_text()[-3000:] for path in sorted(self.folder.glob("log-*")))

    def until(self, fact: Any, *, at_most: float = 300.0) -> None:
        assert wait_until(fact, at_most=at_most), self.said()
