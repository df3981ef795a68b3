"""Logging in to the console: e-mail and password with the administrator's scan, or a scan alone."""

import pytest
from django.test import Client

from accounts.actions import programs, registration, tickets
from accounts.actions.people import create_staff
from accounts.models import MiniProgram, ScanTicket, User, WeChatPerson
from accounts.permissions import Role
from accounts.purposes import ScanPurpose
from platform_site.kernel import clock
from tests.accounts.wizard import PASSWORD, a_person, a_program, an_activated_account, confirm_on_phone

pytestmark = pytest.mark.django_db
STEP_3 = "/register/information/"


@pytest.fixture
def ada() -> WeChatPerson:
    return a_person("ada")


@pytest.fixture
def program(ada) -> MiniProgram:
    return a_program(ada, "owner@example.com")


def login(client, email="owner@example.com", password=PASSWORD, **more):
    return client.post("/login/", {"login": email, "password": password, **more})


def scan(client, person) -> None:
    """Show the QR of the page that waits, let the person confirm, and send what the panel sends."""
    client.get("/login/scan/")
    confirm_on_phone(person)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session and "person_id" in client.session


def errors(response) -> list[str]:
    return list(response.context["form"].non_field_errors())


def test_the_right_password_leads_to_the_scan_and_makes_no_session_yet(client, program):
    response = login(client)
    assert (response.status_code, response.url) == (302, "/login/scan/")
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    assert client.get(f"/console/{program.appid}/").url.startswith("/login/")


def test_the_qr_tells_the_phone_which_account(client, program):
    login(client)
    client.get("/login/scan/")
    ticket = ScanTicket.objects.get()
    assert (ticket.purpose, ticket.mini_program) == (ScanPurpose.CONSOLE_LOGIN, program)
    assert ticket.facts == {"account": "owner@example.com", "mini_program": f"Mini Program {program.appid}"}


def test_the_administrators_scan_logs_in_with_a_new_session_id(client, program, ada):
    login(client)
    scan(client, ada)
    before = client.cookies["sessionid"].value
    response = client.post("/login/scan/", {"ticket": ScanTicket.objects.get().pk})
    assert (response.status_code, response.url) == (302, f"/console/{program.appid}/")
    assert client.session["person_id"] == ada.pk
    assert client.session["_auth_user_id"] == str(program.user.pk)
    assert client.cookies["sessionid"].value != before
    old = Client()
    old.cookies["sessionid"] = before
    assert not is_in(old)


def test_the_page_asked_for_is_opened_after_both(client, program, ada):
    path = f"/console/{program.appid}/settings/"
    client.post(f"/login/?next={path}", {"login": "owner@example.com", "password": PASSWORD})
    scan(client, ada)
    assert client.post("/login/scan/", {"ticket": ScanTicket.objects.get().pk}).url == path


@pytest.mark.parametrize(
    "bad",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example", "word", "home:console"],
)
def test_next_never_leads_elsewhere(client, program, ada, bad):
    client.post("/login/", {"login": "owner@example.com", "password": PASSWORD, "next": bad})
    scan(client, ada)
    response = client.post("/login/scan/", {"ticket": ScanTicket.objects.get().pk})
    assert response.url == f"/console/{program.appid}/"


def test_a_developer_can_not_confirm_the_login(client, program):
    dev = a_person("dev")
    programs.add_member(program, person=dev, role=Role.DEVELOPER, by=program.members.get())
    login(client)
    client.get("/login/scan/")
    ticket = ScanTicket.objects.get()
    tickets.scan(ticket, by=dev)
    with pytest.raises(tickets.Refused) as refusal:
        tickets.confirm(ticket, by=dev)
    assert refusal.value.code == "ticket_no_right"
    client.post("/login/scan/", {"ticket": ticket.pk})
    assert not is_in(client)


def test_a_scan_that_was_not_confirmed_logs_nobody_in(client, program, ada):
    login(client)
    client.get("/login/scan/")
    ticket = ScanTicket.objects.get()
    client.post("/login/scan/", {"ticket": ticket.pk})
    tickets.scan(ticket, by=ada)
    client.post("/login/scan/", {"ticket": ticket.pk})
    tickets.refuse(ticket, by=ada)
    client.post("/login/scan/", {"ticket": ticket.pk})
    assert not is_in(client)


