"""A company registers by remittance and becomes proven, in real browsers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from entities.models import Standing
from platform_site.simulation import stories
from tests.journeys.organisations import (
    Company,
    Look,
    choose_category,
    confirm_entity,
    fill_in_administrator,
    fill_in_company,
    fill_in_information,
    log_in,
    looking,
    send_transfer,
)
from tests.journeys.people import log_in_at_the_desk, take_up, told_on
from verification.models import Transfer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

EMAIL = "office@quay-tea.test"
QUAY = Company("码头茶业有限公司", stories.credit_code(7))


def be_told_of_names(console: Page, look: Look) -> None:
    """What is wrong with a company's name is said while it is typed."""
    console.locator("#type-corporate").check()
    console.get_by_label("Company name").fill("海港市公共交通管理局")
    console.get_by_label("Company name").press("Tab")
    expect(console.locator("#entity-check .bad")).to_be_visible()
    look(console, "step 3, a name of another type", in_chinese=False)


def register(console: Page, phone: Page, look: Look) -> str:
    """Step 3 through the pages; returns the AppID."""
    log_in(console, EMAIL)
    console.wait_for_url("**/register/information/")
    look(console, "step 3, nothing typed")
    be_told_of_names(console, look)
    fill_in_company(console, QUAY)
    fill_in_administrator(console, phone, stories.person("ada"))
    look(console, "step 3, all typed")
    console.get_by_role("button", name="Continue").click()
    expect(console.get_by_role("dialog")).to_contain_text(QUAY.name)
    look(console, "confirm the entity", in_chinese=False)
    console.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    return confirm_entity(console)


def remit(console: Page, bank: Page, look: Look) -> None:
    """First a wrong amount, which is told on the page; then the right one, while the page waits for it."""
    look(console, "what to remit")
    log_in_at_the_desk(bank)
    bank.goto("/sim/bank/")
    look(bank, "the simulated bank")
    send_transfer(bank, QUAY.name, "Wrong amount")
    look(bank, "a wrong amount is returned", in_chinese=False)
    console.reload()
    expect(console.locator(".notice-bad")).to_contain_text(Transfer.objects.get().get_outcome_display())
    look(console, "the last transfer was wrong")
    console.get_by_role("link", name="I have remitted: check the result").click()
    expect(console.get_by_role("heading", name="The remittance is being verified")).to_be_visible()
    look(console, "the remittance is being verified")
    send_transfer(bank, QUAY.name, "Right")
    expect(console.get_by_role("heading", name="The entity is proven")).to_be_visible()
    look(console, "the entity is proven")
    for place in ("transfers", "ledger"):
        bank.goto(f"/sim/bank/{place}/")
        look(bank, f"the bank's {place}")
    expect(bank.get_by_role("main")).to_contain_text("It balances")


def test_a_company_registers_by_remittance_and_becomes_proven(open_context, shot, browser, tmp_path: Path):
    look = looking(shot, browser)
    stories.activated(email=EMAIL)
    console, bank, phone = open_context(), open_context(), open_context(phone=True)
    stories.person("ada")
    take_up(phone, "Ada")

    appid = register(console, phone, look)
    standing = Standing.objects.get(mini_program__appid=appid)
    assert standing.status == "unproven"
    console.goto(f"/console/{appid}/")
    expect(console.get_by_role("main")).to_contain_text("Waiting for the remittance")
    look(console, "home, not proven")
    console.goto(f"/console/{appid}/profile/")
    look(console, "the information is closed until then")
    console.get_by_role("main").get_by_role("link", name=re.compile("remit", re.IGNORECASE)).first.click()
    console.wait_for_url("**/remittance/")

    remit(console, bank, look)
    standing.refresh_from_db()
    assert standing.status == "proven"
    assert Transfer.objects.filter(returned_at=None).count() == 0
    told_on(phone, "Remittance verified")

    console.get_by_role("link", name="Fill in the information").click()
    fill_in_information(console, tmp_path, name="Quay Tea", introduction="Order tea by the quay and pick it up warm.")
    choose_category(console, "recommend", "catering.reviews")
    look(console, "information form")
    console.get_by_role("button", name="Submit").click()
    expect(console.get_by_role("main")).to_contain_text("Quay Tea")
    console.goto(f"/console/{appid}/")
    main = console.get_by_role("main")
    expect(main).to_contain_text("The remittance has proven who the entity is.")
    expect(main).to_contain_text("Name, avatar, introduction and service categories are filled in.")
    look(console, "home, proven and filled in")
