"""Load the demo world, where nobody lives yet."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_site.simulation import world


class Command(BaseCommand):
    help = "Load the demo world into an empty database (a world in which somebody lives is left alone)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the world first")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("MINISTAGE_DEMO is off: this is not a demo installation, its world is left alone.")
        if reset:
            world.reset_world()
        elif world.is_empty():
            world.load_world()
        else:
            self.stdout.write("The world is not empty: left as it is (--reset empties it).")
            return
        self.stdout.write("The demo world is loaded.")
        for login in world.logins():
            self.stdout.write(f"  {login.who:<20} {login.where:<11} {login.how}")