def test_a_confirmed_ticket_is_of_no_use_in_another_browser(client, program, ada):
    login(client)
    scan(client, ada)
    thief = Client()
    login(thief)
    thief.post("/login/scan/", {"ticket": ScanTicket.objects.get().pk})
    assert not is_in(thief)


def test_a_scan_for_another_purpose_or_page_does_not_pass_for_this_one(client, program, ada):
    """A ticket of the log-in by scan alone was answered for no Mini Program in particular."""
    eves = a_program(a_person("eve"), "eve@example.com")
    login(client, "eve@example.com")
    client.get("/login/by-scan/")
    ticket = confirm_on_phone(ada)
    assert ticket.mini_program is None
    client.post("/login/scan/", {"ticket": ticket.pk})
    assert not is_in(client)
    assert client.get(f"/console/{eves.appid}/").status_code == 302


def test_the_scan_page_without_a_password_leads_back(client, program):
    assert client.get("/login/scan/").url == "/login/"
    assert client.post("/login/scan/", {"ticket": 1}).url == "/login/"


def test_giving_up_forgets_the_password_that_was_right(client, program):
    login(client)
    client.post("/login/cancel/")
    assert client.get("/login/scan/").url == "/login/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("owner@example.com", "wrong horse battery"),
        ("nobody@example.com", PASSWORD),
        ("staff@example.com", PASSWORD),
        ("staff@example.com", "wrong horse battery"),
        ("closed@example.com", PASSWORD),
        ("waiting@example.com", "wrong horse battery"),
    ],
)
def test_every_wrong_login_gets_the_same_words(client, program, email, password):
    create_staff(email="staff@example.com", password=PASSWORD, name="Rev")
    registration.register_account(email="waiting@example.com", password=PASSWORD)
    closed = an_activated_account("closed@example.com")
    closed.is_active = False
    closed.save()
    response = login(client, email, password)
    assert response.status_code == 200
    assert errors(response) == ["The e-mail address or the password is wrong."]
    assert "_auth_user_id" not in client.session
    assert "pending_account" not in client.session


def test_an_unknown_address_costs_a_hash_too(client, program, monkeypatch):
    hashed = []
    real = User.set_password
    monkeypatch.setattr(User, "set_password", lambda user, raw: (hashed.append(raw), real(user, raw))[1])
    login(client, "nobody@example.com", "wrong horse battery")
    assert hashed == ["wrong horse battery"]


def test_the_address_may_be_typed_in_capitals(client, program):
    assert login(client, "Owner@Example.COM").url == "/login/scan/"


def test_an_account_that_is_not_activated_lands_on_step_2(client):
    registration.register_account(email="new@example.com", password=PASSWORD)
    assert login(client, "new@example.com").url == "/register/activation/"
    assert "new@example.com" in client.get("/register/activation/").content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unfinished_registration_lands_on_step_3(client):
    user = an_activated_account("new@example.com")
    assert login(client, "new@example.com").url == STEP_3
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "person_id" not in client.session


def test_an_unfinished_registration_is_led_to_step_3_from_everywhere(client, program):
    an_activated_account("new@example.com")
    path = f"/console/{program.appid}/"
    assert client.post(f"/login/?next={path}", {"login": "new@example.com", "password": PASSWORD}).status_code == 302
    to_login = client.get(path)
    assert to_login.url == f"/login/?next={path}"
    assert client.get(to_login.url).url == STEP_3


def test_failed_logins_have_a_limit_whatever_the_host_header_says(client, program, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for i in range(5):
        client.post("/login/", {"login": "owner@example.com", "password": "x"}, HTTP_HOST=f"h{i}.example")
    response = login(client)
    assert errors(response) == ["Too many tries. Wait a moment, then try again."]
    assert login(Client(REMOTE_ADDR="10.0.0.9"), "nobody@example.com").status_code == 200


def test_thirty_logins_a_minute_from_one_address_are_enough(client):
    for _i in range(30):
        client.post("/login/", {})
    assert client.post("/login/", {}).status_code == 429


def test_the_address_is_remembered_only_when_asked(client, program):
    login(client, remember_email="on")
    assert client.cookies["login_email"].value == "owner@example.com"
    assert client.cookies["login_email"]["httponly"]
    client.post("/login/cancel/")
    assert 'value="owner@example.com"' in client.get("/login/").content.decode()
    login(client)
    assert client.cookies["login_email"].value == ""


def by_scan(client, person, path="/login/by-scan/"):
    client.get(path)
    ticket = confirm_on_phone(person)
    return client.post(path, {"ticket": ticket.pk})


def test_a_scan_alone_logs_in_who_administers_one(client, program, ada):
    assert by_scan(client, ada).url == f"/console/{program.appid}/"
    assert client.session["person_id"] == ada.pk
    assert client.session["_auth_user_id"] == str(program.user.pk)


def test_a_scan_alone_goes_on_to_the_page_asked_for(client, program, ada):
    path = f"/console/{program.appid}/settings/"
    assert by_scan(client, ada, f"/login/by-scan/?next={path}").url == path


@pytest.mark.parametrize("bad", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "word", "a:b"])
def test_a_scan_alone_never_leads_elsewhere(client, program, ada, bad):
    assert by_scan(client, ada, f"/login/by-scan/?next={bad}").url == f"/console/{program.appid}/"


