"""The supervisor: keeps several processes together, so that they start, are logged and stop as one."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0  # seconds between a polite stop and SIGKILL
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_with_parent() -> None:
    """Ask the kernel to send this process SIGTERM when its parent dies, even by SIGKILL. Linux only, else nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs named commands, each in a session of its own; when one ends or a signal comes, all are stopped."""

    def __init__(self, environment: Mapping[str, str], *, patience: float = PATIENCE) -> None:
        self.environment = dict(environment)
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.stopping = threading.Event()
        self.readers: list[threading.Thread] = []
        self.patience = patience

    def stop_on_signals(self) -> None:
        for number in STOPPING_SIGNALS:
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one child. Ctrl-C in the terminal reaches only us, and we stop the children in order."""
        child = subprocess.Popen(  # noqa: S603 -- commands of ours
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=stop_with_parent,
        )
        self.children[name] = child
        reader = threading.Thread(target=self._copy_lines, args=(name, child), daemon=True)
        reader.start()
        self.readers.append(reader)

    def _copy_lines(self, name: str, child: "subprocess.Popen[str]") -> None:
        assert child.stdout is not None  # noqa: S101 -- for the type checker
        for line in child.stdout:
            if line.strip():
                say(f"{name:<7}| {line.rstrip()}")

    def ended(self) -> str | None:
        """The name of a child that has ended, if any has."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def watch(self, *, until: Callable[[], bool] | None = None, every: float = 0.2) -> str | None:
        """Wait until told to stop (None), a child ends (its name), or `until` answers yes (None)."""
        while not self.stopping.is_set():
            if (name := self.ended()) is not None:
                return name
            if until is not None and until():
                return None
            self.stopping.wait(every)
        return None

    def stop(self) -> None:
        """SIGTERM to every child, ten seconds of patience, then SIGKILL to what is left of each one's group."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self.patience
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)  # its own session: the group carries its number
            child.wait()
        for reader in self.readers:
            reader.join(timeout=1)


def say(line: str) -> None:
    """One whole line to the terminal; a terminal that is gone is no reason to stop in the middle of stopping."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
