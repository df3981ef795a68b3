"""A government body pays nothing and is verified, in real browsers."""

import pytest
from playwright.sync_api import Page, expect

from entities.models import EntityType
from platform_site.simulation import stories
from tests.journeys.organisations import (
    Look,
    fill_in_papers,
    looking,
    open_application,
    pass_it,
    phone_the_contact,
)
from tests.journeys.people import log_in_at_the_desk, scan_in, take_up, told_on
from verification.models import PaymentOrder, Verification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

OFFICE = "海港市公共交通管理局"


def members_that_can_be_bound(console: Page, appid: str, developers: int, experiencers: int) -> None:
    """User Identity says so."""
    console.goto(f"/console/{appid}/identity/")
    expect(console.locator("[aria-labelledby=developers]")).to_contain_text(f"0 / {developers}")
    expect(console.locator("[aria-labelledby=experiencers]")).to_contain_text(f"0 / {experiencers}")


def apply(console: Page, phone: Page, look: Look) -> None:
    """From the console's home through the wizard; there is neither invoice nor payment in it."""
    console.get_by_role("main").get_by_role("link", name="Start verification").first.click()
    look(console, "details, not verified")
    console.get_by_role("button", name="Apply").click()
    look(console, "agreement")
    console.get_by_label("I have read the agreement").check()
    console.get_by_role("button", name="Next step").click()
    console.get_by_label("Government agency").check()
    look(console, "what kind of entity")
    console.get_by_role("button", name="Continue").click()
    steps = console.locator("ol.steps")
    expect(steps).to_contain_text("Papers")
    expect(steps).not_to_contain_text("Payment")
    look(console, "papers, nothing typed")
    papers = ["organisation_code", "operator_id_front", "operator_id_back", "application_letter"]
    fill_in_papers(console, phone, stories.person("ada"), papers)
    look(console, "papers, all there")
    console.get_by_role("button", name="Next step").click()
    expect(console.get_by_role("heading", name="Confirm the name")).to_be_visible()
    look(console, "confirm the name")
    console.get_by_role("button", name="Hand in the application").click()
    expect(console.get_by_role("main")).to_contain_text("The application is with an audit institution")
    look(console, "under audit")


def audit(desk: Page, look: Look) -> None:
    """The desk phones the contact and passes; it can't pass before."""
    log_in_at_the_desk(desk)
    desk.goto("/desk/verifications/")
    look(desk, "the queue of verifications")
    open_application(desk, OFFICE)
    expect(desk.get_by_role("button", name="Pass", exact=True)).to_be_disabled()
    look(desk, "an application at the desk")
    phone_the_contact(desk)
    look(desk, "the contact has confirmed", in_chinese=False)
    pass_it(desk)
    look(desk, "passed")
    desk.goto("/desk/verifications/?show=decided")
    desk.get_by_role("main").get_by_role("link", name=OFFICE).click()
    expect(desk.get_by_role("main")).to_contain_text("decided by Rev Gao")
    look(desk, "the decided application", in_chinese=False)


def test_a_government_body_pays_nothing_and_is_verified(open_context, shot, browser):
    look = looking(shot, browser)
    program = stories.organisation(type=EntityType.GOVERNMENT, name=OFFICE)
    console, desk, phone = open_context(), open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, program.appid)

    members_that_can_be_bound(console, program.appid, 10, 20)
    look(console, "user identity, not verified")
    console.goto(f"/console/{program.appid}/")
    look(console, "home, not verified")
    apply(console, phone, look)
    audit(desk, look)

    assert Verification.objects.get().fee_fen == 0
    assert PaymentOrder.objects.count() == 0
    told_on(phone, "verified")
    look(phone, "told of it")
    members_that_can_be_bound(console, program.appid, 20, 40)
    look(console, "user identity, verified")
    console.goto(f"/console/{program.appid}/settings/verification/")
    look(console, "details, verified")
    console.goto(f"/console/{program.appid}/")
    expect(console.get_by_role("main")).to_contain_text("The entity is verified until")
    look(console, "home, verified")
