"""Empty the world and load the demo world again."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Empty the world (all rows and files) and load the demo world again."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("demo_world", reset=True, stdout=self.stdout)
