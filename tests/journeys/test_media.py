"""A media company pays on the phone, is sent back twice and passes at the third look, in real browsers."""

import pytest
from playwright.sync_api import Page, expect

from entities.models import EntityType
from platform_site.simulation import stories
from platform_site.simulation.cast import PAYMENT_PASSWORD
from tests.journeys.organisations import (
    Look,
    looking,
    open_application,
    pass_it,
    phone_the_contact,
    place_of,
    send_back,
    upload,
)
from tests.journeys.people import log_in_at_the_desk, scan_from, scan_in, take_up, told_on
from verification.models import PaymentOrder, Verification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PAPER = "海港日报社"
NO_SEAL = "The seal can't be read: scan the letter in colour."
OLD_LICENCE = "This licence ended last year; hand in the present one."


def open_wallet_and_pay(phone: Page, look: Look) -> None:
    """The first payment of this person: the wallet is opened on the way; one wrong password."""
    look(phone, "what is to be paid", in_chinese=False)
    phone.get_by_role("link", name="Pay", exact=True).click()
    phone.get_by_role("link", name="Open a wallet").click()
    phone.get_by_label("Payment password", exact=True).fill(PAYMENT_PASSWORD)
    phone.get_by_label("again").fill(PAYMENT_PASSWORD)
    look(phone, "open a wallet")
    phone.get_by_role("button", name="Open the wallet").click()
    if phone.get_by_role("link", name="Pay", exact=True).count():
        phone.get_by_role("link", name="Pay", exact=True).click()
    phone.get_by_label("Payment password").fill("135791")
    phone.get_by_role("button", name="Pay").click()
    expect(phone.locator(".errors").first).to_be_visible()
    look(phone, "wrong payment password", in_chinese=False)
    phone.get_by_label("Payment password").fill(PAYMENT_PASSWORD)
    phone.get_by_role("button", name="Pay").click()
    expect(phone.get_by_role("heading", name="Payment made")).to_be_visible()
    look(phone, "payment made")


def hand_in_and_pay(console: Page, phone: Page, appid: str, look: Look) -> None:
    """The last step that is filled in, the QR, the phone's payment; the screen goes on by itself."""
    console.goto(f"/console/{appid}/settings/verification/apply/invoice/")
    look(console, "invoice")
    console.get_by_role("button", name="Hand in and pay").click()
    expect(console.get_by_role("heading", name="Pay the verification fee")).to_be_visible()
    look(console, "payment")
    scan_from(console, phone)
    open_wallet_and_pay(phone, look)
    console.wait_for_url("**/apply/audit/")
    look(console, "paid, under audit")
    phone.goto("/phone/wallet/")
    look(phone, "wallet")


def mend(console: Page, phone: Page, appid: str, field: str, words: str, look: Look) -> None:
    """The reason stands beside the field; another scan is handed in."""
    told_on(phone, "back")
    console.goto(f"/console/{appid}/")
    console.get_by_role("main").get_by_role("link", name="Continue the verification").first.click()
    look(console, f"details, sent back for {field}")
    console.get_by_role("link", name="Mend the papers").click()
    place = place_of(console, field)
    beside = place.locator("xpath=..").locator(".refill-reason")
    expect(beside).to_contain_text(words)
    expect(console.locator(".refill-reason")).to_have_count(1)
    look(console, f"the reason beside {field}")
    for _scan in range(place.locator(".paper").count()):
        place.get_by_role("button", name="Remove").first.click()
    upload(place, f"new {field}")
    console.get_by_role("button", name="Hand in again").click()
    expect(console.get_by_role("main")).to_contain_text("The application is with an audit institution")
    look(console, f"handed in again after {field}")


def test_a_media_company_pays_on_the_phone_is_sent_back_twice_and_passes(open_context, shot, browser):
    look = looking(shot, browser)
    verification = stories.filled_in(stories.organisation(type=EntityType.MEDIA, name=PAPER))
    appid = verification.mini_program.appid
    console, desk, phone = open_context(), open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, appid)
    log_in_at_the_desk(desk)

    hand_in_and_pay(console, phone, appid, look)
    for field, words in (("application_letter", NO_SEAL), ("media_licence", OLD_LICENCE)):
        open_application(desk, PAPER)
        send_back(desk, field, words)
        look(desk, f"sent back for {field}")
        mend(console, phone, appid, field, words, look)
    open_application(desk, PAPER)
    expect(desk.locator(".audit-rounds")).to_contain_text(NO_SEAL)
    look(desk, "the third look")
    phone_the_contact(desk)
    pass_it(desk)

    console.goto(f"/console/{appid}/")
    expect(console.get_by_role("main")).to_contain_text("The entity is verified until")
    look(console, "home, verified")
    assert [(order.status, order.amount_fen) for order in PaymentOrder.objects.all()] == [("paid", 30000)]
    passed = Verification.objects.get()
    assert (passed.status, passed.refills) == ("passed", 2)
