"""Several processes that start and stop as one."""

import os
import sys

import pytest

from platform_site.management.supervisor import Supervisor
from tests.ops.processes import marked, wait_until

SLEEPS = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
WITH_A_CHILD = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]); print('two', flush=True); {SLEEPS}"
)


@pytest.fixture
def mark(tmp_path) -> str:
    return f"supervised-{tmp_path.name}-{os.getpid()}"


@pytest.fixture
def together(mark):
    supervisor = Supervisor({**os.environ, "SUPERVISED": mark}, patience=0.5)
    yield supervisor
    supervisor.stop()


def start(supervisor: Supervisor, name: str, code: str) -> None:
    supervisor.start(name, [sys.executable, "-c", code])


def test_when_one_ends_its_name_is_told_and_the_others_are_stopped(together, mark):
    start(together, "stays", SLEEPS)
    start(together, "ends", "pass")

    assert together.watch() == "ends"
    together.stop()
    assert marked(mark) == set()


def test_a_child_deaf_to_sigterm_is_killed(together, mark, capfd):
    start(together, "deaf", STUBBORN)
    together.watch(until=lambda: "deaf" in capfd.readouterr().out)

    together.stop()

    assert marked(mark) == set()
    assert together.children["deaf"].returncode == -9


def test_what_a_child_has_started_is_stopped_with_it(together, mark, capfd):
    start(together, "parent", WITH_A_CHILD)
    together.watch(until=lambda: "two" in capfd.readouterr().out)
    assert len(marked(mark)) == 2

    together.stop()

    assert wait_until(lambda: marked(mark) == set())


def test_lines_of_a_child_carry_its_name(together, capfd):
    start(together, "speaks", "print('one'); print(); print('two')")

    together.watch()
    together.stop()

    assert capfd.readouterr().out == "speaks | one\nspeaks | two\n"


def test_being_told_to_stop_ends_the_watch(together):
    start(together, "stays", SLEEPS)
    together.stopping.set()

    assert together.watch() is None
