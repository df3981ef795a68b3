"""`manage.py create_staff`: open an account for the desk; on a new platform, the first one."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.people import create_staff
from platform_site.kernel.lifecycle import Refused


class Command(BaseCommand):
    help = "Opens an account for the desk. The password is asked for, or read from standard input where that is a pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = create_staff(email=email, password=password, name=name)
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from None
        self.stdout.write(f"{user.email} can log in at /desk/login/.")
