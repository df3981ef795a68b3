"""Registration, steps 1 and 2: the pages."""

import pytest
from captcha.models import CaptchaStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.actions import registration
from accounts.lifecycle import AccountStatus
from accounts.models import EmailKind, User
from platform_site.kernel import clock
from tests.accounts.wizard import PASSWORD, form, link_in, mails, register

pytestmark = pytest.mark.django_db
STEP_3 = "/register/information/"
MAILBOX = "platform_site.simulation.mailbox.MailboxBackend"


@pytest.fixture(autouse=True)
def _mailbox(settings) -> None:
    """Mails go where the demo's go."""
    settings.EMAIL_BACKEND = MAILBOX


@pytest.fixture
def waiting(client, deliver) -> Client:
    """A browser that has just registered new@example.com and got its mail."""
    register(client)
    deliver()
    return client


def patience() -> None:
    """The half minute that must pass between two mails."""
    cache.clear()


def test_the_type_page_compares_four_types_and_leads_on_with_one(client):
    page = client.get("/register/")
    assert [t.key for t in page.context["types"]] == ["subscription", "service", "wecom", "mini_program"]
    assert [t.key for t in page.context["types"] if t.is_ours] == ["mini_program"]
    html = page.content.decode()
    assert html.count('data-opens="elsewhere-') == 3
    assert 'data-opens="differences"' in html
    assert reverse("accounts:register_account") in html


@pytest.mark.parametrize("name", ["agreement_service", "agreement_mini_program"])
def test_both_agreements_can_be_read(client, name):
    assert "<ol" in client.get(reverse(f"accounts:{name}")).content.decode()


def test_step_1_leads_to_step_2_and_sends_a_mail(client, deliver):
    response = register(client, email="New@Example.com")
    assert (response.status_code, response.url) == (302, "/register/activation/")
    deliver()
    (mail,) = mails("new@example.com")
    assert mail.subject == "Activate your Ministage account"
    assert link_in(mail).startswith("/register/activate/")
    assert "new@example.com" in client.get("/register/activation/").content.decode()


def test_the_mail_speaks_the_language_of_the_registration(client, deliver):
    client.cookies["django_language"] = "zh-hans"
    register(client)
    from platform_site.kernel.models import AuditEvent

    assert AuditEvent.objects.get(event="accounts.account.created").data == {"language": "zh-hans"}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"email": ""}, "email", "required"),
        ({"email": "a@b"}, "email", "email_invalid"),
        ({"email": "a@b.com\r\nBcc: c@d.com"}, "email", "email_invalid"),
        ({"email": "a@bücher.example"}, "email", "email_not_ascii"),
        ({"email": "a" * 250 + "@b.com"}, "email", "email_too_long"),
        ({"email": "a\0@b.com"}, "email", "null_characters_not_allowed"),
        ({"password": ""}, "password", "required"),
        ({"password_again": "correct horse batterx"}, "password_again", "password_differs"),
        ({"password": "abcdefgh\0"}, "password", "null_characters_not_allowed"),
        ({"captcha_1": "nope"}, "captcha", "invalid"),
        ({"captcha_1": ""}, "captcha", "required"),
        ({"captcha_0": "0" * 40}, "captcha", "invalid"),
        ({"agreement": None}, "agreement", "required"),
    ],
)
def test_what_step_1_refuses(client, changed, field, code):
    response = register(client, **changed)
    assert response.status_code == 200
    found = response.context["form"].errors.as_data()
    assert list(found) == [field]
    assert (found[field][0].code or "invalid") == code
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [("sevench", "Use at least 8 characters."), ("x7" * 64 + "x", "Use at most 128 characters.")],
)
def test_a_password_against_the_rule_is_told_at_its_field(client, password, words):
    response = register(client, password=password, password_again=password)
    assert response.context["form"].errors == {"password": [words]}


