"""The example of docs/rehearsing.md runs as it is written, in a process of its own, against a listening platform."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from platform_site.simulation import api_token

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
def test_the_example_passes_against_a_running_platform(live_server, settings, tmp_path) -> None:
    settings.VAR = tmp_path
    own = {"MINISTAGE_URL": live_server.url, "MINISTAGE_TOKEN": api_token.make_token(), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django", "-c", os.devnull]
    ran = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(ROOT / "examples" / "rehearsal")],
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
