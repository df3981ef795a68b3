"""Real Chromium for the journeys: one browser, a context per person, QR codes read from the screen's pixels."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in this thread; this process only

SHOTS = Path(os.environ.get("JOURNEY_SHOTS") or Path(__file__).resolve().parents[2] / "var" / "journeys")


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the running platform, which its QR codes and mails name too."""
    settings.BASE_URL = live_server.url
    settings.EMAIL_BACKEND = (
        "platform_site.simulation.mailbox.MailboxBackend"  # Django's tests put another in its place
    )
    return str(live_server.url)


@pytest.fixture
def open_context(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`open_context("ada's phone", phone=True)` is a new browser of one person, with a page in it."""
    contexts: list[BrowserContext] = []

    def open_one(*, phone: bool = False, language: str = "en") -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(base_url=site, viewport=size, locale=language)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(f"{page.url} {said.text}") if "Security" in said.text else None)
        page.problems = problems  # type: ignore[attr-defined]
        return page

    yield open_one
    found = [problem for context in contexts for page in context.pages for problem in getattr(page, "problems", [])]
    for context in contexts:
        context.close()
    assert found == []


def qr_on(page: Page) -> str:
    """The text of the QR that the screen shows, read from its pixels."""
    page.locator("svg.qr").first.wait_for()
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, caret="initial"))).convert("L")
    found = [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    assert len(found) == 1, f"{len(found)} QR codes on {page.url}"
    return found[0]


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`shot(page, "console home")` keeps a numbered picture of the screen in var/journeys/<test>/."""
    folder = SHOTS / request.node.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    taken = iter(range(1, 1000))

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{next(taken):02d} {name}.png", full_page=True, caret="initial")

    return take
