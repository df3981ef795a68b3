"""A platform that listens, the relay in front of it, and the clients of others, who get to loopback only."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.clients import npm, pypi
from tests.ops.processes import wait_until

PATIENCE = 60  # seconds for one run of a client: hung, it would wait for ever (miniprogram-ci.md §2)
GUARD = Path(__file__).parent / "loopback_only.cjs"


@dataclass(frozen=True)
class Ran:
    """How one run of a client ended, and all that it said."""

    code: int
    said: str


def _there(is_installed: Callable[[], bool], install: Callable[[], Path]) -> Path:
    """The installed packages; without them the tests are skipped in so many words, but never where CI asks for them."""
    if not is_installed() and not os.environ.get("CLIENTS"):
        pytest.skip("the clients of others are not installed here: `make test-clients` does that")
    try:
        return install()
    except npm.NotInstalledError as problem:
        if os.environ["CLIENTS"] == "required":
            pytest.fail(f"the clients of others can't be installed: {problem}")
        pytest.skip(f"the clients of others can't be installed: {problem}")


@pytest.fixture(scope="session")
def packages() -> Path:
    """miniprogram-ci."""
    return _there(npm.is_installed, npm.install)


@pytest.fixture(scope="session")
def easywechat() -> Path:
    """node-easywechat."""
    return _there(partial(npm.is_installed, npm.EASYWECHAT), partial(npm.install, npm.EASYWECHAT))


@pytest.fixture(scope="session")
def wechatpy() -> Path:
    """wechatpy."""
    return _there(pypi.is_installed, pypi.install)


@pytest.fixture
def relay(live_server) -> Iterator[Path]:
    """`manage.py relay` in front of the listening platform; answers the file to be sourced."""
    command = [sys.executable, "manage.py", "relay", "--settings", "platform_site.settings", "--port", "0"]
    written = settings.VAR / "relay.env"
    written.unlink(missing_ok=True)
    process = subprocess.Popen(
        [*command, "--to", live_server.url],
        env={**os.environ, "MINISTAGE_VAR": str(settings.VAR), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    try:
        assert wait_until(lambda: written.exists() or process.poll() is not None)
        assert process.poll() is None, "the relay has ended by itself"
        yield written
    finally:
        _end(process)


class Driven:
    """A client that runs, and does one thing after another: `driven("wxa.get_open", appid=…)`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def __call__(self, do: str, **given: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "with": given}) + "\n")
        self.process.stdin.flush()
        ready, _w, _x = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            _end(self.process)
            pytest.fail(f"the client did not answer {do}: {self.process.stderr.read() if self.process.stderr else ''}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture
def drive(relay, tmp_path) -> Iterator[Callable[..., Driven]]:
    """`drive(command, …)`: a client behind the relay, which takes orders; ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(*command: str, **environment: str) -> Driven:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f'. "{relay}"; exec "$@"', "sh", *command],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "NODE_OPTIONS": f"--require {GUARD}",
                **environment,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return Driven(process)

    yield start
    for process in running:
        _end(process)


@pytest.fixture
def run(packages, tmp_path) -> Callable[..., Ran]:
    """`run(relay_env, "miniprogram-ci", …)`: one client in a folder of its own; None for the settings of no relay."""
    cwd = tmp_path / "cwd"
    cwd.mkdir()

    def start(relay_env: Path | None, program: str, *arguments: str) -> Ran:
        sourced = f'. "{relay_env}"; ' if relay_env else ""
        process = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                f'{sourced}exec "$@"',
                "sh",
                str(packages / "node_modules" / ".bin" / program),
                *arguments,
            ],
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NODE_OPTIONS": f"--require {GUARD}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            said, _nothing = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{program} did not end within {PATIENCE} s")
        finally:
            _end(process)
        return Ran(process.returncode, said)

    return start


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """Nothing of its process group is left."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(5)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
