"""The phone: who holds it, its inboxes and settings."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.actions.people import create_person
from accounts.door import PERSON_KEY
from accounts.models import WeChatPerson
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD, PEOPLE
from tests.people import console, phone

PAGES = ["/phone/", "/phone/scan/", "/phone/messages/", "/phone/sms/", "/phone/me/", "/phone/me/settings/"]
PAGES += ["/phone/me/card/", "/phone/tickets/1/", "/q/anything"]
NEW = {"nickname": "Lin", "wechat_id": "lin_1990", "phone": "139 1111 2222", "password": "harbour-tea-42"}
POSTS = ["/phone/messages/read/", "/phone/sms/read/", "/phone/scan/decode/", "/phone/tickets/1/confirm/"]
POSTS += ["/phone/tickets/1/refuse/"]


def who(client):
    """The person of the phone's session."""
    cookie = client.cookies.get("phone_session")
    from django.contrib.sessions.backends.db import SessionStore

    return SessionStore(cookie.value).get(PERSON_KEY) if cookie else None


def errors(response, name="form"):
    """{field: [code]} of the form on this page."""
    return {field: [error.code for error in found.as_data()] for field, found in response.context[name].errors.items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_phone_that_nobody_holds_shows_the_log_in(page, db):
    assert Client().get(page).headers["Location"] == f"/phone/login/?next={page}"


@pytest.mark.parametrize("page", POSTS)
def test_a_phone_that_nobody_holds_does_nothing(page, db):
    assert Client().post(page).headers["Location"] == f"/phone/login/?next={page}"


@pytest.mark.parametrize("page", PAGES[:-2])
def test_each_page_opens_without_inline_code_and_in_both_languages(page, ada):
    client = phone(None, ada)
    for language in ("en", "zh-hans"):
        answer = client.get(page, headers={"accept-language": language})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert [bad for bad in ("<script>", " style=", " onclick=", "javascript:") if bad in text] == []
        assert text.count("<h1") == 1


def test_a_console_session_is_no_phone(ada):
    client = console(None, stories.registered())
    assert client.get("/phone/").status_code == 302
    assert phone(None, ada).get("/logout/").status_code in (302, 405)


# --- log in, sign up, personas ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["{wechat_id}", " {wechat_id} ", "UPPER", "{phone}", "local"])
def test_the_wechat_id_or_the_phone_number_opens_the_phone(name, ada):
    names = {"UPPER": ada.wechat_id.upper(), "local": ada.phone.removeprefix("+86")}
    client = Client()
    typed = names.get(name, name.format(wechat_id=ada.wechat_id, phone=ada.phone))
    answer = client.post("/phone/login/", {"name": typed, "password": PASSWORD})
    assert (answer.headers["Location"], who(client)) == ("/phone/", ada.pk)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("{id}", "wrong"),
        ("{id}", PASSWORD.upper()),
        ("nobody_at_all", PASSWORD),
        ("+8613912345678", "x"),
        ("{id}", " "),
    ],
)
def test_a_wrong_name_and_a_wrong_password_read_the_same(name, password, ada):
    client = Client()
    answer = client.post("/phone/login/", {"name": name.format(id=ada.wechat_id), "password": password})
    assert (answer.status_code, who(client)) == (200, None)
    assert errors(answer) == {"__all__": ["login_wrong"]}


def test_a_person_without_password_is_not_logged_in_by_an_empty_one(db):
    person = create_person(nickname="No password", phone="+8613900003333", wechat_id="no_password")
    assert person.password == ""
    for password in ("", " ", "x"):
        client = Client()
        client.post("/phone/login/", {"name": "no_password", "password": password})
        assert who(client) is None


def test_guessing_one_persons_password_is_stopped_and_others_are_not(ada, eve):
    client = Client()
    codes = [
        errors(client.post("/phone/login/", {"name": ada.wechat_id.upper(), "password": f"no {i}"}))["__all__"][0]
        for i in range(12)
    ]
    assert codes == ["login_wrong"] * 10 + ["too_many"] * 2
    client.post("/phone/login/", {"name": eve.wechat_id, "password": PASSWORD})
    assert who(client) == eve.pk