def test_who_administers_nothing_is_told_so(client, program):
    dev = a_person("dev")
    programs.add_member(program, person=dev, role=Role.DEVELOPER, by=program.members.get())
    assert by_scan(client, dev).url == "/login/by-scan/"
    assert "administers no Mini Program" in client.get("/login/by-scan/").content.decode()
    assert not is_in(client)
    assert client.get("/login/choose/").url == "/login/by-scan/"


def test_who_administers_several_chooses(client, program, ada):
    other = a_program(ada, "second@example.com")
    assert by_scan(client, ada).url == "/login/choose/"
    assert not is_in(client)
    shown = [choice.appid for choice, _name in client.get("/login/choose/").context["choices"]]
    assert shown == [program.appid, other.appid]
    assert client.post("/login/choose/", {"appid": other.appid}).url == f"/console/{other.appid}/"
    assert client.session["_auth_user_id"] == str(other.user.pk)


def test_only_what_one_administers_can_be_chosen(client, program, ada):
    a_program(ada, "second@example.com")
    eves = a_program(a_person("eve"), "eve@example.com")
    by_scan(client, ada)
    for appid in (eves.appid, "", "wx", program.appid.upper()):
        assert client.post("/login/choose/", {"appid": appid}).status_code == 404
    assert not is_in(client)


def test_choosing_has_its_time(client, program, ada):
    other = a_program(ada, "second@example.com")
    by_scan(client, ada)
    clock.move_forward(5 * 60)
    assert client.post("/login/choose/", {"appid": other.appid}).url == "/login/by-scan/"


def test_the_chooser_asks_the_same_number_of_questions_for_two_and_for_four(
    client, program, ada, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    a_program(ada, "second@example.com")
    by_scan(client, ada)
    with CaptureQueriesContext(
        connection,
    ) as two:
        client.get("/login/choose/")
    for i in range(2):
        a_program(ada, f"more{i}@example.com")
    with django_assert_num_queries(len(two)):
        client.get("/login/choose/")


def test_the_switcher_goes_over_to_another_program_of_the_same_person(client, program, ada):
    other = a_program(ada, "second@example.com")
    by_scan(client, ada)
    client.post("/login/choose/", {"appid": program.appid})
    before = client.cookies["sessionid"].value
    assert client.post(f"/switch/{other.appid}/").url == f"/console/{other.appid}/"
    assert client.session["_auth_user_id"] == str(other.user.pk)
    assert client.session["person_id"] == ada.pk
    assert client.cookies["sessionid"].value != before


def test_the_switcher_opens_nothing_of_others(client, program, ada):
    eve = a_person("eve")
    eves = a_program(eve, "eve@example.com")
    by_scan(client, ada)
    assert client.post(f"/switch/{eves.appid}/").status_code == 404
    assert client.post("/switch/wx0000000000000000/").status_code == 404
    programs.add_member(eves, person=ada, role=Role.DEVELOPER, by=eves.members.get())
    assert client.post(f"/switch/{eves.appid}/").status_code == 403
    assert client.get(f"/switch/{program.appid}/").status_code == 405
    assert client.session["_auth_user_id"] == str(program.user.pk)


def test_logging_out_ends_the_session_on_the_server(client, program, ada):
    by_scan(client, ada)
    old = Client()
    old.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(old)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/"
    assert not is_in(old)


def test_a_session_whose_person_has_left_is_led_to_the_login(client, program, ada):
    by_scan(client, ada)
    session = client.session
    del session["person_id"]
    session.save()
    path = f"/console/{program.appid}/"
    to_login = client.get(path).url
    assert client.get(to_login).status_code == 200
    assert "_auth_user_id" not in client.session
