"""Staff log in to the desk, in a realm of their own, with a second factor where they have one."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.actions.people import create_staff
from accounts.models import User
from tests.accounts.wizard import PASSWORD, a_person, a_program, an_activated_account
from tests.people import console, desk

pytestmark = pytest.mark.django_db
TWO_FACTORS = "/desk/account/2fa/"


@pytest.fixture
def rev() -> User:
    return create_staff(email="rev@example.com", password=PASSWORD, name="Rev")


def login(client, email="rev@example.com", password=PASSWORD, **more):
    return client.post("/desk/login/", {"login": email, "password": password, **more})


def session_of(client, cookie):
    from importlib import import_module

    from django.conf import settings

    morsel = client.cookies.get(cookie)
    return import_module(settings.SESSION_ENGINE).SessionStore(morsel.value if morsel else None)


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def turn_on(client) -> str:
    """Walk the pages that turn the authenticator app on; returns its secret."""
    page = client.get(TWO_FACTORS + "totp/activate/", follow=True)
    if page.redirect_chain:
        client.post(page.redirect_chain[-1][0], {"password": PASSWORD})
        page = client.get(TWO_FACTORS + "totp/activate/")
    secret = page.context["form"].secret
    client.post(TWO_FACTORS + "totp/activate/", {"code": code_for(secret)})
    return str(secret)


def test_staff_log_in_at_the_desk_and_nowhere_else(client, rev):
    response = login(client)
    assert (response.status_code, response.url) == (302, "/desk/")
    assert session_of(client, "desk_session")["_auth_user_id"] == str(rev.pk)
    assert "_auth_user_id" not in session_of(client, "sessionid")


def test_logging_in_gives_a_new_session_id(client, rev):
    client.get("/desk/login/")
    session = session_of(client, "desk_session")
    session["before"] = 1
    session.save()
    client.cookies["desk_session"] = session.session_key
    login(client)
    assert client.cookies["desk_session"].value != session.session_key


@pytest.mark.parametrize(
    ("email", "password"),
    [("rev@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("owner@example.com", PASSWORD)],
)
def test_everybody_else_gets_the_same_words(client, rev, email, password):
    an_activated_account("owner@example.com")
    response = login(client, email, password)
    assert list(response.context["form"].non_field_errors()) == ["The e-mail address or the password is wrong."]
    assert "_auth_user_id" not in session_of(client, "desk_session")


def test_next_stays_here(client, rev):
    assert login(client, next="https://evil.example/").url == "/desk/"
    assert login(Client(), next="/sim/").url == "/sim/"


def test_a_desk_session_does_not_open_the_console_nor_the_reverse(client, rev):
    mini_program = a_program(a_person("ada"))
    login(client)
    client.cookies["sessionid"] = client.cookies["desk_session"].value
    assert client.get(f"/console/{mini_program.appid}/").url.startswith("/login/")
    other = console(None, mini_program, mini_program.members.get().person)
    other.cookies["desk_session"] = other.cookies["sessionid"].value
    assert other.get(TWO_FACTORS).status_code == 404
    assert other.get("/desk/").status_code == 404


def test_logging_out_ends_the_session_on_the_server(client, rev):
    login(client)
    old = client.cookies["desk_session"].value
    assert client.post("/desk/logout/").url == "/desk/login/"
    again = Client()
    again.cookies["desk_session"] = old
    assert again.get(TWO_FACTORS).status_code == 302


def test_the_second_factor_pages_are_for_staff(client, rev):
    assert client.get(TWO_FACTORS).url == f"/desk/login/?next={TWO_FACTORS}"
    assert desk(client, rev).get(TWO_FACTORS).status_code == 200


def test_turning_the_authenticator_on_asks_for_the_password_and_encrypts_the_secret(client, rev):
    login(client)
    page = client.get(TWO_FACTORS + "totp/activate/")
    assert page.url.startswith("/desk/account/reauthenticate/")
    secret = turn_on(client)
    stored = Authenticator.objects.get(user=rev, type="totp")
    assert secret not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == secret


def test_with_the_authenticator_the_password_is_not_enough(client, rev):
    secret = turn_on_for(rev)
    response = login(client)
    assert response.url == "/desk/account/2fa/authenticate/"
    assert "_auth_user_id" not in session_of(client, "desk_session")
    wrong = client.post(TWO_FACTORS + "authenticate/", {"code": "000000"})
    assert list(wrong.context["form"].errors) == ["code"]
    done = client.post(TWO_FACTORS + "authenticate/", {"code": code_for(secret)})
    assert (done.status_code, done.url) == (302, "/desk/")
    assert session_of(client, "desk_session")["_auth_user_id"] == str(rev.pk)


def turn_on_for(user: User) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return str(secret)


def test_a_recovery_code_stands_in_once(client, rev):
    turn_on_for(rev)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(rev).get_unused_codes()[0]
    login(client)
    assert client.post(TWO_FACTORS + "authenticate/", {"code": code}).url == "/desk/"
    again = Client()
    login(again)
    assert list(again.post(TWO_FACTORS + "authenticate/", {"code": code}).context["form"].errors) == ["code"]


def test_where_a_second_factor_is_required_the_desk_asks_for_it(client, rev, settings):
    settings.STAFF_SECOND_FACTOR = True
    login(client)
    assert client.get("/desk/").url == TWO_FACTORS + "totp/activate/"
    turn_on(client)
    assert client.get("/desk/").status_code == 200


def test_the_demo_says_that_it_does_without(client, rev, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert "without a second factor" in client.get("/desk/login/").content.decode()
    login(client)
    assert "without a second factor" in client.get(TWO_FACTORS).content.decode()
    settings.STAFF_SECOND_FACTOR = True
    assert "without a second factor" not in Client().get("/desk/login/").content.decode()


def test_recovery_codes_can_be_seen_made_anew_and_taken_along(client, rev):
    login(client)
    turn_on(client)
    assert len(client.get(TWO_FACTORS + "codes/").context["unused_codes"]) == 10
    client.post(TWO_FACTORS + "codes/new/")
    taken = client.get(TWO_FACTORS + "codes/file/")
    assert len(taken.content.split()) == 10
    client.post(TWO_FACTORS + "totp/deactivate/")
    assert not Authenticator.objects.filter(user=rev, type="totp").exists()
