"""The home pages in a real Chromium: no serious finding of axe, no refusals by the policy, no sideways scrolling."""

import os
from collections.abc import Iterator

import pytest
from django.db import connections

from platform_site.simulation import stories
from tests.people import console

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, monkeypatch) -> Iterator:
    """A page of its own; `page.complaints` is what the browser's console said."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.close()
    connections.close_all()  # those of Playwright's event loop: else PostgreSQL can't drop the database


def serious(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def is_wider_than_the_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def check(page, address: str) -> None:
    page.goto(address)
    assert serious(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert not is_wider_than_the_screen(page)
    assert serious(page) == []
    assert page.complaints == []


@pytest.mark.parametrize(
    "path", ["/", "/docs/", "/docs/development/", "/docs/types/", "/docs/rejections/", "/docs/downloads/"]
)
def test_public_pages(page, live_server, path):
    check(page, live_server.url + path)


def test_the_console_home(page, live_server):
    mini_program = stories.submitted().mini_program
    client = console(None, mini_program)
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )
    check(page, f"{live_server.url}/console/{mini_program.appid}/")


def test_the_account_menu_opens_and_closes_by_keyboard(page, live_server):
    mini_program = stories.completed()
    client = console(None, mini_program)
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )
    page.goto(f"{live_server.url}/console/{mini_program.appid}/")
    page.locator("details.menu > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Log out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Log out").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
