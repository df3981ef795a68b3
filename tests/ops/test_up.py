"""`manage.py up` for real: everything answers, and nothing stays behind, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from platform_site.management.relay.folder import Folder
from tests.ops.processes import marked, wait_until
from tests.ops.relays import Running, body_of

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "BASE_URL")


@dataclass
class Up:
    """A started platform: its supervisor, its port, and what its terminal shows."""

    process: subprocess.Popen
    port: int
    log: Path
    var: Path

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return answer.read() == b"ok\n"
        except OSError:
            return False

    def said(self) -> str:
        return self.log.read_text()

    def left(self) -> set[int]:
        return marked(f"MINISTAGE_VAR={self.var}")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def up(tmp_path: Path, port: int) -> Iterator[Up]:
    var = tmp_path / "var"
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment |= {"MINISTAGE_VAR": str(var), "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "log"
    with log.open("w") as terminal:
        command = [sys.executable, "manage.py", "up", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=terminal, stderr=terminal)
    started = Up(process, port, log, var)
    yield started
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def running(up: Up) -> Up:
    """The platform once it has said where it is."""
    assert wait_until(lambda: "Ctrl-C" in up.said() or up.process.poll() is not None), up.said()
    assert up.answers(), up.said()
    return up


def relay_of(running: Up) -> Running:
    """The relay that came along, once it has said where it listens."""
    assert wait_until(lambda: "relay  | Tencent's own tools reach" in running.said())
    port = int(running.said().split("this platform through 127.0.0.1:")[1].split(",")[0])
    return Running(running.process, running.var, running.log, port)


def test_it_answers_and_ctrl_c_leaves_no_process_behind(running: Up):
    assert f"Ministage is running: http://127.0.0.1:{running.port}/" in running.said()
    assert "rev@ministage.test" in running.said()
    assert len(running.left()) >= 5  # the supervisor, web and its worker, worker, beat, relay
    assert body_of(relay_of(running).get("/healthz")) == b"ok\n"

    running.process.send_signal(signal.SIGINT)
    running.process.wait(timeout=60)

    assert running.process.returncode == 0
    assert "Traceback" not in running.said()
    assert running.left() == set()
    assert not running.answers()


def test_a_killed_supervisor_leaves_no_process_behind(running: Up):
    assert len(running.left()) >= 5

    running.process.kill()
    running.process.wait(timeout=60)

    assert wait_until(lambda: running.left() == set()), running.left()


def test_a_busy_port_is_told_in_one_line_and_nothing_is_started(tmp_path: Path, port: int):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        told = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "platform_site.settings", "MINISTAGE_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == (
        f"CommandError: Port {port} on 127.0.0.1 can't be used (address already in use). "
        f"Stop what uses it, or take another: make run PORT={port + 1}\n"
    )
    assert not (tmp_path / "ministage.sqlite3").exists()


def test_a_relay_that_has_the_folder_is_told_before_anything_starts(tmp_path: Path, port: int):
    with Folder(tmp_path).take():
        told = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "platform_site.settings", "MINISTAGE_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(f"CommandError: A relay is running on {tmp_path} already.")
    assert not (tmp_path / "ministage.sqlite3").exists()
