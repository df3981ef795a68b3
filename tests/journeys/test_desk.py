"""The desk in a browser: two reviewers at one submission, a second opinion, the whole work by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.actions.people import create_staff
from accounts.models import User
from platform_site.simulation import cast, stories
from releases.models import AuditOrder, TestAccount
from tests.axe import is_wider_than_the_screen, serious
from tests.journeys.people import log_in_at_the_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Lantern Books"


@pytest.fixture
def order(site: str) -> AuditOrder:
    return stories.submitted(stories.uploaded(stories.completed(name=NAME)))


@pytest.fixture
def vera(site: str) -> User:
    return create_staff(email="vera@ministage.test", password=cast.PASSWORD, name="Vera")


def open_submission(desk: Page) -> None:
    desk.goto("/desk/orders/")
    desk.get_by_role("main").get_by_role("link", name=NAME).first.click()
    desk.wait_for_url("**/desk/orders/*/")


def is_fine(desk: Page) -> None:
    """No barrier that axe finds, nothing to scroll sideways."""
    assert serious(desk) == []
    assert not is_wider_than_the_screen(desk)


def test_two_reviewers_at_one_submission(
    open_context: Callable[..., Page], shot: Callable[[Page, str], None], order: AuditOrder, vera: User
) -> None:
    rev_page, vera_page = open_context(), open_context()
    log_in_at_the_desk(rev_page)
    log_in_at_the_desk(vera_page, vera)

    open_submission(rev_page)
    is_fine(rev_page)
    shot(rev_page, "a free submission")
    open_submission(vera_page)  # both have it open, nobody has claimed it
    expect(vera_page.locator("#presence")).to_contain_text("is looking at this")
    rev_page.get_by_role("button", name="Claim it").click()
    expect(rev_page.get_by_role("main")).to_contain_text("You have it until")
    shot(rev_page, "claimed")

    vera_page.locator("#approve > summary").click()
    vera_page.locator("#approve").get_by_role("button", name="Approve", exact=True).click()
    expect(vera_page.get_by_role("main")).to_contain_text("has claimed this submission")
    shot(vera_page, "claimed by a colleague")
    is_fine(vera_page)
    order.refresh_from_db()
    assert order.status == "claimed"

    vera_page.locator("summary").filter(has_text="Take it over").click()
    vera_page.get_by_role("button", name="Take over", exact=True).click()
    expect(vera_page.get_by_text("Say why you take it over.").first).to_be_visible()
    vera_page.get_by_label("Why do you take it over?").fill("Rev has gone home.")
    vera_page.get_by_role("button", name="Take over", exact=True).click()
    expect(vera_page.get_by_role("main")).to_contain_text("You have it until")
    vera_page.locator("#approve > summary").click()
    vera_page.locator("#approve").get_by_role("button", name="Approve", exact=True).click()
    expect(vera_page.get_by_role("status").first).to_contain_text("Approved")

    rev_page.locator("#reject > summary").click()
    rev_page.locator("#reject").get_by_role("button", name="Reject", exact=True).click()
    expect(rev_page.get_by_role("main")).to_contain_text("decided by Vera")
    order.refresh_from_db()
    assert (order.status, order.decided_by) == ("approved", vera)


def test_a_second_opinion(
    open_context: Callable[..., Page], shot: Callable[[Page, str], None], order: AuditOrder, vera: User
) -> None:
    rev_page, vera_page = open_context(), open_context()
    log_in_at_the_desk(rev_page)
    open_submission(rev_page)
    rev_page.locator("#approve > summary").click()
    rev_page.locator("#approve").get_by_text("Second opinion", exact=True).click()
    rev_page.locator("#approve").get_by_label("Ask for a second opinion first").check()
    rev_page.locator("#approve").get_by_label("For the second reviewer").fill("Is the first page enough?")
    rev_page.locator("#approve").get_by_role("button", name="Approve", exact=True).click()
    expect(rev_page.get_by_role("status").first).to_contain_text("Waits for a second opinion")
    rev_page.goto(f"/desk/orders/{order.pk}/")
    expect(rev_page.get_by_role("main")).to_contain_text("somebody else must look")
    shot(rev_page, "own decision waits")

    log_in_at_the_desk(vera_page, vera)
    vera_page.goto("/desk/orders/?show=second_opinion")
    vera_page.get_by_role("main").get_by_role("link", name=NAME).first.click()
    expect(vera_page.get_by_role("main")).to_contain_text("Is the first page enough?")
    is_fine(vera_page)
    shot(vera_page, "a second opinion is asked for")
    vera_page.locator("#confirm > summary").click()
    vera_page.get_by_role("button", name="Confirm the held verdict").click()
    expect(vera_page.get_by_role("status").first).to_contain_text("Confirmed")
    order.refresh_from_db()
    assert (order.status, order.decided_by) == ("approved", vera)


def test_the_queue_by_keyboard_alone(
    open_context: Callable[..., Page], shot: Callable[[Page, str], None], order: AuditOrder
) -> None:
    """j and o open a submission, r unfolds the rejection, Space and Tab fill it in; then n and a for the next."""
    other = stories.submitted(stories.uploaded(stories.completed(administrator="eve", name="Paper Kites")))
    desk = open_context()
    log_in_at_the_desk(desk)
    desk.goto("/desk/orders/")
    keys = desk.keyboard
    keys.press("j")
    keys.press("o")
    desk.wait_for_url(f"**/desk/orders/{order.pk}/")
    keys.press("?")
    expect(desk.get_by_role("dialog")).to_contain_text("Claim it")
    shot(desk, "the keys of the page")
    keys.press("Escape")
    keys.press("l")
    expect(desk.get_by_role("main")).to_contain_text("You have it until")
    keys.press("r")
    expect(desk.locator("#reason-search")).to_be_focused()
    keys.type("button")
    for _tab in range(40):
        if desk.evaluate("document.activeElement.name === 'reasons'"):
            break
        keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Control+A")
    keys.type("The order button does nothing.")
    shot(desk, "rejecting by keyboard")
    is_fine(desk)
    for _tab in range(40):
        if desk.evaluate("document.activeElement.matches('#reject button:not([type=button])')"):
            break
        keys.press("Tab")
    keys.press("Enter")
    desk.wait_for_url(f"**/desk/orders/{other.pk}/")  # on to the next by itself
    order.refresh_from_db()
    assert [reason.text for reason in order.reasons.all()] == ["The order button does nothing."]

    keys.press("u")
    desk.wait_for_url("**/desk/orders/")
    keys.press("n")
    desk.wait_for_url(f"**/desk/orders/{other.pk}/")
    keys.press("a")
    expect(desk.locator("#approve details.second summary, #approve button").first).to_be_visible()
    keys.press("Escape")
    expect(desk.locator("#approve button")).to_be_hidden()
    keys.press("a")
    for _tab in range(20):
        if desk.evaluate("document.activeElement.matches('#approve button')"):
            break
        keys.press("Tab")
    keys.press("Enter")
    desk.wait_for_url("**/desk/orders/")
    other.refresh_from_db()
    assert other.status == "approved"


def test_all_that_a_submission_page_can_show_fits_a_phone_too(
    open_context: Callable[..., Page], shot: Callable[[Page, str], None], order: AuditOrder
) -> None:
    stories.rejected(order)
    again = stories.submitted(order.build)
    TestAccount.objects.create(order=again, account="tea@shop.test", password="pot-98765")
    narrow = open_context(phone=True, language="zh-CN")
    log_in_at_the_desk(narrow)
    narrow.goto(f"/desk/orders/{again.pk}/")
    narrow.locator("#test-account button").click()
    expect(narrow.locator("#test-account")).to_contain_text("pot-98765")
    narrow.locator("#message > summary").click()
    narrow.locator("#message textarea").fill("请稍候。")
    narrow.locator("#message form button").last.click()
    expect(narrow.get_by_role("main")).to_contain_text("请稍候。")
    narrow.locator("#reject > summary").click()
    is_fine(narrow)
    shot(narrow, "everything, narrow, in Chinese")
