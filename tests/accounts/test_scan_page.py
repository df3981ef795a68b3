"""The screen that waits for a scan: its page, its polls, a fresh QR, and who may use a confirmed ticket."""

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.actions import tickets
from accounts.models import ScanTicket, ServiceNotification
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.web.realms import CONSOLE, DESK, DEVTOOLS
from tests.accounts.scans import pass_time, shown_in
from tests.people import phone

HTMX = {"HX-Request": "true"}


def wait(ticket, prefix=""):
    return f"{prefix}/scan/{ticket.pk}/"


def poll(client, ticket, *, seen="", prefix="", form=""):
    return client.get(f"{prefix}/scan/{ticket.pk}/status/", {"seen": seen, "form": form}, headers=HTMX)


def shown_state(response):
    """(the status the panel shows, does it ask again, does it send itself)"""
    page = response.content.decode()
    status = re.search(r'data-ticket-status="(\w+)"', page).group(1)
    return status, "hx-get" in page, "data-submit-now" in page


def brought_to(state, ticket, person):
    if state in ("scanned", "confirmed", "refused", "consumed"):
        tickets.scan(ticket, by=person)
    if state in ("confirmed", "consumed"):
        tickets.confirm(ticket, by=person)
    if state == "refused":
        tickets.refuse(ticket, by=person)
    if state == "consumed":
        tickets.consume(ticket, purpose=ScanPurpose.DEVTOOLS_LOGIN)
    if state == "expired":
        pass_time(minutes=5)


@pytest.mark.parametrize(("realm", "prefix"), [(CONSOLE, ""), (DEVTOOLS, "/devtools"), (DESK, "/desk")])
def test_the_waiting_page_is_that_of_the_browser_and_realm_that_asked(realm, prefix, db):
    client = Client()
    ticket = shown_in(client, realm=realm)

    page = client.get(wait(ticket, prefix))

    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert f"{ticket.typed_code[:4]} {ticket.typed_code[4:]}" in page.content.decode()
    others = {"", "/devtools", "/desk"} - {prefix}
    assert [client.get(wait(ticket, other)).status_code for other in others] == [404, 404]


@pytest.mark.parametrize("page", ["", "status/", "refresh/"])
def test_any_other_browser_finds_no_such_page(page, ada):
    client, stranger, anonymous = Client(), Client(), Client()
    ticket = shown_in(client)
    shown_in(stranger)
    verb = "post" if page == "refresh/" else "get"

    for other in (stranger, anonymous, phone(None, ada)):
        assert getattr(other, verb)(wait(ticket) + page).status_code == 404
    assert CONSOLE.cookie not in anonymous.cookies  # a look from outside opens no session
    assert getattr(client, verb)(wait(ticket) + page).status_code in (200, 302)


def test_a_poll_of_a_browser_that_lost_its_session_gets_a_line_and_stops(db):
    client = Client()
    ticket = shown_in(client)
    client.cookies.clear()

    lost = poll(client, ticket)

    assert lost.status_code == 404
    assert ("hx-get" in lost.content.decode(), "<html" in lost.content.decode()) == (False, False)
    assert 'role="alert"' in lost.content.decode()


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "9" * 50])
def test_numbers_without_a_ticket_find_nothing(number, db):
    client = Client()
    shown_in(client)
    assert client.get(f"/scan/{number}/").status_code == 404
    assert client.get(f"/scan/{number}/status/").status_code == 404


STATES = {  # state → (does it ask again, does it send itself)
    "waiting": (True, False),
    "scanned": (True, False),
    "confirmed": (False, True),
    "refused": (False, False),
    "expired": (False, False),
    "consumed": (False, False),
}


@pytest.mark.parametrize("state", list(STATES))
def test_a_poll_shows_each_state_and_says_nothing_new_when_it_was_seen(state, ada):
    client = Client()
    ticket = shown_in(client)
    brought_to(state, ticket, ada)

    assert shown_state(poll(client, ticket)) == (state, *STATES[state])
    assert poll(client, ticket, seen=state).status_code == 204


