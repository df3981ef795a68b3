"""The administrator's side: a test account asked for and given, phases, rollback; withdrawn and submitted again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import MiniProgram
from platform_site.simulation import stories
from releases.actions.pictures import clean_pictures
from releases.actions.verdicts import ReasonInput
from releases.desk import Given, perform
from releases.models import AuditOrder, Release
from tests.axe import is_wider_than_the_screen, serious
from tests.journeys.people import log_in_at_the_desk, scan_and_confirm, scan_in, take_up, told_on
from tests.releases.pictures import picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Shot = Callable[[Page, str], None]
NAME = "Quay Tea"


@pytest.fixture
def tea(site: str) -> MiniProgram:
    program = stories.completed(name=NAME)
    stories.uploaded(program)
    return program


def look(page: Page, shot: Shot, name: str) -> None:
    """Keep a picture of the page; no barrier that axe finds, nothing to scroll sideways."""
    shot(page, name)
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert not is_wider_than_the_screen(page)
    shot(page, f"{name}, narrow")
    page.set_viewport_size({"width": 1280, "height": 900})


def to_versions(console: Page, tea: MiniProgram) -> None:
    console.goto(f"/console/{tea.appid}/versions/")


def submit(console: Page, tea: MiniProgram) -> None:
    """Press Submit on the form that is open; back in Development Management the review is in progress."""
    console.get_by_role("button", name="Submit for review").click()
    console.wait_for_url(f"**/console/{tea.appid}/versions/")
    expect(console.get_by_role("main")).to_contain_text("Review in progress")


def at_the_desk(desk: Page, decision: str, button: str) -> None:
    """The reviewer opens the submission and takes a decision that needs nothing more."""
    desk.goto("/desk/orders/")
    desk.get_by_role("main").get_by_role("link", name=NAME).first.click()
    desk.wait_for_url("**/desk/orders/*/")
    desk.locator(f"#{decision} > summary").click()
    desk.locator(f"#{decision}").get_by_role("button", name=button, exact=True).click()
    expect(desk.get_by_role("status").first).to_be_visible()


def publish(console: Page, phone: Page, tea: MiniProgram, percent: str = "") -> None:
    """By hand, with the administrator's scan."""
    to_versions(console, tea)
    console.get_by_role("button", name="Publish", exact=True).click()
    dialog = console.get_by_role("dialog")
    if percent:
        dialog.get_by_label("In phases", exact=False).check()
        dialog.get_by_label("Percentage of the users").fill(percent)
    dialog.get_by_role("button", name="Publish and scan").click()
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{tea.appid}/versions/")


def test_returned_for_a_test_account_submitted_with_one_published_in_phases_and_rolled_back(open_context, shot, tea):
    console, desk, ada = open_context(), open_context(), open_context(phone=True)
    take_up(ada, "Ada")
    scan_in(console, ada, tea.appid)
    log_in_at_the_desk(desk)

    to_versions(console, tea)
    look(console, shot, "versions, uploaded")
    console.get_by_role("link", name="Submit for review").click()
    group = console.get_by_role("group", name="Function page 1")
    group.get_by_label("Title").fill("Order tea")
    group.get_by_label("Tags").fill("tea order")
    expect(console.locator("#draft-state")).to_contain_text("Draft saved")
    look(console, shot, "submit, first time")
    expect(console.get_by_role("textbox", name="Test account", exact=True)).to_have_count(0)
    console.goto(f"/console/{tea.appid}/")  # whoever leaves finds it again
    to_versions(console, tea)
    console.get_by_role("link", name="Submit for review").click()
    expect(console.get_by_role("group", name="Function page 1").get_by_label("Title")).to_have_value("Order tea")
    submit(console, tea)
    look(console, shot, "versions, in review")

    at_the_desk(desk, "ask_test_account", "Ask for a test account")
    told_on(ada, "3.3.4")
    to_versions(console, tea)
    expect(console.get_by_role("main")).to_contain_text("3.3.4 Test account missing")
    look(console, shot, "versions, rejected")
    console.get_by_role("link", name="Details").first.click()
    look(console, shot, "rejected in detail")

    to_versions(console, tea)
    console.get_by_role("link", name="Submit for review").click()
    look(console, shot, "submit, a test account is asked for")
    console.get_by_role("button", name="Submit for review").click()
    expect(console.get_by_text("Give the account that the reviewer logs in with.")).to_be_visible()
    console.get_by_role("textbox", name="Test account", exact=True).fill("quay-tester")
    console.get_by_label("Password of the test account").fill("pot-of-tea-12")
    console.get_by_label("Notes on the test account").fill("Log in at the top right.")
    submit(console, tea)
    assert AuditOrder.objects.latest("pk").test_account.password == "pot-of-tea-12"

    at_the_desk(desk, "approve", "Approve")
    publish(console, ada, tea)
    expect(console.get_by_role("main")).to_contain_text("How to find it")
    look(console, shot, "versions, online")

    stories.uploaded(tea, version="1.1.0", notes="A larger menu")
    to_versions(console, tea)
    console.get_by_role("link", name="Submit for review").click()
    expect(console.get_by_text("Use the test account of the submission before (qu••••)")).to_be_visible()
    submit(console, tea)
    at_the_desk(desk, "approve", "Approve")
    publish(console, ada, tea, percent="10")
    expect(console.get_by_role("main")).to_contain_text("10% released")
    console.get_by_label("Raise to").fill("60")
    console.get_by_role("button", name="Raise", exact=True).click()
    expect(console.get_by_role("main")).to_contain_text("60% released")
    console.get_by_label("Who gets which version?", exact=False).fill(stories.person("dev").wechat_id)
    console.get_by_role("button", name="Look up").click()
    expect(console.get_by_role("main")).to_contain_text("gets version")
    look(console, shot, "versions, in phases")
    console.get_by_role("button", name="Release to all users").click()
    scan_and_confirm(console, ada)
    console.wait_for_url(f"**/console/{tea.appid}/versions/")
    assert Release.objects.online().get().order.build.version == "1.1.0"

    console.get_by_role("link", name="Roll back").click()
    look(console, shot, "roll back, which one")
    console.get_by_role("link", name="See what would happen").click()
    expect(console.get_by_role("main")).to_contain_text("Nothing has happened yet.")
    look(console, shot, "roll back, what would happen")
    assert Release.objects.online().get().order.build.version == "1.1.0"
    console.get_by_role("button", name="Roll back to 1.0.0 and scan").click()
    scan_and_confirm(console, ada)
    console.wait_for_url(f"**/console/{tea.appid}/versions/")
    assert Release.objects.online().get().order.build.version == "1.0.0"
    told_on(ada, "1.0.0")

    console.get_by_role("link", name="History").click()
    expect(console.get_by_role("main")).to_contain_text("Rolled back from version 1.1.0 to 1.0.0")
    look(console, shot, "history of the versions")


