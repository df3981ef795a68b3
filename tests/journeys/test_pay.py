"""A verified company applies for WeChat Pay and gets its merchant number; an unverified one is told why not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from payments.models import Merchant, PayApplication
from platform_site.simulation import stories
from tests.journeys.organisations import Look, looking
from tests.journeys.people import log_in_at_the_desk, newest_code_in, scan_and_confirm, scan_in, take_up, told_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def fill_in(console: Page, phone: Page, look: Look, tmp_path: Path) -> None:
    """The four steps; first the contact with a wrong phone number, then without a code."""
    answers, picture = stories.pay_answers(), tmp_path / "scan.png"
    picture.write_bytes(stories.scan())
    console.get_by_role("button", name="Apply", exact=True).click()
    console.get_by_label("Contact's name").fill(answers["contact_name"])
    console.get_by_label("Contact's phone number").fill("12")
    console.get_by_role("button", name="Keep and go on").click()
    expect(console.get_by_text("Enter a valid phone number.").first).to_be_visible()
    look(console, "a wrong phone number, all kept")
    console.get_by_role("button", name="Get code").click()
    expect(console.locator("#sms-area")).to_contain_text("Enter a valid phone number.")
    console.get_by_label("Contact's phone number").fill(stories.person("ada").phone)
    console.get_by_label("Contact's e-mail address").fill(answers["contact_email"])
    console.get_by_role("button", name="Keep and go on").click()
    expect(console.locator(".field-sms_code")).to_contain_text("Send a code to the contact's mobile phone")
    console.get_by_role("button", name="Get code").click()
    expect(console.locator("#sms-area")).to_contain_text("A code has been sent to this phone.")
    expect(console.get_by_role("button", name="Get code")).to_be_disabled()
    look(console, "a code is sent to the contact's phone")
    console.get_by_label("SMS verification code").fill(newest_code_in(phone))
    console.get_by_role("button", name="Keep and go on").click()
    console.get_by_label("Merchant short name").fill(answers["short_name"])
    console.get_by_label("Business category").select_option(answers["business"])
    console.get_by_label("What is sold").fill(answers["goods"])
    console.get_by_label("Customer service phone").fill(answers["service_phone"])
    for label in ("Screenshot of the Mini Program", "Special qualification"):
        console.get_by_label(label).set_input_files(picture)
    look(console, "the business", in_chinese=False)
    console.get_by_role("button", name="Keep and go on").click()
    for label in ("Scan of the licence", "side with the portrait", "side with the emblem"):
        console.get_by_label(label).set_input_files(picture)
    console.get_by_label("Licence valid from").fill(answers["licence_from"])
    console.get_by_label("Licence valid until").fill(answers["licence_until"])
    console.get_by_label("Legal person's name").fill(answers["legal_person"])
    console.get_by_label("Legal person's ID number").fill(answers["legal_id"])
    console.get_by_label("ID card valid from").fill(answers["legal_id_from"])
    console.get_by_label("ID card valid until").fill(answers["legal_id_until"])
    look(console, "the entity", in_chinese=False)
    console.get_by_role("button", name="Keep and go on").click()
    console.get_by_label("Bank", exact=False).first.select_option(answers["bank"])
    console.get_by_label("City").select_option(answers["city"])
    console.get_by_label("Branch").fill(answers["branch"])
    console.get_by_label("Account number").fill(answers["account"])
    look(console, "the settlement account", in_chinese=False)
    console.get_by_role("button", name="Keep and go on").click()
    look(console, "check and hand in")
    console.get_by_role("button", name="Hand in for review").click()
    expect(console.get_by_role("main")).to_contain_text("It is under review")


def guess(console: Page, amount: str) -> None:
    console.get_by_label("The amount that arrived, in yuan").fill(amount)
    console.get_by_role("button", name="Verify the account").click()


def test_a_verified_company_gets_its_merchant_number(
    open_context: Callable[..., Page], shot, browser, tmp_path: Path
) -> None:
    look = looking(shot, browser)
    company = stories.verified(stories.organisation(method="wechat_verification", administrator="ada"))
    console, desk, phone = open_context(), open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, company.appid)
    console.goto(f"/console/{company.appid}/pay/")
    look(console, "WeChat Pay, open to it")
    fill_in(console, phone, look, tmp_path)

    log_in_at_the_desk(desk)
    desk.goto("/desk/pay/")
    look(desk, "the desk's list")
    desk.get_by_role("main").get_by_role("link", name=company.appid).click()
    look(desk, "an application at the desk")
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Approved")
    told_on(phone, "A small amount was sent")

    fen = PayApplication.objects.get().check_fen
    assert fen is not None
    console.goto(f"/console/{company.appid}/pay/")
    for left in (2, 1):
        guess(console, "0.01" if fen != 1 else "0.02")
        expect(console.get_by_text(f"Tries left: {left}.").first).to_be_visible()
    look(console, "a wrong amount, twice")
    desk.goto("/sim/bank/")
    expect(desk.get_by_role("main")).to_contain_text(f"¥0.{fen:02d}")
    look(desk, "what arrived, at the bank", in_chinese=False)
    guess(console, f"0.{fen:02d}")
    expect(console.get_by_role("heading", name="Agreement of WeChat Pay")).to_be_visible()
    look(console, "the agreement")
    console.get_by_label("I have read the agreement and agree to it").check()
    console.get_by_role("button", name="Sign by scan").click()
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{company.appid}/pay/")
    expect(console.get_by_role("main")).to_contain_text(Merchant.objects.get().mchid)
    look(console, "the merchant number")


def test_an_unverified_company_is_told_why_not(open_context: Callable[..., Page], shot, browser) -> None:
    look = looking(shot, browser)
    company = stories.organisation(administrator="ada")
    console, phone = open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, company.appid)
    console.goto(f"/console/{company.appid}/pay/")
    expect(console.get_by_role("main")).to_contain_text("Only verified Mini Programs can apply for WeChat Pay.")
    expect(console.get_by_role("button", name="Apply")).to_have_count(0)
    look(console, "not open to it, and why")


def test_two_reviewers_at_one_application(open_context: Callable[..., Page], shot, browser) -> None:
    look = looking(shot, browser)
    company = stories.verified(stories.organisation(method="wechat_verification", administrator="ada"))
    application = stories.pay_submitted(company)
    rev, sol, sol_is = open_context(), open_context(), stories.staff("sol")
    log_in_at_the_desk(rev)
    log_in_at_the_desk(sol, sol_is)

    sol.goto(f"/desk/pay/{application.pk}/")
    rev.goto("/desk/pay/")
    look(rev, "the list, a colleague looks")
    rev.keyboard.press("n")  # the next one is claimed and opened
    rev.wait_for_url(f"**/desk/pay/{application.pk}/")
    expect(rev.get_by_role("main")).to_contain_text("You have it until")
    expect(rev.locator("#presence")).to_contain_text(f"{sol_is} is looking at this")
    look(rev, "claimed by me")

    sol.get_by_role("button", name="Approve", exact=True).click()  # the page was opened before it was claimed
    expect(sol.get_by_role("main")).to_contain_text("has claimed this. Take it over, with a reason")
    expect(sol.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    look(sol, "a colleague has it")
    application.refresh_from_db()
    assert application.status == "under_review"

    sol.locator("summary").filter(has_text="Take it over").click()
    sol.get_by_role("button", name="Take over", exact=True).click()
    expect(sol.get_by_text("Say why you take it over.").first).to_be_visible()
    look(sol, "a reason is asked for", in_chinese=False)
    sol.get_by_label("Why do you take it over?").fill("Rev has gone home.")
    sol.get_by_role("button", name="Take over", exact=True).click()
    expect(sol.get_by_role("main")).to_contain_text("You have it until")

    rev.reload()
    expect(rev.get_by_role("main")).to_contain_text("Only who has claimed it decides.")
    expect(rev.get_by_role("main")).to_contain_text("Rev has gone home.")
    sol.goto("/desk/")
    look(sol, "the home of the desk, with what is mine")
    sol.get_by_role("main").get_by_role("link", name=company.appid).click()
    sol.get_by_role("button", name="Approve", exact=True).click()
    expect(sol.get_by_role("status").first).to_contain_text("Approved")
    application.refresh_from_db()
    assert (application.status, application.decided_by) == ("to_verify", sol_is)
