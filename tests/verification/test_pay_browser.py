"""The fee in a real Chromium: the screen shows the QR, the phone pays, the screen goes on by itself."""

import pytest
from playwright.sync_api import expect

from platform_site.simulation import stories
from tests.home.test_browser import is_wider_than_the_screen, page, serious
from tests.people import console, phone
from tests.verification.paying import PASSWORD
from verification.actions.applications import submit
from verification.queries import open_fee_order_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["page"]


def logged_in(page, client, live_server) -> None:
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )


def fine(page) -> None:
    """Nothing a blind person would stumble over, nothing to scroll sideways for."""
    assert serious(page) == []
    assert not is_wider_than_the_screen(page)


def test_the_screen_goes_on_when_the_phone_has_paid(page, browser, live_server):
    verification = stories.filled_in()
    submit(verification, by=stories.administrator_of(verification.mini_program))
    order, home = open_fee_order_of(verification), f"{live_server.url}/console/{verification.mini_program.appid}"
    logged_in(page, console(None, verification.mini_program), live_server)
    page.goto(f"{home}/settings/verification/apply/payment/")
    expect(page.locator(".pay-panel .qr")).to_be_visible()
    expect(page.locator(".pay-panel [data-countdown]")).to_contain_text(":")
    fine(page)

    hers = browser.new_page(viewport={"width": 390, "height": 844})
    hers.set_default_timeout(10_000)
    logged_in(hers, phone(None, stories.person("eve")), live_server)
    hers.goto(f"{live_server.url}/q/{order.link.code}")
    fine(hers)
    hers.get_by_role("link", name="Pay", exact=True).click()
    hers.get_by_role("link", name="Open a wallet").click()
    fine(hers)
    hers.get_by_label("Payment password", exact=True).fill(PASSWORD)
    hers.get_by_label("The payment password again").fill(PASSWORD)
    hers.get_by_role("button", name="Open the wallet").click()
    hers.get_by_label("Payment password").fill("111111")
    hers.get_by_role("button", name="Pay").click()
    expect(hers.get_by_text("You can try 4 more times")).to_be_visible()
    fine(hers)
    hers.get_by_label("Payment password").fill(PASSWORD)
    hers.get_by_role("button", name="Pay").click()
    expect(hers.get_by_role("heading", name="Payment made")).to_be_visible()
    fine(hers)

    page.wait_for_url("**/apply/audit/")
    hers.goto(f"{live_server.url}/phone/wallet/")
    expect(hers.get_by_text("−300.00")).to_be_visible()
    fine(hers)
    hers.close()
    assert page.complaints == []
