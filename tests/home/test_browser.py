"""The home pages in a real Chromium: no serious finding of axe, no refusals by the policy, no sideways scrolling."""

import os
from collections.abc import Iterator

import pytest
from django.db import connections

from accounts.models import MiniProgram
from developers.actions.packages import receive_zip
from developers.actions.projects import choose_code
from developers.views.project_door import place as project_place
from platform_site.home.docs import PAGES
from platform_site.simulation import stories
from releases.models import AuditOrder
from tests.axe import is_wider_than_the_screen, serious
from tests.openplatform.calling import Server
from tests.people import console, desk, devtools, phone
from verification.actions.applications import submit
from verification.queries import open_fee_order_of

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


def check(page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(address)
    assert answer.status == 200, address
    assert serious(page) == [], address
    page.set_viewport_size({"width": 360, "height": 740})
    assert not is_wider_than_the_screen(page), address
    assert serious(page) == [], address
    assert page.complaints == []


@pytest.mark.parametrize(
    "path",
    ["/", "/register/entity-types/", *(f"/docs/{page}" for page in ["", *(f"{slug}/" for slug in PAGES)])],
)
def test_public_pages(page, live_server, path):
    check(page, live_server.url + path)


def log_in(page, live_server, client) -> None:
    """The browser holds the sessions that this test client holds."""
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )


def test_the_console_home(page, live_server):
    mini_program = stories.submitted().mini_program
    log_in(page, live_server, console(None, mini_program))
    check(page, f"{live_server.url}/console/{mini_program.appid}/")


def test_the_log_of_calls(page, live_server):
    tea = Server(stories.completed())
    token = tea.token()["access_token"]
    tea.post("/wxa/getwxacodeunlimit", {"scene": "table 5", "page": "pages/home/home"}, access_token=token)
    tea.post("/wxa/getwxacode", {"path": "p" * 2000}, access_token=token)
    tea.token(secret="0" * 32)
    log_in(page, live_server, console(None, tea.mini_program))
    for query in ("", "?refused=on", "?rid=x"):
        check(page, f"{live_server.url}/console/{tea.appid}/settings/development/calls/{query}")


def restaurant() -> MiniProgram:
    """A proven company with one category that waits at the desk."""
    program = stories.remitted(stories.organisation(name="灯塔面馆有限公司"))
    papers = {"catering.restaurant": stories.handed_in(program, "catering.restaurant")}
    return stories.completed(program, categories=["catering.reviews", "catering.restaurant"], papers=papers)


def test_the_settings(page, live_server):
    program = restaurant()
    waiting = program.categories.get(code="catering.restaurant")
    log_in(page, live_server, console(None, program))
    places = ["", "name/", "avatar/", "introduction/", "entity/", "email/", "categories/", f"categories/{waiting.pk}/"]
    for place in places:
        check(page, f"{live_server.url}/console/{program.appid}/settings/{place}")
    check(page, f"{live_server.url}/console/{program.appid}/profile/")


def test_a_name_that_waits_at_the_desk(page, live_server):
    application = stories.name_asked()
    program = application.mini_program
    log_in(page, live_server, console(None, program))
    log_in(page, live_server, desk(None, stories.staff()))
    for place in (f"console/{program.appid}/profile", f"console/{program.appid}/settings"):
        check(page, f"{live_server.url}/{place}/")
    check(page, f"{live_server.url}/desk/names/")
    check(page, f"{live_server.url}/desk/names/{application.pk}/")


def test_the_simulated_world(page, live_server):
    stories.remitted(stories.organisation())
    stories.organisation(type="government", administrator="eve")
    stories.applied()
    log_in(page, live_server, desk(None, stories.staff()))
    for place in (
        "",
        "bank/",
        "bank/transfers/",
        "bank/ledger/",
        "bank/ledger/?postings=1",
        "verifications/",
        "clock/",
    ):
        check(page, f"{live_server.url}/sim/{place}")


def test_the_wallet_and_an_order_on_the_phone(page, live_server):
    verification = stories.filled_in()
    submit(verification, by=stories.administrator_of(verification.mini_program))
    order = open_fee_order_of(verification)
    stories.wallet("ada")
    log_in(page, live_server, phone(None, stories.person("ada")))
    page.goto(f"{live_server.url}/q/{order.link.code}")  # who has not scanned it may not see it
    places = ["wallet/", "wallet/top-up/", "wallet/password/"]
    for place in [*places, f"pay/{order.pk}/", f"pay/{order.pk}/password/", f"pay/{order.pk}/cancelled/"]:
        check(page, f"{live_server.url}/phone/{place}")


def test_the_desk(page, live_server):
    waiting = restaurant().categories.get(code="catering.restaurant")
    papers = stories.applied()
    order = stories.submitted()
    stories.published(stories.approved(stories.submitted(administrator="eve")))
    online = AuditOrder.objects.get(status="published").mini_program
    log_in(page, live_server, desk(None, stories.staff()))
    places = [
        "",
        "categories/",
        f"categories/{waiting.pk}/",
        "verifications/",
        f"verifications/{papers.pk}/",
        "orders/",
        "orders/?show=decided",
        f"orders/{order.pk}/",
        f"orders/{order.pk}/pages/{order.build.package.facts['pages'][0]}",
        "programs/",
        f"programs/{online.appid}/",
        "statistics/?days=30",
        "policy/",
    ]
    for place in places:
        check(page, f"{live_server.url}/desk/{place}")


def test_the_developer_tools(page, live_server):
    program = stories.registered()
    project = stories.project(program)
    received = receive_zip(stories.zip_of_demo_program(), appid=program.appid)
    choose_code(project, package=received.package, directory="tea", report=received.report.as_json())
    log_in(page, live_server, devtools(None, stories.person("ada")))
    check(page, f"{live_server.url}/devtools/")
    check(page, f"{live_server.url}/devtools/projects/new/")
    for name in ("project", "edit", "debug", "preview", "upload"):
        check(page, live_server.url + project_place(project, name))
    check(page, live_server.url + project_place(project, "edit") + "?file=app.json")


def test_the_account_menu_opens_and_closes_by_keyboard(page, live_server):
    mini_program = stories.completed()
    log_in(page, live_server, console(None, mini_program))
    page.goto(f"{live_server.url}/console/{mini_program.appid}/")
    page.locator("details.menu > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Log out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Log out").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
