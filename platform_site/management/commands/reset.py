"""`manage.py reset`: throw the embedded world away, so that the next start makes a new one."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_site.management import machine

OURS = ("ministage.sqlite3*", "media", "cache", "broker", "broker-control", "beat", "*-key")


class Command(BaseCommand):
    help = "Deletes the embedded database, media, queues and secrets of MINISTAGE_VAR, and nothing else in it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
            raise CommandError("This database is on a server (DATABASE_URL): reset is for the embedded world only.")
        folder = Path(settings.VAR)
        try:
            machine.check_folder(folder)
            with machine.take_lock(folder):
                forget(folder)
        except machine.CanNotStartError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write("The world is gone. `make run` makes a new one.")


def forget(folder: Path) -> None:
    """Delete what the platform itself keeps in `folder`."""
    for pattern in OURS:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
