"""Processes of the machine, as the tests of starting and stopping look at them."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def marked(mark: str) -> set[int]:
    """The processes whose environment or command line holds `mark`, this one left out; zombies are no processes."""
    return {pid for pid in _pids() if pid != os.getpid() and mark.encode() in _seen(pid)}


def _pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _seen(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def wait_until(fact: Callable[[], object], *, at_most: float = 60.0) -> bool:
    """Whether `fact` has come true; the limit only keeps a broken run from hanging."""
    deadline = time.monotonic() + at_most
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.05)
    return bool(fact())
