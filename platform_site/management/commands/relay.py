"""`manage.py relay`: lead Tencent's own tools, unchanged, to this platform."""

import asyncio
import ipaddress
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site import env
from platform_site.management.machine import CanNotStartError
from platform_site.management.relay.authority import Contexts, authority_of
from platform_site.management.relay.exchange import Platform
from platform_site.management.relay.folder import Folder
from platform_site.management.relay.server import Relay
from platform_site.management.supervisor import say

PORT = 8443


class Command(BaseCommand):
    help = "Relays https:// requests for Tencent's hosts to this platform, on loopback; nothing else is reached."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="where the relay listens (RELAY_PORT, 8443, else any free port)")
        parser.add_argument("--to", default="", help="where the platform answers, e.g. 127.0.0.1:8000 (from BASE_URL)")

    def handle(self, *args: Any, port: int | None, to: str, **options: Any) -> None:
        folder = Folder(Path(settings.VAR))
        hosts = list(settings.RELAY_HOSTS)
        try:
            address = platform_at(to or settings.BASE_URL)
            with folder.take(), listening(env.number("RELAY_PORT", PORT) if port is None else port) as listener:
                contexts = Contexts(authority_of(folder, hosts))
                relay = Relay(Platform(*address, folder.secret()), contexts, hosts)
                asyncio.run(relay.serve(listener, ready=lambda: tell(folder, listener.getsockname()[1], hosts)))
        except CanNotStartError as problem:
            raise CommandError(str(problem)) from None


def tell(folder: Folder, port: int, hosts: list[str]) -> None:
    """Write down where the relay listens, and say it in one line."""
    folder.write_environment(port, hosts)
    say(f"Tencent's own tools reach this platform through 127.0.0.1:{port}, in a shell with: . {folder.environment}")


def listening(port: int) -> socket.socket:
    """A socket of loopback on this port, or on a free one where it is taken."""
    if not 0 <= port < 65536:
        raise CanNotStartError(f"There is no port {port}: take one between 1024 and 65535 in RELAY_PORT.")
    for wanted in (port, 0):
        # with its protocol named, since asyncio sends without delay only where it sees TCP
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", wanted))
            listener.listen(100)
        except OSError:
            listener.close()
        else:
            return listener
    raise CanNotStartError("There is no free port on 127.0.0.1 for the relay.")


def platform_at(text: str) -> tuple[str, int]:
    """Address and port out of `127.0.0.1:8000` or BASE_URL. No name is looked up: one other than this machine's
    addresses is taken for loopback, and an address of another machine is refused."""
    url = urlsplit(text if "://" in text else f"//{text}")
    try:
        port = url.port
    except ValueError:
        port = None
    if not port:
        raise CanNotStartError(f"Where does the platform answer? {text!r} names no port. Say it: --to 127.0.0.1:8000")
    address = address_in(url.hostname or "")
    if not address.is_loopback and not is_own(str(address)):
        raise CanNotStartError(f"{address} is not this machine. The relay leads to a platform on this machine only.")
    return str(address), port


def address_in(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address that `host` is; loopback for a name and for "all addresses"."""
    loopback = ipaddress.ip_address("127.0.0.1")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return loopback
    if address.is_unspecified:
        return loopback if address.version == 4 else ipaddress.ip_address("::1")
    return address


def is_own(address: str) -> bool:
    """Whether it is an address of this machine: one can listen on it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
