"""Requests that no page of ours makes: NUL in an address, a Referer that leads elsewhere, messages of another realm."""

import pytest
from django.test import Client

from platform_site.simulation import stories
from platform_site.web.realms import REALMS
from tests.house.urls import addresses
from tests.people import console, desk, devtools, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(rev) -> Client:
    """Logged in to all four realms."""
    mini_program = stories.completed()
    ada = stories.person("ada")
    return desk(devtools(phone(console(None, mini_program), ada), ada), rev)


def with_nul(route: str) -> str:
    return "/" + route.replace("<str:appid>", "%00").replace("<path:path>", "%00").replace("<path:page>", "%00")


WITH_TEXT = sorted({with_nul(a.route).replace("<int:pk>", "1").replace("<int:number>", "1") for a in addresses()})


def test_an_address_with_a_nul_in_it_does_not_exist(browser):
    hostile = [path for path in WITH_TEXT if "%00" in path]
    assert len(hostile) > 30
    assert {path: browser.get(path).status_code for path in hostile} == dict.fromkeys(hostile, 404)


def test_a_refusal_leads_back_to_a_page_of_ours_only(browser):
    """A path may begin with two slashes, and means another host then."""
    member = stories.person("ada").memberships.get()
    pressed = f"/console/{member.mini_program.appid}/identity/{member.pk}/unbind/"
    at_home = browser.post(pressed, headers={"Referer": f"http://testserver/console/{member.mini_program.appid}/"})
    elsewhere = browser.post(pressed, headers={"Referer": "http://testserver//evil.example/"})
    assert (at_home.status_code, at_home.url) == (302, f"/console/{member.mini_program.appid}/")
    assert (elsewhere.status_code, elsewhere.get("Location")) == (422, None)


def test_a_message_of_the_console_is_not_read_on_the_phone(browser):
    member = stories.person("ada").memberships.get()
    home = f"/console/{member.mini_program.appid}/"
    browser.post(f"{home}identity/{member.pk}/unbind/", headers={"Referer": f"http://testserver{home}"})

    words = "The administrator can&#x27;t be unbound."
    assert words not in browser.get("/phone/").content.decode()
    assert words in browser.get(home).content.decode()


def test_no_cookie_but_of_sessions_csrf_and_taste_is_set(browser):
    member = stories.person("ada").memberships.get()
    home = f"/console/{member.mini_program.appid}/"
    browser.post(f"{home}identity/{member.pk}/unbind/", headers={"Referer": f"http://testserver{home}"})
    for path in (home, "/phone/", "/devtools/", "/sim/"):
        browser.get(path)
    known = {realm.cookie for realm in REALMS} | {realm.csrf_cookie for realm in REALMS}
    assert set(browser.cookies) <= known


def test_only_the_phone_may_ask_for_the_camera(browser):
    asked = {path: browser.get(path).headers["Permissions-Policy"].split(", ")[0] for path in ("/", "/phone/", "/sim/")}
    assert asked == {"/": "camera=()", "/phone/": "camera=(self)", "/sim/": "camera=()"}
