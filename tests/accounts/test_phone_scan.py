"""The phone scans and answers: /q/ addresses, pictures, typed codes, confirm and refuse."""

import pytest
from django.test import Client

from accounts.actions import tickets
from accounts.actions.programs import add_member
from accounts.actions.tickets import make_link
from accounts.models import ScanTicket
from accounts.permissions import Permission, Role
from accounts.purposes import ScanPurpose
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.accounts.scans import pass_time, shown_in, ticket_for, ticket_in
from tests.people import phone


def status():
    return ScanTicket.objects.latest("pk").status


def answer(client, ticket, verb):
    return client.post(f"/phone/tickets/{ticket.pk}/{verb}/", follow=True)


# --- /q/ -------------------------------------------------------------------------------------------------------------


def test_scanning_leads_to_the_question_and_grants_nothing(ada):
    ticket = ticket_for()
    gone_to = phone(None, ada).get(f"/q/{ticket.code}").headers["Location"]
    assert (gone_to, status()) == (f"/phone/tickets/{ticket.pk}/", "scanned")


def test_scanning_again_leads_to_the_same_page(ada):
    ticket = ticket_in("scanned", ada)
    client = phone(None, ada)
    pages = [client.get(f"/q/{ticket.code}").headers["Location"] for _i in range(2)]
    assert pages == [f"/phone/tickets/{ticket.pk}/"] * 2


def test_a_phone_that_nobody_holds_scans_after_the_log_in(ada):
    ticket = ticket_for()
    client = Client()
    assert client.get(f"/q/{ticket.code}").headers["Location"] == f"/phone/login/?next=/q/{ticket.code}"
    assert status() == "waiting"
    client.post("/phone/persona/", {"persona": ada.pk, "next": f"/q/{ticket.code}"}, follow=True)
    assert status() == "scanned"


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_looks_ahead_scans_nothing(header, ada):
    ticket = ticket_for()
    assert phone(None, ada).get(f"/q/{ticket.code}", headers=header).status_code == 204
    assert status() == "waiting"


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options"])
def test_a_qr_is_opened_by_get_only(method, ada):
    ticket = ticket_for()
    assert getattr(phone(None, ada), method)(f"/q/{ticket.code}").status_code == 405
    assert status() == "waiting"


@pytest.mark.parametrize(("state", "code"), [("scanned", 409), ("confirmed", 409), ("refused", 409), ("expired", 410)])
def test_a_qr_that_another_has_scanned_or_that_expired_says_so(state, code, ada, eve):
    ticket = ticket_in(state, ada)
    shown = phone(None, eve).get(f"/q/{ticket.code}")
    assert (shown.status_code, shown.templates[0].name) == (code, "accounts/phone_qr_refused.html")
    assert (status(), ScanTicket.objects.get().scanned_by) == (state, None if state == "expired" else ada)


@pytest.mark.parametrize("code", ["x", "A" * 43, "A" * 10_000, "..%2f..%2fphone", "<script>", "１２３"])
def test_an_unknown_qr_is_told_on_a_page_of_the_phone(code, ada):
    shown = phone(None, ada).get(f"/q/{code}")
    ours = "404.html" if "/" in shown.wsgi_request.path[3:] else "accounts/phone_qr_refused.html"
    assert (shown.status_code, shown.templates[0].name) == (404, ours)
    assert "<script>" not in shown.content.decode()


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + "A", lambda c: chr(ord(c[0]) ^ 1) + c[1:]])
def test_a_code_changed_by_a_little_is_unknown(change, ada):
    ticket = ticket_for()
    assert phone(None, ada).get(f"/q/{change(ticket.code)}").status_code == 404
    assert status() == "waiting"


def test_a_link_opens_its_page_of_the_phone_until_it_expires(ada):
    client = phone(None, ada)
    for_ever, short = make_link("/phone/me/"), make_link("/phone/sms/", expires_at=now())
    assert client.get(f"/q/{for_ever.code}").headers["Location"] == "/phone/me/"
    assert client.get(f"/q/{short.code}").status_code == 410


def test_a_phone_that_tries_codes_is_slowed_down(ada, eve):
    client = phone(None, ada)
    codes = [client.get(f"/q/guess{i}").status_code for i in range(31)]
    assert (codes[:30], codes[30]) == ([404] * 30, 429)
    assert phone(None, eve).get("/q/guess").status_code == 404


# --- the question ----------------------------------------------------------------------------------------------------


