"""What organisations do on their screens: register, remit, hand in papers, pay; and what the desk and the bank do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import WeChatPerson
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from tests.axe import is_wider_than_the_screen, serious
from tests.journeys.people import newest_code_in, scan_and_confirm

Shot = Callable[[Page, str], None]
Look = Callable[..., None]


@dataclass(frozen=True)
class Company:
    """What a company types at step 3."""

    name: str
    number: str
    account: str = "6222 0000 0000 1234 5"


def looking(shot: Shot, browser: Browser) -> Look:
    """`look(page, "remittance")`: keep a picture, let axe see it, and see it in Chinese on a phone as well."""

    def look(page: Page, name: str, *, in_chinese: bool = True) -> None:
        shot(page, name)
        assert (found := serious(page)) == [], f"{name}: {found}"
        assert not is_wider_than_the_screen(page), name
        if in_chinese:
            _in_chinese_on_a_phone(page, browser, shot, name)

    return look


def _in_chinese_on_a_phone(page: Page, browser: Browser, shot: Shot, name: str) -> None:
    """The same address in another window: 390 px wide, its reader prefers Chinese."""
    other = browser.new_context(
        storage_state=page.context.storage_state(), viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    seen = other.new_page()
    seen.goto(page.url)
    expect(seen.locator("html")).to_have_attribute("lang", "zh-hans")
    shot(seen, f"{name}, in Chinese on a phone")
    wide = is_wider_than_the_screen(seen)
    other.close()
    assert not wide, name


# the log-in account and step 3


def log_in(console: Page, email: str) -> None:
    """E-mail and password of an account that has no Mini Program yet: it goes on at step 3."""
    console.goto("/login/")
    console.get_by_label("E-mail address", exact=True).fill(email)
    console.get_by_label("Password").fill(PASSWORD)
    console.get_by_role("button", name="Log in", exact=True).click()


def fill_in_company(console: Page, company: Company) -> None:
    """Step 3: a company that will remit."""
    console.wait_for_load_state()
    console.locator("#type-corporate").check()
    console.get_by_label("Company name").fill(company.name)
    console.get_by_label("Business licence number").fill(company.number)
    console.get_by_label("Business licence number").press("Tab")
    expect(console.locator("#entity-check")).to_contain_text("This entity can register.")
    console.locator("#method-remittance").check()
    console.get_by_label("Account holder").fill(company.name)
    console.get_by_label("Account number", exact=True).fill(company.account)
    console.get_by_label("Repeat the account number").fill(company.account)
    console.get_by_label("Bank", exact=True).select_option(index=1)
    console.get_by_label("Province").select_option("guangdong")
    console.get_by_label("City").select_option("shenzhen")


def fill_in_administrator(console: Page, phone: Page, who: WeChatPerson) -> None:
    """Step 3: who is responsible, the code on their phone, their scan from the pixels of the screen."""
    console.get_by_label("ID name").fill(who.real_name)
    console.get_by_label("ID number").fill(who.id_number)
    console.get_by_label("Phone number").fill(who.phone)
    console.get_by_role("button", name="Get code").click()
    expect(console.locator("#sms-area")).to_contain_text("A code has been sent")
    console.get_by_label("SMS verification code").fill(newest_code_in(phone))
    scan_and_confirm(console, phone)
    expect(console.locator("#identity-area")).to_contain_text(f"Confirmed by {who.nickname}")


def confirm_entity(console: Page) -> str:
    """The dialog is read and confirmed; returns the AppID of the remittance page that follows."""
    console.get_by_role("button", name="Continue").click()
    console.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    console.wait_for_url("**/console/*/remittance/")
    found = re.search(r"wx[0-9a-f]{16}", console.url)
    assert found, console.url
    return found.group()


# the simulated bank


def send_transfer(bank: Page, holder: str, kind: str) -> None:
    """Staff press one of the ready-made transfers of this company."""
    bank.goto("/sim/bank/")
    bank.get_by_role("row").filter(has_text=holder).get_by_role("button", name=kind).click()
    bank.wait_for_url("**/sim/bank/")


# the information


def fill_in_information(console: Page, tmp_path: Path, *, name: str, introduction: str) -> None:
    """Name, avatar, introduction; the categories are the story's."""
    console.wait_for_url("**/profile/")  # loaded: what is typed before that is not checked live
    picture = tmp_path / "avatar.png"
    picture.write_bytes(stories.avatar())
    console.get_by_label("Mini Program name").fill(name)
    expect(console.locator("#name-check")).to_contain_text("This name can be had.")
    console.get_by_label("Avatar").set_input_files(picture)
    console.get_by_label("Introduction").fill(introduction)


def choose_category(console: Page, words: str, code: str) -> None:
    """Search the tree and tick a leaf."""
    console.get_by_label("Search in the service categories").fill(words)
    console.locator(f"#category-{code}".replace(".", r"\.")).check()


# papers


def upload(field: Locator, *titles: str) -> None:
    """Choose scans in a place for papers; each is sent at once and shown."""
    kept = field.locator(".paper")
    field.locator("input[type=file]").wait_for(state="attached")
    field.page.wait_for_load_state()
    for title in titles:
        there = kept.count()
        picture = {"name": f"{title}.png", "mimeType": "image/png", "buffer": stories.scan(title.upper())}
        field.locator("input[type=file]").set_input_files(files=[picture])
        expect(kept).to_have_count(there + 1)


def place_of(page: Page, field: str) -> Locator:
    """The place for papers of this field of a form."""
    return page.locator("[data-papers]").filter(has=page.locator(f"[id='id_{field}']"))


# WeChat Verification


def fill_in_papers(console: Page, phone: Page, who: WeChatPerson, papers: list[str]) -> None:
    """Step 2 of the application: what the entity says, its contact with code and scan, and every paper."""
    console.wait_for_url("**/apply/papers/")
    console.get_by_label("Name of the legal representative").fill("李建国")
    console.get_by_label("Address", exact=True).fill("浙江省杭州市西湖区海港路 1 号")
    console.get_by_label("Name on the ID card").fill(who.real_name)
    console.get_by_label("ID number").fill(who.id_number)
    console.get_by_label("E-mail address").fill("contact@harbour.test")
    console.get_by_label("Mobile phone").fill(who.phone)
    console.get_by_role("button", name="Get code").click()
    expect(console.locator("#sms-area")).to_contain_text("A code has been sent")
    console.get_by_label("SMS verification code").fill(newest_code_in(phone))
    scan_and_confirm(console, phone)
    expect(console.locator("#operator-area")).to_contain_text(f"Confirmed by {who.nickname}")
    for paper in papers:
        upload(place_of(console, paper), paper)


def open_application(desk: Page, entity: str) -> None:
    """From the queue of verifications to this entity's application."""
    desk.goto("/desk/verifications/")
    desk.get_by_role("main").get_by_role("link", name=entity).click()


def phone_the_contact(desk: Page) -> None:
    """The reviewer calls, and writes down that the contact confirms."""
    desk.get_by_label("What came of the call").select_option("confirmed")
    desk.get_by_role("button", name="Record the call").click()
    expect(desk.get_by_role("button", name="Pass", exact=True)).to_be_enabled()


def send_back(desk: Page, field: str, words: str) -> None:
    """One field is wrong, in the reviewer's words."""
    desk.locator(f"#refill-{field}").check()
    desk.locator(f"#words-{field}").fill(words)
    desk.get_by_role("button", name="Send back").click()
    expect(desk.get_by_role("status").first).to_contain_text("Sent back")


def pass_it(desk: Page) -> None:
    """The application passes."""
    desk.get_by_role("button", name="Pass", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Passed")