def test_a_captcha_is_good_for_one_try(client):
    data = form(client, agreement=None)
    client.post("/register/account/", data)
    response = client.post("/register/account/", data | {"agreement": "on"})
    assert list(response.context["form"].errors) == ["captcha"]


def test_a_failed_submit_shows_a_new_picture_and_keeps_the_address_but_no_password(client):
    data = form(client, captcha_1="nope")
    html = client.post("/register/account/", data).content.decode()
    assert 'value="new@example.com"' in html
    assert data["captcha_0"] not in html
    assert CaptchaStore.objects.latest("pk").hashkey in html
    assert PASSWORD not in html
    assert "checked" in html  # the agreement


def test_change_picture_brings_another(client):
    first = client.get("/register/account/captcha/").content.decode()
    second = client.get("/register/account/captcha/").content.decode()
    assert first != second
    assert CaptchaStore.objects.count() == 2


def test_the_picture_is_a_picture(client):
    client.get("/register/account/")
    picture = client.get(f"/captcha/{CaptchaStore.objects.get().hashkey}/")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize("kind", [k for k in EmailKind if k != EmailKind.STAFF])
def test_each_place_of_use_has_its_error_while_typing_and_on_submit(client, kind):
    registration.claim_email("taken@example.com", kind)
    words = str(registration.in_use(kind).message)
    typed = client.post("/register/account/check-email/", {"email": "Taken@example.com"})
    assert typed.context["refusal"].code == f"email_{kind}"
    assert words.replace("'", "&#x27;") in typed.content.decode()
    sent = register(client, email="Taken@example.com")
    assert sent.context["form"].errors == {"email": [words]}
    assert not User.objects.exists()


def test_a_free_address_is_told_while_typing(client):
    html = client.post("/register/account/check-email/", {"email": "new@example.com"}).content.decode()
    assert "can be used" in html


def test_the_check_while_typing_has_a_limit_for_each_browser(client):
    registration.claim_email("taken@example.com", EmailKind.PERSONAL)
    for i in range(10):
        client.post("/register/account/check-email/", {"email": f"a{i}@example.com"})
    spent = client.post("/register/account/check-email/", {"email": "taken@example.com"})
    assert spent.context["refusal"].code == "too_many"
    unfinished = client.post("/register/account/check-email/", {"email": "taken@exam"})
    assert unfinished.context["refusal"].code == "email_invalid"  # costs nothing, tells nothing


def test_registering_has_a_limit_before_any_hashing(client):
    for _i in range(60):
        client.post("/register/account/", {})
    refused = client.post("/register/account/", form(client))
    assert refused.context["form"].non_field_errors() == ["Too many tries. Wait a moment, then try again."]
    assert 'value="new@example.com"' in refused.content.decode()
    assert not User.objects.exists()


def test_who_does_not_know_the_picture_learns_nothing_about_the_address(client):
    registration.claim_email("taken@example.com", EmailKind.PERSONAL)
    response = register(client, email="taken@example.com", captcha_1="nope")
    assert list(response.context["form"].errors) == ["captcha"]


def test_step_2_without_step_1_leads_to_step_1(client):
    for path in ("/register/activation/", "/register/activation/change/"):
        assert client.get(path).url == "/register/account/"
    assert client.post("/register/activation/resend/").url == "/login/"


def test_opening_the_link_only_asks_and_its_button_activates(waiting):
    link = link_in(mails("new@example.com")[0])
    for _i in range(2):  # mail scanners look at links
        assert Client().get(link).status_code == 200
    assert Client().head(link).status_code == 200
    assert User.objects.get().status == AccountStatus.AWAITING_ACTIVATION
    elsewhere = Client()
    elsewhere.get(link)
    response = elsewhere.post(link)
    assert (response.status_code, response.url) == (302, STEP_3)
    assert User.objects.get().status == AccountStatus.ACTIVATED
    assert elsewhere.session["_auth_user_id"] == str(User.objects.get().pk)
    assert "person_id" not in elsewhere.session