def test_the_question_says_what_for_whom_and_from_where(ada):
    mini_program = stories.registered()
    ticket = shown_in(
        Client(),
        purpose=ScanPurpose.RELEASE_PUBLISH,
        mini_program=mini_program,
        permission=Permission.RELEASE_PUBLISH,
        facts={"version": "<1.0.0>", "unknown": "not shown"},
    )
    client = phone(None, ada)
    page = client.get(f"/q/{ticket.code}", follow=True).content.decode()

    said = [
        "Publish a version",
        mini_program.appid,
        "&lt;1.0.0&gt;",
        "Chrome · Linux",
        "127.0.0.1",
        "Refuse",
        "Confirm",
    ]
    assert [text for text in said if text not in page] == []
    assert ("not shown" in page, "<1.0.0>" in page) == (False, False)
    assert page.count('class="btn') == 2  # both answers are buttons of one size


@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_an_answer_is_given_by_post_with_a_token_only(verb, ada):
    ticket = ticket_in("scanned", ada)
    strict = phone(Client(enforce_csrf_checks=True), ada)
    path = f"/phone/tickets/{ticket.pk}/{verb}/"
    assert [strict.get(path).status_code, strict.head(path).status_code, strict.post(path).status_code] == [
        405,
        405,
        403,
    ]
    assert status() == "scanned"


def test_the_question_can_not_be_framed(ada):
    ticket = ticket_in("scanned", ada)
    page = phone(None, ada).get(f"/phone/tickets/{ticket.pk}/")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("refuse", "refused")])
def test_the_answer_is_given_and_shown(verb, state, ada):
    ticket = ticket_in("scanned", ada)
    shown = answer(phone(None, ada), ticket, verb)
    assert (status(), shown.templates[0].name) == (state, "accounts/phone_ticket_result.html")
    assert '<button class="btn btn-primary">' not in shown.content.decode()


@pytest.mark.parametrize("state", ["confirmed", "refused", "expired", "consumed"])
@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_an_answered_question_stays_answered(state, verb, ada):
    ticket = ticket_in("scanned", ada) if state == "expired" else ticket_in(state, ada)
    if state == "expired":
        pass_time(minutes=5)
    answer(phone(None, ada), ticket, verb)
    assert status() == state


@pytest.mark.parametrize("page", ["", "confirm/", "refuse/"])
def test_a_question_is_shown_to_who_scanned_it_and_nobody_else(page, ada, eve):
    ticket = ticket_in("scanned", ada)
    client = phone(None, eve)
    verb = client.post if page else client.get
    assert [verb(f"/phone/tickets/{pk}/{page}").status_code for pk in (ticket.pk, 0, 2**63, 10**30)] == [404] * 4
    assert status() == "scanned"


@pytest.mark.parametrize(("role", "may"), [(None, False), (Role.EXPERIENCER, False), (Role.DEVELOPER, False)])
def test_who_may_not_confirm_reads_why_and_can_only_refuse(role, may, ada, dev):
    mini_program = stories.registered()
    if role:
        add_member(mini_program, person=dev, role=role, by=SYSTEM)
    ticket = ticket_in("scanned", dev, mini_program=mini_program, permission=Permission.RELEASE_PUBLISH)
    client = phone(None, dev)

    page = client.get(f"/phone/tickets/{ticket.pk}/").content.decode()
    assert ("You do not have the right" in page, "/confirm/" in page, "/refuse/" in page) == (True, False, True)
    forced = answer(client, ticket, "confirm")
    assert ("You do not have the right" in forced.content.decode(), status()) == (True, "scanned")
    answer(client, ticket, "refuse")
    assert status() == "refused"


def test_a_screen_learns_of_each_step(ada):
    screen, client = Client(), phone(None, ada)
    ticket = shown_in(screen)

    def seen():
        return screen.get(f"/scan/{ticket.pk}/status/").content.decode()

    assert 'data-ticket-status="waiting"' in seen()
    client.get(f"/q/{ticket.code}")
    assert ('data-ticket-status="scanned"' in seen(), ada.nickname in seen()) == (True, True)
    answer(client, ticket, "confirm")
    assert 'data-ticket-status="confirmed"' in seen()


def test_the_audit_tells_who_scanned_and_who_confirmed(ada):
    ticket = ticket_for()
    client = phone(None, ada)
    client.get(f"/q/{ticket.code}")
    answer(client, ticket, "confirm")
    tickets.consume(ScanTicket.objects.get(), purpose=ScanPurpose.DEVTOOLS_LOGIN)
    rows = AuditEvent.objects.filter(subject_type="accounts.scanticket").order_by("pk")
    assert [(row.event, row.actor_id) for row in rows] == [
        (f"accounts.ticket.{verb}", str(ada.pk)) for verb in ("scanned", "confirmed", "consumed")
    ]
