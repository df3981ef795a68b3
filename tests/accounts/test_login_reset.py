"""A new password by mail."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from platform_site.simulation.models import Mail
from tests.accounts.wizard import PASSWORD, an_activated_account, mails

pytestmark = pytest.mark.django_db
NEW = "another horse battery"


@pytest.fixture(autouse=True)
def _mailbox(settings) -> None:
    settings.EMAIL_BACKEND = "platform_site.simulation.mailbox.MailboxBackend"


@pytest.fixture
def owner() -> User:
    return an_activated_account("owner@example.com")


def ask(client, email="owner@example.com", **more):
    return client.post("/password/reset/", {"email": email}, **more)


def link(mail: Mail) -> str:
    (path,) = re.findall(r"http://testserver(/password/reset/key/\S+)", mail.body)
    return str(path)


def change(client, path, password=NEW, again=NEW):
    form = client.get(path).url
    return client.post(form, {"password1": password, "password2": again})


def test_the_link_in_the_mail_changes_the_password(client, owner):
    assert ask(client).url == "/password/reset/done/"
    (mail,) = mails("owner@example.com")
    assert mail.subject == "Choose a new password for Ministage"
    assert change(client, link(mail)).url == "/password/reset/key/done/"
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert SESSION_KEY not in client.session


def test_the_link_works_once(client, owner):
    ask(client)
    path = link(mails("owner@example.com")[0])
    change(client, path)
    assert Client().get(path).context["token_fail"] is True


def test_the_link_works_for_two_hours(client, owner, monkeypatch):
    from datetime import datetime, timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    ask(client)
    path = link(mails("owner@example.com")[0])
    later = datetime.now() + timedelta(hours=2, seconds=2)  # noqa: DTZ005 -- Django's own, naive
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert client.get(path).context["token_fail"] is True


def test_a_tampered_link_and_one_for_another_account_are_refused(client, owner):
    other = an_activated_account("other@example.com")
    ask(client)
    path = link(mails("owner@example.com")[0])
    from allauth.account.utils import user_pk_to_url_str

    swapped = path.replace(f"/{user_pk_to_url_str(owner)}-", f"/{user_pk_to_url_str(other)}-")
    for bad in (path[:-2] + "x/", swapped):
        assert bad != path
        assert Client().get(bad).context["token_fail"] is True


def test_an_unknown_address_gets_the_same_answer(client, owner):
    known, unknown = ask(client), ask(client, "nobody@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    (mail,) = mails("nobody@example.com")
    assert "no Ministage account has this e-mail address" in mail.body
    assert "/password/reset/key/" not in mail.body


def test_the_link_points_at_our_own_address_whatever_the_host_header_says(client, owner, settings):
    settings.ALLOWED_HOSTS = ["*"]
    ask(client, HTTP_HOST="evil.example")
    ask(client, "nobody@example.com", HTTP_HOST="evil.example")
    bodies = "".join(mail.subject + mail.body for mail in Mail.objects.all())
    assert "http://testserver/password/reset/key/" in bodies
    assert "evil" not in bodies


def test_the_rules_of_passwords_hold_here_too(client, owner):
    ask(client)
    path = link(mails("owner@example.com")[0])
    short = change(client, path, "sevench", "sevench")
    assert short.context["form"].errors == {"password1": ["Use at least 8 characters."]}
    assert change(client, path, NEW, NEW + "x").context["form"].errors.keys() == {"password2"}
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_sessions_of_before_end_with_the_password(client, owner):
    client.post("/login/", {"login": "owner@example.com", "password": PASSWORD})
    assert client.get("/register/information/").status_code == 200
    elsewhere = Client()
    ask(elsewhere)
    change(elsewhere, link(mails("owner@example.com")[0]))
    assert client.get("/register/information/").status_code == 302


def test_asking_has_a_limit_for_each_address(client, owner):
    answers = [ask(client).status_code for _i in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mails("owner@example.com")) == 5


def test_a_line_break_reaches_no_header(client, owner):
    response = ask(client, "owner@example.com\r\nBcc: eve@example.com")
    assert list(response.context["form"].errors) == ["email"]
    assert not Mail.objects.exists()
