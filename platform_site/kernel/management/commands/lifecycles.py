"""Write docs/lifecycles.md from the tables of moves."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_site.kernel.diagrams import page


class Command(BaseCommand):
    help = "Write docs/lifecycles.md from the tables of moves; --check fails when it is stale."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "lifecycles.md"
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        if check and written != page():
            raise CommandError("docs/lifecycles.md is stale: run `manage.py lifecycles`.")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(page(), encoding="utf-8")
