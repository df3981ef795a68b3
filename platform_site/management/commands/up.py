"""`manage.py up`: start the whole platform on this machine, and stop all of it on Ctrl-C."""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from platform_site.management import catalog, machine
from platform_site.management.relay.folder import Folder
from platform_site.management.supervisor import Supervisor, say, stop_with_parent
from platform_site.simulation import api_token, world

WSGI = "platform_site.wsgi:application"
FOR_CHILDREN = {"PYTHONUNBUFFERED": "1", "SKIP_CHECKS": "1"}


class Command(BaseCommand):
    help = "Starts web server, worker and beat under one supervisor; a new database gets the demo world."
    requires_system_checks: list[str] = []  # the port and the folder are told first, in one line each
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--stop-with-parent", action="store_true", help="also stop when `make` is killed")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if options["stop_with_parent"]:
            stop_with_parent()
        try:
            machine.check_port(host, port)
            machine.check_folder(Path(settings.VAR))
            lock = machine.take_lock(Path(settings.VAR))
            Folder(Path(settings.VAR)).check_free()
        except machine.CanNotStartError as problem:
            raise CommandError(str(problem)) from None
        settings.BASE_URL = os.environ.get("BASE_URL", "").rstrip("/") or machine.base_url(host, port)
        with lock:
            prepare()
            self.run(host, port)

    def run(self, host: str, port: int) -> None:
        """Start the children, say where they answer, and stay until the end."""
        connections.close_all()
        together = Supervisor({**os.environ, "BASE_URL": settings.BASE_URL, **FOR_CHILDREN})
        together.stop_on_signals()
        try:
            for name, command in commands(host, port).items():
                together.start(name, command)
            ended = together.watch(until=lambda: answers(host, port))
            if ended is None and not together.stopping.is_set():
                greet(host)
                ended = together.watch()
        finally:
            say("stopping …")
            together.stop()
        if ended is not None:
            raise CommandError(f"{ended} has ended by itself (above: why), so everything was stopped.")
        say("stopped. The data is kept: `make run` continues, `make reset` begins anew.")


def prepare() -> None:
    """Folders, tables, translations and, in a new database, the demo world."""
    for name in ("media", "cache"):
        (settings.VAR / name).mkdir(parents=True, exist_ok=True)
    try:
        catalog.compile_all(settings.LOCALE_PATHS)
    except OSError as error:
        say(f"Can't write the translations ({error.strerror}): pages may be in English only.")
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        api_token.make_token()
    if settings.DEMO and world.is_empty():
        say("loading the demo world …")
        world.load_world()


def commands(host: str, port: int) -> dict[str, list[str]]:
    """The processes of the platform, by the name that their lines are logged under."""
    address = f"--host {host} --port {port}"
    threads = min(8, 2 * (os.cpu_count() or 1) + 1)  # more than that, and granian begins every start with a warning
    celery = "celery --quiet --app platform_site"
    alone = "--without-gossip --without-mingle --without-heartbeat"  # there is only one worker
    modules = {
        "web": f"granian --interface wsgi --no-ws {address} --blocking-threads {threads} --log-level warning {WSGI}",
        "worker": f"{celery} worker --loglevel WARNING --pool threads --concurrency 2 {alone}",
        "beat": f"{celery} beat --loglevel WARNING --pidfile=",
        "relay": f"django relay --settings platform_site.settings --to {machine.reached_at(host, port)}",
    }
    return {name: [sys.executable, "-m", *words.split()] for name, words in modules.items()}


def answers(host: str, port: int) -> bool:
    """Whether the web server answers on /healthz."""
    try:
        with urllib.request.urlopen(f"http://{machine.reached_at(host, port)}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def greet(host: str) -> None:
    """Say where the platform is and who can log in."""
    say(f"\nMinistage is running: {settings.BASE_URL}/\n")
    if settings.DEMO:
        for login in world.logins():
            say(f"  {login.who:<20} {settings.BASE_URL}{login.where:<11} {login.how}")
        bearer = f"Authorization: Bearer {api_token.make_token()}"
        say(f"  {'Control API':<20} {settings.BASE_URL}{'/_sim/world':<11} {bearer}")
        say("")
    if host not in ("127.0.0.1", "localhost", "::1"):
        say("This demo has open log-ins, and everyone in your network can reach it. Keep it off the internet.")
    say("Ctrl-C stops everything.\n")
