"""What every test gets: an empty cache, the machine's clock, English, files of its own, and the four people."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import translation

from platform_site.kernel import clock
from platform_site.kernel.delivery import deliver_overdue
from platform_site.simulation.emptying import flush_statements
from tests.asking import *  # noqa: F403 -- the fixtures ask, token
from tests.chromium import chromium_path
from tests.people import *  # noqa: F403 -- the fixtures ada, dev, eve, rev

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_configure() -> None:
    """After a transactional test Django empties SQLite by DELETE: let it pass the triggers of written-once rows."""
    DatabaseWrapper.ops_class.sql_flush = lambda self, style, tables, **options: flush_statements(self.connection)


@pytest.fixture(autouse=True)
def _fresh(settings, tmp_path: Path) -> Iterator[None]:
    """No test sees another's counted tries, clock, language or files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    clock.forget()
    with translation.override("en"):
        yield
    clock.forget()
    cache.clear()


@pytest.fixture
def deliver() -> Callable[[], int]:
    """`deliver()` runs the reactions that still wait, and those that they cause; returns how many events it delivered.

    In ordinary tests nothing commits, so that no doorbell rings.
    """

    def run() -> int:
        total = 0
        while more := deliver_overdue(older_than=timedelta(seconds=-1)):
            total += more
        return total

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for all tests that ask for it; a test without one fails, it is never skipped."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    assert path, "no Chromium on this machine: set CHROMIUM, or install Debian's package chromium"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"]
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()
