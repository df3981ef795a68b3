"""Throwing the embedded world away: what is ours goes, what is not stays."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from platform_site.management import machine


@pytest.fixture
def folder(tmp_path: Path, settings, monkeypatch) -> Path:
    """A folder with a world in it, and a picture of somebody's."""
    settings.VAR = tmp_path
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    for name in ("media/avatars/a.png", "broker/1.msg", "ministage.sqlite3", "ministage.sqlite3-wal", "secret-key"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "holiday.png").touch()
    return tmp_path


def test_the_world_goes_and_what_is_not_ours_stays(folder, capsys):
    call_command("reset")

    assert {path.name for path in folder.iterdir()} == {"holiday.png", "running"}
    assert capsys.readouterr().out == "The world is gone. `make run` makes a new one.\n"


def test_a_world_that_runs_is_left_alone(folder):
    with machine.take_lock(folder), pytest.raises(CommandError, match="is running on"):
        call_command("reset")

    assert (folder / "ministage.sqlite3").exists()


def test_a_database_on_a_server_is_left_alone(folder, settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")

    with pytest.raises(CommandError, match="for the embedded world only"):
        call_command("reset")

    assert (folder / "ministage.sqlite3").exists()