def test_activation_gives_a_new_session_id(waiting):
    before = waiting.cookies["sessionid"].value
    waiting.post(link_in(mails("new@example.com")[0]))
    assert waiting.cookies["sessionid"].value != before
    old = Client()
    old.cookies["sessionid"] = before
    assert "_auth_user_id" not in old.session


def test_a_used_link_leads_to_the_login(waiting):
    link = link_in(mails("new@example.com")[0])
    waiting.post(link)
    for again in (Client().get(link), Client().post(link)):
        assert (again.status_code, again.context["refusal"].code) == (410, "activation_used")
        assert 'href="/login/"' in again.content.decode()


def test_an_expired_link_offers_a_new_mail_to_the_same_address(waiting, deliver):
    link = link_in(mails("new@example.com")[0])
    clock.move_forward(48 * 3600)
    stranger = Client()
    page = stranger.get(link)
    assert (page.status_code, page.context["refusal"].code) == (410, "activation_expired")
    patience()
    stranger.post("/register/activation/resend/", {"token": page.context["token"]})
    deliver()
    newest = mails("new@example.com")[-1]
    assert stranger.post(link_in(newest)).url == STEP_3


def test_a_tampered_link_is_refused(waiting):
    link = link_in(mails("new@example.com")[0])
    page = waiting.post(link[:-3] + "xx/")
    assert (page.status_code, page.context["refusal"].code) == (410, "activation_unknown")


def test_resending_waits_then_replaces_the_link(waiting, deliver):
    first = link_in(mails("new@example.com")[0])
    waiting.post("/register/activation/resend/")
    deliver()
    assert len(mails("new@example.com")) == 1  # asked too soon
    patience()
    waiting.post("/register/activation/resend/")
    deliver()
    second = link_in(mails("new@example.com")[1])
    assert waiting.get(first).context["refusal"].code == "activation_unknown"
    assert waiting.post(second).url == STEP_3


def test_the_resend_button_waits_for_60_seconds(waiting):
    assert waiting.get("/register/activation/").context["wait"] in range(50, 61)


def test_filling_in_again_sends_the_mail_to_the_right_address(waiting, deliver):
    old = link_in(mails("new@example.com")[0])
    response = waiting.post("/register/activation/change/", {"email": "right@example.com"})
    assert response.url == "/register/activation/"
    deliver()
    assert waiting.get(old).context["refusal"].code == "activation_unknown"
    assert waiting.post(link_in(mails("right@example.com")[0])).url == STEP_3


def test_filling_in_an_address_in_use_tells_where(waiting):
    registration.claim_email("taken@example.com", EmailKind.CORPORATE)
    response = waiting.post("/register/activation/change/", {"email": "taken@example.com"})
    assert response.context["form"].errors == {"email": [str(registration.in_use("corporate").message)]}


def test_delivering_the_event_twice_leaves_one_mail_and_one_link(client, deliver):
    register(client)
    deliver()
    deliver()
    assert len(mails("new@example.com")) == 1


def test_no_mail_goes_to_an_account_that_was_activated_meanwhile(client, deliver):
    register(client)
    registration.activate(registration.issue_activation(User.objects.get()))
    deliver()
    assert mails("new@example.com") == []


def test_the_mailbox_is_offered_where_it_is_open(waiting, settings):
    shown = "Log in to mailbox" in waiting.get("/register/activation/").content.decode()
    settings.MAILBOX_OPEN = False
    hidden = "Log in to mailbox" in waiting.get("/register/activation/").content.decode()
    assert (shown, hidden) == (True, False)


def test_pages_that_change_something_want_the_csrf_token():
    strict = Client(enforce_csrf_checks=True)
    for path in ("/register/account/", "/register/account/check-email/", "/register/activation/resend/", "/login/"):
        assert strict.post(path, {"email": "a@b.com"}).status_code == 403
