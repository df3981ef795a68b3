"""A restaurant uploads its food licence, is rejected once, hands it in again and is approved, in real browsers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from entities.models import EntityType, ServiceCategory
from platform_site.simulation import stories
from tests.journeys.organisations import (
    Look,
    choose_category,
    fill_in_information,
    looking,
    upload,
)
from tests.journeys.people import log_in_at_the_desk, scan_in, take_up, told_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

NAME, RESTAURANT, CODE = "Lighthouse Noodles", "Catering › Restaurant", "catering.restaurant"
BLURRED = "The licence number is blurred: scan it once more."


def fill_in(console: Page, appid: str, tmp_path: Path, look: Look) -> None:
    """The information form: the licence is asked for as soon as the category is ticked."""
    console.goto(f"/console/{appid}/profile/")
    fill_in_information(console, tmp_path, name=NAME, introduction="Noodles by the lighthouse, cooked while you wait.")
    choose_category(console, "recommend", "catering.reviews")
    choose_category(console, "restaurant", CODE)
    licence = console.locator(f"[data-papers-of='{CODE}'] [data-papers]")
    expect(licence).to_be_visible()
    look(console, "the licence is asked for", in_chinese=False)
    console.get_by_role("button", name="Submit").click()
    expect(console.get_by_role("alert").first).to_be_visible()
    look(console, "not without the licence", in_chinese=False)
    console.get_by_label("Avatar").set_input_files(tmp_path / "avatar.png")
    upload(console.locator(f"[data-papers-of='{CODE}'] [data-papers]"), "food licence")
    look(console, "the licence is uploaded")
    console.get_by_role("button", name="Submit").click()
    expect(console.get_by_role("main")).to_contain_text(NAME)
    look(console, "the information is filled in")


def categories_offered(console: Page, appid: str) -> list[str]:
    """What a function page of a submission may lie in."""
    console.goto(f"/console/{appid}/versions/")
    console.get_by_role("link", name="Submit for review").click()
    box = console.get_by_role("group", name="Function page 1").get_by_label("Service category")
    return [option.strip() for option in box.locator("option:not([value=''])").all_inner_texts()]


def look_at_the_licence(desk: Page, look: Look, picture: str) -> None:
    """From the desk's queue to the category with its papers."""
    desk.goto("/desk/categories/")
    look(desk, f"{picture}, the queue")
    desk.get_by_role("main").get_by_role("link", name=NAME).first.click()
    expect(desk.get_by_role("heading", name="Papers")).to_be_visible()
    look(desk, picture)


def hand_in_again(console: Page, phone: Page, appid: str, look: Look) -> None:
    """The reason is told on the phone and in the settings; another scan goes in."""
    told_on(phone, BLURRED)
    look(phone, "told of the rejection")
    console.goto(f"/console/{appid}/settings/categories/")
    expect(console.get_by_role("main")).to_contain_text(BLURRED)
    look(console, "categories, one rejected")
    console.get_by_role("link", name="Hand in other papers").click()
    upload(console.locator(f"[data-papers-of='{CODE}'] [data-papers]"), "sharper licence")
    look(console, "hand in other papers")
    console.get_by_role("button", name="Hand in", exact=True).click()
    expect(console.get_by_role("main")).to_contain_text("The desk looks at the papers")
    look(console, "under review again")


def test_a_restaurant_uploads_its_food_licence_and_is_approved(open_context, shot, browser, tmp_path: Path):
    look = looking(shot, browser)
    program = stories.remitted(stories.organisation(type=EntityType.INDIVIDUAL_BUSINESS))
    console, desk, phone = open_context(), open_context(), open_context(phone=True)
    take_up(phone, "Ada")
    scan_in(console, phone, program.appid)

    fill_in(console, program.appid, tmp_path, look)
    program.refresh_from_db()
    stories.uploaded(program)
    assert categories_offered(console, program.appid) == ["Catering › Reviews and recommendations"]
    look(console, "submit, the category can't be used yet")

    log_in_at_the_desk(desk)
    look_at_the_licence(desk, look, "a licence at the desk")
    desk.get_by_text("Reject with a reason").click()
    desk.locator("#reject textarea").fill(BLURRED)
    desk.get_by_role("button", name="Reject", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Rejected")
    hand_in_again(console, phone, program.appid, look)
    look_at_the_licence(desk, look, "the licence, second round")
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_role("status").first).to_be_visible()

    assert ServiceCategory.objects.get(code=CODE).status == "approved"
    offered = categories_offered(console, program.appid)
    assert offered == ["Catering › Reviews and recommendations", RESTAURANT]
    console.get_by_role("group", name="Function page 1").get_by_label("Service category").select_option(
        label=RESTAURANT
    )
    look(console, "submit, the category can be used", in_chinese=False)