@pytest.mark.parametrize(
    ("goal", "leads"),
    [
        ("/q/abc", "/q/abc"),
        ("/phone/me/", "/phone/me/"),
        ("//evil.example", "/phone/"),
        ("https://evil.example/phone/", "/phone/"),
        ("javascript:alert(1)", "/phone/"),
        ("/login/", "/phone/"),
        ("/phone\\@evil.example", "/phone/"),
        ("", "/phone/"),
    ],
)
def test_after_the_log_in_one_goes_on_to_a_page_of_the_phone_only(goal, leads, ada):
    answer = Client().post("/phone/login/", {"name": ada.wechat_id, "password": PASSWORD, "next": goal})
    assert answer.headers["Location"] == leads


def test_the_session_is_a_new_one_after_the_log_in(ada):
    client = phone(None, stories.person("eve"))
    before = client.cookies["phone_session"].value
    client.post("/phone/login/", {"name": ada.wechat_id, "password": PASSWORD})
    assert client.cookies["phone_session"].value != before
    old = Client()
    old.cookies["phone_session"] = before
    assert old.get("/phone/").status_code == 302  # the session of the one before is gone


def test_log_out_ends_the_session_on_the_server(ada):
    client = phone(None, ada)
    before = client.cookies["phone_session"].value
    assert client.get("/phone/logout/").status_code == 405
    client.post("/phone/logout/")
    old = Client()
    old.cookies["phone_session"] = before
    assert old.get("/phone/").status_code == 302


def test_a_persona_is_picked_up_in_the_demo_only(ada, settings):
    person = create_person(nickname="Private", phone="+8613900003333", wechat_id="private_1")
    client = Client()
    assert client.post("/phone/persona/", {"persona": person.pk}).status_code == 404
    assert client.get("/phone/persona/").status_code == 405
    client.post("/phone/persona/", {"persona": ada.pk})
    assert who(client) == ada.pk

    settings.DEMO = False
    closed = Client()
    assert closed.post("/phone/persona/", {"persona": ada.pk}).status_code == 404
    assert (ada.nickname in closed.get("/phone/login/").content.decode(), who(closed)) == (False, None)


@pytest.mark.parametrize("number", ["", "0", "-1", "99999999999999999999", "x", "１"])
def test_a_persona_that_does_not_exist_is_not_found(number, ada):
    assert Client().post("/phone/persona/", {"persona": number}).status_code == 404


def test_a_new_person_signs_up_and_holds_the_phone(db):
    client = Client()
    answer = client.post("/phone/signup/", {**NEW, "next": "/q/abc"})
    person = WeChatPerson.objects.get()
    assert (answer.headers["Location"], who(client)) == ("/q/abc", person.pk)
    assert (person.nickname, person.wechat_id, person.phone) == ("Lin", "lin_1990", "+8613911112222")
    assert (person.is_persona, person.is_real_name, SESSION_KEY in client.session) == (False, False, False)
    assert person.check_password("harbour-tea-42")


def test_a_bank_card_can_be_bound_at_sign_up(db):
    character = PEOPLE["ada"]
    Client().post("/phone/signup/", {**NEW, "real_name": character.real_name, "id_number": character.id_number})
    assert WeChatPerson.objects.get().is_real_name


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"wechat_id": "lin"}, "wechat_id", "wechat_id_invalid"),
        ({"wechat_id": "1lin_1990"}, "wechat_id", "wechat_id_invalid"),
        ({"wechat_id": "lin 1990"}, "wechat_id", "wechat_id_invalid"),
        ({"wechat_id": "l" * 21}, "wechat_id", "max_length"),
        ({"wechat_id": PEOPLE["ada"].wechat_id.upper()}, "wechat_id", "wechat_id_taken"),
        ({"phone": "12"}, "phone", "phone_invalid"),
        ({"phone": PEOPLE["ada"].phone}, "phone", "phone_taken"),
        ({"nickname": "\u200b"}, "nickname", "nickname_invalid"),
        ({"nickname": ""}, "nickname", "required"),
        ({"password": "short"}, "password", None),
        ({"password": "p" * 129}, "password", "max_length"),
        ({"real_name": "Lin"}, "id_number", "both"),
        ({"real_name": "Lin", "id_number": "110101199003070001"}, "id_number", "id_number_invalid"),
        ({"email": "a@b"}, "email", "invalid"),
    ],
)
def test_wrong_input_is_named_at_its_field_and_nobody_is_made(change, field, code, ada):
    before = WeChatPerson.objects.count()
    found = errors(Client().post("/phone/signup/", {**NEW, **change}))
    assert list(found) == [field]
    if code is not None:
        assert found[field] == [code]
    assert WeChatPerson.objects.count() == before
