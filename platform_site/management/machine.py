"""What is asked of the machine before anything starts: the port, the folder, its address in the network."""

import fcntl
import os
import socket
from pathlib import Path
from typing import TextIO


class CanNotStartError(Exception):
    """One clear line that says why, and what to do."""


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on.

    A plain bind is the probe: granian itself binds with SO_REUSEPORT and would share the port with a stale server.
    """
    if not 0 < port < 65536:
        raise CanNotStartError(f"There is no port {port}: take one between 1024 and 65535.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror:
        raise CanNotStartError(
            f"{host} is not an address of this machine. Try HOST=127.0.0.1 or HOST=0.0.0.0."
        ) from None
    except PermissionError:
        raise CanNotStartError(f"Port {port} needs more rights: take one above 1023, e.g. PORT=8000.") from None
    except OSError as error:
        raise CanNotStartError(
            f"Port {port} on {host} can't be used ({(error.strerror or str(error)).lower()}). "
            f"Stop what uses it, or take another: make run PORT={port + 1}"
        ) from None


def check_folder(folder: Path) -> None:
    """Refuse a folder that can't be made or written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CanNotStartError(
            f"Can't write to {folder} ({(error.strerror or str(error)).lower()}). "
            "Make it writable, or name another folder: MINISTAGE_VAR=/some/folder make run"
        ) from None


def take_lock(folder: Path) -> TextIO:
    """Keep this folder for one running platform; the lock falls with the process, however it ends."""
    lock = (folder / "running").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CanNotStartError(
            f"Ministage is running on {folder} already. Stop it first, or name another folder in MINISTAGE_VAR."
        ) from None
    return lock


def network_address() -> str:
    """This machine's address in its network (no packet is sent), or 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def base_url(host: str, port: int) -> str:
    """The address that QR codes and mails point at, for a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 -- compared, not bound
        host = network_address()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def reached_at(host: str, port: int) -> str:
    """`address:port` at which this machine itself reaches a server that listens on `host`."""
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(address), str(address))  # noqa: S104 -- compared, not bound
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