def test_a_page_opened_with_a_confirmed_ticket_waits_for_a_press(ada):
    """A refused act leads back to this page: it must not send itself in circles."""
    client = Client()
    ticket = shown_in(client)
    brought_to("confirmed", ticket, ada)

    page = client.get(wait(ticket))

    assert shown_state(page) == ("confirmed", False, False)
    assert 'action="/then/"' in page.content.decode()


def test_the_page_says_what_is_asked_of_whom_and_shows_the_qr_of_the_code(ada):
    mini_program = stories.registered()
    client = Client()
    ticket = shown_in(
        client,
        purpose=ScanPurpose.RELEASE_PUBLISH,
        mini_program=mini_program,
        permission=Permission.RELEASE_PUBLISH,
        facts={"mini_program": "<Harbour>", "version": "1.0.0"},
        back="/back/",
    )
    page = client.get(wait(ticket)).content.decode()

    said = ["Publish a version", "The administrator of &lt;Harbour&gt; scans", "1.0.0", 'href="/back/"', "<svg"]
    assert [text for text in said if text not in page] == []
    assert (ticket.code in page, "<Harbour>" in page) == (False, False)  # the code is in the picture only


def test_inside_a_form_of_the_page_the_ticket_belongs_to_that_form_and_waits(ada):
    client = Client()
    ticket = shown_in(client)
    brought_to("confirmed", ticket, ada)

    panel = poll(client, ticket, form="information")

    text = panel.content.decode()
    assert f'name="ticket" value="{ticket.pk}" form="information"' in text
    assert "form=information" in text  # its polls remember
    assert shown_state(panel) == ("confirmed", True, False)
    assert 'form="' not in poll(client, ticket, form='x"><script>').content.decode()


def test_a_fresh_qr_replaces_the_old_one(ada):
    client = Client()
    old = shown_in(client, payload={"build": 7}, then="/then/7/")

    panel = client.post(wait(old) + "refresh/", headers=HTMX)

    old.refresh_from_db()
    new = ScanTicket.objects.latest("pk")
    assert (old.status, new.status, new.payload) == ("expired", "waiting", {"build": 7})
    assert shown_state(panel) == ("waiting", True, False)
    assert 'action="/then/7/"' in client.get(wait(new)).content.decode()
    assert client.get(wait(old)).status_code == 404
    assert client.post(wait(new) + "refresh/").headers["Location"] == wait(ScanTicket.objects.latest("pk"))


def test_a_second_press_on_refresh_gets_a_line_and_opens_nothing(db):
    client = Client()
    ticket = shown_in(client)
    pressed = [client.post(wait(ticket) + "refresh/", headers=HTMX) for _i in range(2)]
    assert [answer.status_code for answer in pressed] == [200, 404]
    assert "<html" not in pressed[1].content.decode()
    assert ScanTicket.objects.count() == 2


def test_a_fresh_qr_is_asked_by_post_only(db):
    client = Client()
    ticket = shown_in(client)
    assert client.get(wait(ticket) + "refresh/").status_code == 405
    assert Client(enforce_csrf_checks=True, headers={}).post(wait(ticket) + "refresh/").status_code == 403
    assert ScanTicket.objects.get().status == "waiting"


def test_who_polls_too_often_is_slowed_down_politely(db):
    client = Client()
    ticket = shown_in(client)
    limit = int(RULES.rates.ticket_poll.split("/")[0])
    answers = [poll(client, ticket, seen="waiting") for _i in range(limit)]
    too_often = poll(client, ticket, seen="nothing yet")

    assert {(a.status_code, a.headers.get("Retry-After")) for a in answers} == {(204, None)}
    assert (too_often.status_code, too_often.headers["Retry-After"], too_often.content) == (204, "5", b"")


def test_one_browser_opens_at_most_thirty_tickets_a_minute(db):
    client = Client()
    answers = [client.get(reverse("accounts:login_by_scan")).status_code for _i in range(31)]
    assert (answers[:30], answers[30]) == ([200] * 30, 422)
    assert ScanTicket.objects.count() == 30


