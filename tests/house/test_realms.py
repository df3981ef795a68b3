"""Four realms in one browser: sessions and CSRF secrets of each by themselves."""

import re

import pytest
from django.test import Client

from platform_site.simulation import stories
from platform_site.web.realms import CONSOLE, DESK, DEVTOOLS, OPEN, PHONE, REALMS, realm_of
from tests.people import console, desk, devtools, open_platform, phone

pytestmark = pytest.mark.django_db


def token_of(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def test_taking_up_the_phone_in_one_tab_leaves_the_forms_of_the_console_in_another_good():
    mini_program = stories.completed()
    browser = console(Client(enforce_csrf_checks=True), mini_program)
    of_the_console = token_of(browser.get(f"/console/{mini_program.appid}/"))
    of_the_phone = token_of(browser.get("/phone/login/"))

    taken = browser.post("/phone/persona/", {"csrfmiddlewaretoken": of_the_phone, "persona": stories.person("ada").pk})
    left = browser.post("/logout/", {"csrfmiddlewaretoken": of_the_console})

    assert (taken.status_code, left.status_code) == (302, 302)


def test_a_token_of_one_realm_is_worth_nothing_in_another():
    mini_program = stories.completed()
    browser = console(Client(enforce_csrf_checks=True), mini_program)
    browser.get(f"/console/{mini_program.appid}/")
    of_the_phone = token_of(browser.get("/phone/login/"))

    assert browser.post("/logout/", {"csrfmiddlewaretoken": of_the_phone}).status_code == 403


def test_a_form_without_a_token_is_refused_in_each_realm(rev):
    mini_program = stories.completed()
    ada = stories.person("ada")
    strict, account = Client(enforce_csrf_checks=True), stories.open_account()
    for enter in (
        lambda: console(strict, mini_program),
        lambda: phone(strict, ada),
        lambda: devtools(strict, ada),
        lambda: desk(strict, rev),
        lambda: open_platform(strict, account),
    ):
        enter()

    pages = ["/logout/", "/phone/logout/", "/devtools/logout/", "/desk/logout/", "/sim/clock/", "/open/logout/"]
    assert {page: strict.post(page).status_code for page in pages} == dict.fromkeys(pages, 403)


def test_one_browser_holds_all_realms_and_each_logs_out_alone(rev):
    mini_program = stories.completed()
    ada = stories.person("ada")
    browser = open_platform(desk(devtools(phone(console(None, mini_program), ada), ada), rev), stories.open_account())
    home = {
        CONSOLE: f"/console/{mini_program.appid}/",
        PHONE: "/phone/",
        DEVTOOLS: "/devtools/",
        DESK: "/sim/",
        OPEN: "/open/center/",
    }
    out = {
        CONSOLE: "/logout/",
        PHONE: "/phone/logout/",
        DEVTOOLS: "/devtools/logout/",
        DESK: "/desk/logout/",
        OPEN: "/open/logout/",
    }
    inside = set(REALMS)

    for realm in REALMS:
        assert {r for r in REALMS if browser.get(home[r]).status_code == 200} == inside
        browser.post(out[realm])
        inside.discard(realm)

    assert {r for r in REALMS if browser.get(home[r]).status_code == 200} == set()


def test_each_path_belongs_to_one_realm():
    paths = {"/": CONSOLE, "/login/": CONSOLE, "/q/x": PHONE, "/phone/": PHONE, "/devtools/": DEVTOOLS, "/open/": OPEN}
    staff = {"/desk/": DESK, "/sim/": DESK}

    assert {path: realm_of(path) for path in paths | staff} == paths | staff
    assert len({realm.cookie for realm in REALMS} | {realm.csrf_cookie for realm in REALMS}) == 2 * len(REALMS)
