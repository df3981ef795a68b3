"""The lock files: one version of each library, hashes for all, no addresses."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"
PIN = re.compile(r"^([A-Za-z0-9_.-]+(?:\[[^\]]*\])?)==([^\s;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((FOLDER / f"{name}.lock").read_text()))


@pytest.mark.parametrize("larger", ["test", "full"])
def test_what_runs_is_pinned_alike_in_the_larger_sets(larger):
    ours, theirs = pins("run"), pins(larger)

    assert {name: theirs.get(name) for name in ours} == ours


@pytest.mark.parametrize("name", ["build", "run", "test", "full"])
def test_every_pin_has_hashes_and_no_line_has_an_address(name):
    text = (FOLDER / f"{name}.lock").read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)

    assert len(pins(name)) > 0
    assert [
        entry.split()[0] for entry in entries if "==" in entry.split("\n")[0] and "--hash=sha256:" not in entry
    ] == []
    assert "http" not in text
