"""What people do on their screens and phones, in the words of the pages."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from accounts.models import User
from platform_site.simulation import cast, stories
from tests.journeys.conftest import qr_on

PASSWORD = "harbour-lights-42"


@dataclass(frozen=True)
class Someone:
    """A person of the story: what they type when they sign up on the phone."""

    nickname: str
    wechat_id: str
    phone: str
    real_name: str = ""
    id_number: str = ""


def sign_up(phone: Page, who: Someone) -> None:
    """Become a WeChat person, with a bank card if there is a real name."""
    phone.goto("/phone/")
    phone.get_by_role("link", name="New here? Sign up").click()
    phone.get_by_label("Nickname").fill(who.nickname)
    phone.get_by_label("WeChat ID").fill(who.wechat_id)
    phone.get_by_label("Phone number").fill(who.phone)
    phone.get_by_label("Password").fill(PASSWORD)
    if who.real_name:
        phone.get_by_label("Name on the ID card").fill(who.real_name)
        phone.get_by_label("ID number").fill(who.id_number)
    phone.get_by_role("button", name="Sign up").click()
    phone.wait_for_url("**/phone/")


def take_up(phone: Page, nickname: str) -> None:
    """Pick up the phone of somebody of the demo world."""
    phone.goto("/phone/login/")
    phone.get_by_role("button", name=nickname).click()
    phone.wait_for_url("**/phone/")


def scan_from(screen: Page, phone: Page) -> None:
    """Point the phone at the screen: read the QR from the pixels and open what it says."""
    phone.goto(qr_on(screen))


def confirm_on(phone: Page) -> None:
    """Press Confirm: the deliberate second act."""
    phone.get_by_role("button", name="Confirm", exact=True).click()
    expect(phone.get_by_role("heading", name="Confirmed").last).to_be_visible()


def scan_and_confirm(screen: Page, phone: Page) -> None:
    """Scan what the screen asks, and confirm it."""
    scan_from(screen, phone)
    confirm_on(phone)


def scan_in(console: Page, phone: Page, appid: str) -> None:
    """Log in to the console by scan alone."""
    console.goto("/login/by-scan/")
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{appid}/**")


def log_in_at_the_desk(desk: Page, who: User | None = None) -> None:
    """A reviewer logs in, whichever language the page speaks."""
    reviewer = who or stories.staff()
    desk.goto("/desk/")
    desk.locator("input[name=login]").fill(reviewer.email)
    desk.locator("input[name=password]").fill(cast.PASSWORD)
    desk.locator("main form button").click()
    desk.wait_for_url("**/desk/")


def newest_code_in(phone: Page) -> str:
    """The six digits in the newest SMS."""
    phone.goto("/phone/sms/")
    text = phone.locator("main").inner_text()
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found, text
    return found.group()


def told_on(phone: Page, words: str) -> None:
    """The newest service notifications say so."""
    phone.goto("/phone/messages/")
    expect(phone.locator("main")).to_contain_text(words)
