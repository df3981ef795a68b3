"""Requests as the relay brings them, for tests that go without a relay."""

from pathlib import Path

from django.conf import settings

from platform_site.management.relay.folder import Folder
from platform_site.web.relayed import HEADER, seal


def relayed(host: str, *, peer: str = "127.0.0.1") -> dict[str, str]:
    """The headers that the relay of this installation puts on a request of `peer` for `host`."""
    secret = Folder(Path(settings.VAR)).secret()
    return {"Host": host, HEADER: seal(secret, host=host, peer=peer)}
