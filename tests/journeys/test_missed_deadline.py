"""A company misses the deadline by the moved clock, is told, and registers again, in real browsers."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from entities.models import Standing
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.journeys.organisations import (
    Company,
    confirm_entity,
    fill_in_administrator,
    fill_in_company,
    log_in,
    looking,
)
from tests.journeys.people import log_in_at_the_desk, scan_in, take_up, told_on
from verification.models import Remittance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

EMAIL = "office@late-lamps.test"
LAMPS = Company("迟到灯具有限公司", stories.credit_code(11))


def move_the_clock(desk: Page, days: int) -> None:
    """Staff move the world's clock forward on its page."""
    desk.goto("/sim/clock/")
    desk.get_by_label("How far").fill(str(days))
    desk.get_by_label("Unit").select_option("days")
    desk.get_by_role("button", name="Move the clock", exact=True).click()
    expect(desk.get_by_role("status").first).to_be_visible()


def test_a_company_misses_the_deadline_and_registers_again_with_the_same_email(open_context, shot, browser):
    look = looking(shot, browser)
    ada = stories.person("ada")
    program = stories.organisation(email=EMAIL, name=LAMPS.name, number=LAMPS.number)
    console, desk, phone = open_context(), open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, program.appid)
    console.goto(f"/console/{program.appid}/remittance/")
    expect(console.get_by_role("timer")).to_contain_text("9 days")

    log_in_at_the_desk(desk)
    move_the_clock(desk, 9)
    look(desk, "the clock, nine days on")
    told_on(phone, "has not arrived yet")
    look(phone, "reminded")
    console.reload()
    expect(console.get_by_role("timer")).to_be_visible()
    look(console, "one day left")
    assert clock.now() < Remittance.objects.get().expires_at + timedelta(seconds=1)

    move_the_clock(desk, 1)
    look(desk, "the clock, the deadline has passed")
    assert Standing.objects.get().status == "failed"
    told_on(phone, "Registration failed")
    look(phone, "told of the failure")
    console.goto(f"/console/{program.appid}/remittance/")
    console.wait_for_url("**/register/failed/")
    console.context.clear_cookies()
    log_in(console, EMAIL)  # no scan: nobody administers it any more
    console.wait_for_url("**/register/failed/")
    expect(console.get_by_role("heading", name="The registration has failed")).to_be_visible()
    look(console, "the registration has failed")

    console.get_by_role("button", name="Start registration again").click()
    console.wait_for_url("**/register/information/")
    fill_in_company(console, LAMPS)
    fill_in_administrator(console, phone, ada)
    look(console, "step 3 again, with the same code")
    appid = confirm_entity(console)
    assert appid != program.appid
    look(console, "what to remit, anew")
    states = Standing.objects.order_by("pk").values_list("mini_program__appid", "status")
    assert list(states) == [(program.appid, "failed"), (appid, "unproven")]
