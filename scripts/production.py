"""What production runs, tried without containers: `check` its settings, `smoke` the commands of docker-compose.yml.

The commands and the environment are read from docker-compose.yml itself, so that the smoke test runs what is shipped.
It needs DATABASE_URL and REDIS_URL, works in a database of its own, and leaves nothing behind.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from platform_site.management import machine
from platform_site.management.supervisor import Supervisor

PATIENCE = 90.0  # seconds until /readyz must have said yes
LONG_RUNNING = ("web", "worker", "beat")
HOST = "ministage.example"
PING = ["celery", "--app", "platform_site", "inspect", "ping", "--timeout", "3"]


def main(what: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ministage-production-") as folder:
        if what == "check":
            run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], production(folder))
        else:
            smoke(folder)


def production(folder: str) -> dict[str, str]:
    """The environment of docker-compose.yml with fresh secrets, and the servers that we were given."""
    shipped = compose()["services"]["web"]["environment"]
    given = {
        "DATABASE_URL": os.environ.get("DATABASE_URL", "postgres://nobody@127.0.0.1/none"),
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/14"),
        "BASE_URL": f"https://{HOST}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "MINISTAGE_VAR": folder,
        "STATIC_ROOT": f"{folder}/static",
    }
    fresh = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "DIGEST_KEY", "DATA_KEYS")}
    plain = {name: str(value) for name, value in shipped.items() if "${" not in str(value)}
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    return {"HOME": folder, "LANG": "C.UTF-8", **plain, **fresh, **given, "PATH": path}


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def smoke(folder: str) -> None:
    """Start what docker-compose.yml starts, until /readyz answers 200; then stop it."""
    environment = production(folder)
    name = f"ministage_smoke_{secrets.token_hex(4)}"
    server = psycopg2.connect(environment["DATABASE_URL"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        environment["DATABASE_URL"] = urlsplit(environment["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        smoke_in(environment)
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def smoke_in(environment: dict[str, str]) -> None:
    services = compose()["services"]
    port = free_port()
    environment |= {"GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    run(["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], environment)
    run(services["migrate"]["command"], environment)
    together = Supervisor(environment)
    together.stop_on_signals()
    answers: list[str] = []
    deadline = time.monotonic() + PATIENCE

    def works() -> bool:
        if (ready := readyz(port)) and "<html" in fetch(port, "/") and worker_answers(environment):
            answers.append(json.dumps(ready))
        return bool(answers) or time.monotonic() > deadline

    try:
        for name in LONG_RUNNING:
            together.start(name, services[name]["command"])
        ended = together.watch(until=works)
    finally:
        together.stop()
    if not answers:
        why = f"{ended} has ended by itself" if ended else "not ready in time"
        sys.exit(f"production smoke: FAILED ({why}, above)")
    print(f"production smoke: /readyz {answers[0]}, home page and worker answer, all stopped")


def worker_answers(environment: dict[str, str]) -> bool:
    """Whether a worker answers; a question asked before it listens is lost, so it is asked again."""
    return subprocess.run(PING, env=environment, cwd=ROOT, capture_output=True).returncode == 0


def readyz(port: int) -> dict[str, str] | None:
    try:
        return dict(json.loads(fetch(port, "/readyz")))
    except OSError:
        return None


def fetch(port: int, path: str) -> str:
    """A page, as the proxy in front asks for it."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- http
        return str(answer.read().decode())


def free_port() -> int:
    """A port that nobody listens on now."""
    for port in range(8700, 8800):
        try:
            machine.check_port("127.0.0.1", port)
        except machine.CanNotStartError:
            continue
        return port
    sys.exit("production smoke: no free port between 8700 and 8799")


def run(command: list[str], environment: dict[str, str]) -> None:
    words = [sys.executable, *command] if command[0] == "manage.py" else command
    if words[0] == "python":
        words = [sys.executable, *words[1:]]
    if subprocess.run(words, env=environment, cwd=ROOT).returncode:
        sys.exit(f"production: {' '.join(words[1:])} FAILED")


if __name__ == "__main__":
    main(sys.argv[1])