def test_one_address_can_not_open_ten_thousand_with_new_browsers(db):
    for _i in range(300):
        shown_in(Client())
    assert Client().get(reverse("accounts:login_by_scan")).status_code == 422


# --- using a confirmed ticket: on a real page that does --------------------------------------------------------------

LOGIN = "/login/by-scan/"


def confirmed_login(client, person):
    client.get(LOGIN)
    ticket = ScanTicket.objects.latest("pk")
    brought_to("confirmed", ticket, person)
    return ticket


def reused():
    return list(AuditEvent.objects.filter(event="accounts.ticket.reused").values_list("actor_kind", "data"))


def send_in(client, ticket):
    return client.post(
        LOGIN, {"ticket": ticket if isinstance(ticket, str) else ticket.pk}, HTTP_REFERER=f"http://testserver{LOGIN}"
    )


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_the_browser_that_showed_the_ticket_uses_it(ada):
    stories.registered()
    client = Client()
    ticket = confirmed_login(client, ada)
    send_in(client, ticket)
    assert is_logged_in(client)
    ticket.refresh_from_db()
    assert ticket.status == "consumed"


def test_another_browser_can_not_use_it_and_the_attempt_is_recorded_and_told(ada):
    stories.registered()
    client, thief = Client(), Client()
    ticket = confirmed_login(client, ada)
    thief.get(LOGIN)
    ServiceNotification.objects.all().delete()

    answer = send_in(thief, ticket)

    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["This needs a fresh scan."]
    assert not is_logged_in(thief)
    expected = {"purpose": "console_login", "status": "confirmed", "from": "127.0.0.1"}
    assert reused() == [("system", expected)]
    assert [n.person for n in ServiceNotification.objects.all()] == [ada]
    send_in(client, ticket)
    assert is_logged_in(client)  # the rightful browser is not disturbed


def test_a_ticket_sent_in_twice_counts_once_and_is_recorded(ada):
    stories.registered()
    client = Client()
    ticket = confirmed_login(client, ada)
    send_in(client, ticket)
    answer = send_in(client, ticket)
    assert answer.status_code in (302, 422)
    assert [data["status"] for _kind, data in reused()] == ["consumed"]


@pytest.mark.parametrize("state", ["waiting", "scanned", "refused", "expired"])
def test_a_ticket_that_is_not_confirmed_opens_nothing(state, ada):
    stories.registered()
    client = Client()
    client.get(LOGIN)
    ticket = ScanTicket.objects.latest("pk")
    brought_to(state, ticket, ada)
    send_in(client, ticket)
    assert not is_logged_in(client)


@pytest.mark.parametrize("number", ["", "0", "-1", "1e3", "１", "9" * 30, "1 or 1=1", "\0"])
def test_a_ticket_number_of_nonsense_is_refused(number, db):
    client = Client()
    client.get(LOGIN)
    assert send_in(client, number).status_code == 302
    assert not is_logged_in(client)
    assert reused() == []


def test_who_sends_in_foreign_tickets_again_and_again_is_stopped(ada):
    ticket = confirmed_login(Client(), ada)
    thief = Client()
    thief.get(LOGIN)
    for _i in range(35):
        send_in(thief, ticket)
    assert len(reused()) == 30


def test_one_purpose_can_not_stand_in_for_another(ada):
    stories.registered()
    client = Client()
    ticket = shown_in(client, purpose=ScanPurpose.DEVTOOLS_LOGIN, then=LOGIN)
    brought_to("confirmed", ticket, ada)
    send_in(client, ticket)
    assert not is_logged_in(client)
    ticket.refresh_from_db()
    assert ticket.status == "confirmed"


def test_a_poll_costs_the_same_however_many_tickets_the_browser_shows(db, django_assert_num_queries):
    client = Client()
    for _i in range(3):
        ticket = shown_in(client)
    poll(client, ticket)
    with django_assert_num_queries(3):  # clock, session, ticket
        poll(client, ticket, seen="waiting")