def test_withdrawn_and_submitted_again(open_context, shot, tea):
    console, ada = open_context(), open_context(phone=True)
    take_up(ada, "Ada")
    scan_in(console, ada, tea.appid)
    to_versions(console, tea)
    console.get_by_role("link", name="Submit for review").click()
    console.get_by_role("group", name="Function page 1").get_by_label("Title").fill("Order tea")
    submit(console, tea)
    expect(console.get_by_role("main")).to_contain_text("Withdrawals left: 1 today, 10 this month.")

    console.get_by_role("button", name="Withdraw").click()
    shot(console, "scan to withdraw")
    scan_and_confirm(console, ada)
    console.wait_for_url(f"**/console/{tea.appid}/versions/")
    expect(console.get_by_role("main")).to_contain_text("No review version")
    assert AuditOrder.objects.get().status == "withdrawn"

    console.get_by_role("link", name="Submit for review").click()
    expect(console.get_by_role("main")).to_contain_text("Filled in as in your last submission.")
    expect(console.get_by_role("group", name="Function page 1").get_by_label("Title")).to_have_value("Order tea")
    submit(console, tea)
    expect(console.get_by_role("button", name="Withdraw")).to_be_disabled()
    expect(console.get_by_role("main")).to_contain_text("The 1 withdrawal of today is used up.")
    look(console, shot, "versions, no withdrawal left")
    console.get_by_role("link", name="Expedite").click()
    console.get_by_label("Why is it urgent?").fill("The shop opens on Monday.")
    look(console, shot, "one submission, expedite")
    console.get_by_role("button", name="Expedite", exact=True).click()
    expect(console.get_by_role("main")).to_contain_text("It is expedited already.")


def test_delayed_asked_answered_with_a_picture_rejected_and_appealed_against(open_context, shot, tea, tmp_path):
    console, ada, rev = open_context(), open_context(phone=True), stories.staff()
    take_up(ada, "Ada")
    scan_in(console, ada, tea.appid)
    order = stories.submitted(tea.builds.get())
    perform("delay", order, Given(words="A specialist has to look at it.", days=2), by=rev)
    told_on(ada, "A specialist has to look at it.")
    to_versions(console, tea)
    expect(console.get_by_role("main")).to_contain_text("The review is delayed, place 1 in the queue.")
    look(console, shot, "versions, delayed")

    perform("ask_material", order, Given(words="Where is the menu?"), by=rev)
    told_on(ada, "Where is the menu?")
    console.goto(f"/console/{tea.appid}/")
    console.get_by_role("main").get_by_role("link", name="Answer").first.click()
    screen = tmp_path / "screen.png"
    screen.write_bytes(picture(size=(300, 500)))
    console.get_by_role("button", name="Send the answer").click()
    expect(console.get_by_text("Write an answer for the reviewer.")).to_be_visible()
    look(console, shot, "an answer is missing")
    console.get_by_label("Your answer").fill("Behind the second tab.")
    console.get_by_label("Screenshots").set_input_files(screen)
    console.get_by_role("button", name="Send the answer").click()
    expect(console.get_by_role("main")).to_contain_text("Behind the second tab.")
    shown = console.get_by_role("img", name="Screenshot 1")
    shown.scroll_into_view_if_needed()
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 300
    look(console, shot, "answered")

    pictures = clean_pictures([picture(colour="teal")])
    reason = ReasonInput("3.3.1", "The order button does nothing.", "pages/menu/menu", "iPhone 6", pictures)
    perform("reject", order, Given(reasons=(reason,)), by=rev)
    to_versions(console, tea)
    for fact in ("3.3.1 Not a finished product", "pages/menu/menu", "iPhone 6"):
        expect(console.get_by_role("main")).to_contain_text(fact)
    look(console, shot, "rejected, with page, device and screenshot")
    console.get_by_role("link", name="3.3.1 Not a finished product").click()
    expect(console.locator("[id='reason-3.3.1']")).to_contain_text("Not a finished product")
    look(console, shot, "common reasons for rejection")

    to_versions(console, tea)
    console.get_by_role("link", name="Appeal").click()
    console.get_by_label("Why should the verdict be another?").fill("The button works on every phone here.")
    look(console, shot, "appeal")
    console.get_by_role("button", name="Appeal", exact=True).click()
    expect(console.get_by_role("heading", name="Version 1.0.0, submission 2")).to_be_visible()
    assert AuditOrder.objects.latest("pk").appeal_of == order
