"""The clients of others are pinned by hashes alone, and where they can't be installed that is said in one line."""

import json

import pytest

from tests.clients import npm
from tests.clients.npm import LOCK, NotInstalledError

PINNED = {"miniprogram-ci": "2.1.42"}


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


def test_every_package_is_pinned_by_its_hash_and_by_no_address():
    packages = {name: entry for name, entry in json.loads(LOCK.read_text())["packages"].items() if name}
    assert json.loads((LOCK.parent / "package.json").read_text())["dependencies"] == PINNED
    assert {name: packages[f"node_modules/{name}"]["version"] for name in PINNED} == PINNED
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert "://" not in "".join(f"{entry.get('resolved', '')}{entry.get('version', '')}" for entry in packages.values())


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
