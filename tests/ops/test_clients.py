"""The clients of others are pinned by hashes alone, and where they can't be installed that is said in one line."""

import json
import re

import pytest

from tests.clients import npm, pypi
from tests.clients.npm import EASYWECHAT, LOCK, NotInstalledError

PINNED = {LOCK: {"miniprogram-ci": "2.1.42"}, EASYWECHAT: {"node-easywechat": "3.6.2", "node-socialite": "1.4.1"}}


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A machine with nothing on its PATH but what a test puts there."""
    commands = tmp_path / "bin"
    commands.mkdir()
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("CLIENTS_FOLDER", str(tmp_path / "kept"))
    return commands


def command(folder, name, script):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.mark.parametrize("lock", PINNED, ids=lambda lock: lock.parent.name)
def test_every_package_is_pinned_by_its_hash_and_by_no_address(lock):
    pinned = PINNED[lock]
    packages = {name: entry for name, entry in json.loads(lock.read_text())["packages"].items() if name}
    assert json.loads((lock.parent / "package.json").read_text())["dependencies"] == pinned
    assert {name: packages[f"node_modules/{name}"]["version"] for name in pinned} == pinned
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert "://" not in lock.read_text()


def test_without_npm_that_is_said(empty):
    with pytest.raises(NotInstalledError, match="there is no npm on this machine"):
        npm.install()
    assert not npm.is_installed()


def test_where_npm_reaches_nobody_its_own_words_are_passed_on_and_nothing_is_left(empty, tmp_path):
    command(empty, "node", "exit 0")
    command(empty, "npm", 'echo "npm error network request failed" >&2; exit 1')
    with pytest.raises(NotInstalledError, match="npm failed: npm error network request failed"):
        npm.install()
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_is_installed_appears_whole_and_is_used_from_then_on(empty, tmp_path):
    command(empty, "node", "exit 0")
    command(empty, "npm", '/bin/mkdir -p node_modules/.bin; echo "$@" > node_modules/asked')
    folder = npm.install()
    assert (folder / "node_modules" / "asked").read_text().split()[:2] == ["ci", "--ignore-scripts"]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [folder.name]
    command(empty, "npm", "exit 1")
    assert npm.install() == folder


def test_what_comes_from_pypi_is_pinned_by_its_hash():
    lines = [line for line in pypi.PINS.read_text().splitlines() if not line.startswith("#")]
    assert "wechatpy==1.8.18" in lines[0]
    assert [line for line in lines if not re.fullmatch(r"[a-z]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}", line)] == []


def test_where_pypi_can_not_be_reached_that_is_said_and_nothing_is_left(empty, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(NotInstalledError, match="pip failed: ERROR: "):
        pypi.install()
    assert not pypi.is_installed()
    assert list((tmp_path / "kept").iterdir()) == []
