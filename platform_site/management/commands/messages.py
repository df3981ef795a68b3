"""`manage.py messages`: collect the texts of pages and code for translation, check them, compile them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.management import catalog

LANGUAGES = ("zh_Hans",)


class Command(BaseCommand):
    help = "Writes locale/<language>/LC_MESSAGES/django.po anew from the sources; translations stay."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a translation is missing")
        parser.add_argument("--compile", action="store_true", help="only write the .mo files")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            catalog.compile_all(settings.LOCALE_PATHS)
            return
        found = catalog.collect(settings.BASE_DIR)
        for language in LANGUAGES:
            po = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            if not options["check"]:
                catalog.update(po, found)
            told = catalog.problems(po, found)
            for line in told:
                self.stdout.write(line)
            if told and options["check"]:
                raise CommandError(f"{language}: {len(told)} of {len(found)} texts to translate.")
            self.stdout.write(f"{language}: {len(found) - len(told)} of {len(found)} texts translated.")
