"""What the relay keeps: its lock, its secret and its certificates in var/relay/, and var/relay.env to be sourced."""

import contextlib
import fcntl
import os
import secrets
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from platform_site.management.machine import CanNotStartError

ENVIRONMENT = """\
# Written by Ministage's relay. In the shell in which one of Tencent's own tools shall meet this platform:
#     . {file}
# Every https:// request of that shell then goes to the relay, which knows these names only and refuses all others:
#     {hosts}
export HTTPS_PROXY={proxy}
export https_proxy={proxy}
export NO_PROXY=
export no_proxy=
export NODE_EXTRA_CA_CERTS={ca}
# For requests a file with this one authority is right: nothing else can be reached from here.
export REQUESTS_CA_BUNDLE={ca}
# Go and curl: export SSL_CERT_FILE={ca}
"""


class Folder:
    """var/relay/ of one installation, with absolute paths."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self.path = self.var / "relay"
        self.ca = self.path / "ca.pem"
        self.ca_key = self.path / "ca-key.pem"
        self.environment = self.var / "relay.env"

    def take(self) -> TextIO:
        """Keep this folder for one running relay; the lock falls with the process, however it ends."""
        self._make()
        lock = (self.path / "running").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise CanNotStartError(
                f"A relay is running on {self.var} already. Stop it first, or name another folder in MINISTAGE_VAR."
            ) from None
        return lock

    def check_free(self) -> None:
        """Refuse a folder that a relay of its own keeps: `make run` brings one along."""
        self.take().close()

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """One process at a time looks at secret and certificates and makes what is missing."""
        self._make()
        with (self.path / "changing").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def secret(self) -> str:
        """What only relay and platform know; made at the first call."""
        path = self.path / "secret"
        with self.changing():
            if not is_private(path) or len(path.read_text()) < 32:
                write(path, secrets.token_urlsafe(48).encode(), mode=0o600)
            return path.read_text()

    def write_environment(self, port: int, hosts: list[str]) -> None:
        """Keep how the relay is reached. It stays when the relay ends: better a refused connection than Tencent."""
        text = ENVIRONMENT.format(
            file=shlex.quote(str(self.environment)),
            hosts=" ".join(hosts),
            proxy=f"http://127.0.0.1:{port}",
            ca=shlex.quote(str(self.ca)),
        )
        write(self.environment, text.encode(), mode=0o644)

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CanNotStartError(
                f"Can't write to {self.path} ({(error.strerror or str(error)).lower()}). "
                "Make it writable, or name another folder in MINISTAGE_VAR."
            ) from None


def write(path: Path, data: bytes, *, mode: int) -> None:
    """Put `data` in place whole: whoever reads sees the old file or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_private(path: Path) -> bool:
    """Whether the file is there and nobody else may read it."""
    with contextlib.suppress(OSError):
        return path.is_file() and not path.stat().st_mode & 0o077
    return False
