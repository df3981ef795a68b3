"""The remittance page: what to remit, what has arrived, where it leads; through the administrator's browser."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.lifecycle import AccountStatus
from accounts.models import Member
from entities.models import Standing
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.people import console, desk
from verification.actions.remittances import expire_if_due
from verification.banks import RECEIVER
from verification.models import Remittance
from verification.views.remittance import MOST_POLLS

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def company(ada):
    return stories.organisation()


@pytest.fixture
def here(company) -> str:
    return f"/console/{company.appid}/remittance/"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_shows_what_to_remit_with_buttons_that_copy_it(company, here):
    remittance = Remittance.objects.get()

    page = text(console(None, company).get(here))

    for value in (remittance.holder, remittance.account, remittance.remark, RECEIVER["number"], RECEIVER["holder_en"]):
        assert f'data-copy="{value}"' in page
    assert f"¥ {remittance.amount_fen / 100:.2f}" in page
    assert f"{timezone.localtime(remittance.expires_at):%Y-%m-%d %H:%M:%S}" in page
    assert "I have remitted: check the result" in page
    assert "No transfer has arrived yet" in page


def test_the_countdown_runs_on_the_worlds_clock_and_is_a_text_without_script(company, here):
    clock.move_forward(3 * 86_400)

    page = text(console(None, company).get(here))

    left = int(re.search(r'data-left="(\d+)"', page)[1])
    assert 7 * 86_400 - 60 < left <= 7 * 86_400
    assert "more than 6 days" in page


def test_in_chinese_the_payee_is_named_in_chinese(company, here):
    client = console(None, company)
    client.cookies["django_language"] = "zh-hans"

    assert RECEIVER["holder_zh"] in text(client.get(here))


def test_what_has_arrived_is_listed_with_its_reason_and_only_the_end_of_the_account(company, here):
    stories.transferred(company, from_account="6222000000000099999")
    remittance = Remittance.objects.get()

    page = text(console(None, company).get(here))

    assert "The account number differs" in page
    assert "The last transfer was returned: The account number differs." in page
    assert "•••• 9999" in page
    assert "6222000000000099999" not in page
    assert page.count(remittance.account) == 2  # as entered, and its copy button


def test_a_proven_entity_is_led_on_to_its_information(company, here, deliver):
    stories.transferred(company)
    deliver()

    page = text(console(None, company).get(here))

    assert "The entity is proven" in page
    assert f'href="/console/{company.appid}/profile/"' in page
    assert "Everything is right" in page
    assert "Returned 20" in page
    assert "I have remitted" not in page


# --- being verified ------------------------------------------------------------------------------------------------


def test_checking_the_result_asks_again_by_itself(company, here):
    page = text(console(None, company).get(f"{here}?checking=1"))

    assert "The remittance is being verified" in page
    assert f'hx-get="{here}status/?n=1"' in page
    assert f'href="{here}"' in page
    assert f'href="{here}?checking=1"' in page


def test_it_asks_a_bounded_number_of_times(company, here):
    client = console(None, company)

    assert f"status/?n={MOST_POLLS - 1}" in text(client.get(f"{here}status/?n={MOST_POLLS - 2}", headers=HTMX))
    for n in (str(MOST_POLLS - 1), str(MOST_POLLS), "999999"):
        assert "hx-get" not in text(client.get(f"{here}status/?n={n}", headers=HTMX))
    for nonsense in ("", "x", "-1", "1" * 40):
        assert "status/?n=1" in text(client.get(f"{here}status/?n={nonsense}", headers=HTMX))


def test_while_it_asks_a_wrong_transfer_appears_and_the_right_one_leads_on(company, here):
    client = console(None, company)
    stories.transferred(company, remark="")
    assert "The remark is missing or wrong" in text(client.get(f"{here}status/?n=1", headers=HTMX))

    stories.transferred(company)

    assert client.get(f"{here}status/?n=2", headers=HTMX)["HX-Redirect"] == here
    assert client.get(f"{here}status/")["Location"] == f"{here}?checking=1"


# --- the deadline --------------------------------------------------------------------------------------------------


def test_who_opens_the_page_after_the_deadline_finds_that_the_registration_has_failed(company, here):
    client = console(None, company)
    clock.move_forward(10 * 86_400)

    assert client.get(here)["Location"] == "/register/failed/"
    company.user.refresh_from_db()
    assert company.user.status == AccountStatus.REGISTRATION_FAILED
    assert Standing.objects.get(mini_program=company).status == "failed"
    assert Member.objects.count() == 0
    assert client.get(here)["Location"] == "/register/failed/"  # nobody is a member any more


def test_every_old_address_tells_of_the_failure_until_one_starts_over_and_strangers_find_nothing(company, here, eve):
    client = console(None, company)
    other = console(None, stories.registered(administrator=eve))
    clock.move_forward(10 * 86_400)
    expire_if_due(company.remittance)
    home = f"/console/{company.appid}/"

    assert client.get(home)["Location"] == "/register/failed/"
    assert client.post(f"{home}profile/")["Location"] == "/register/failed/"
    assert client.get(f"{here}status/", headers=HTMX)["HX-Redirect"] == "/register/failed/"
    assert client.get("/console/wx0000000000000000/").status_code == 404
    assert other.get(home).status_code == 404

    client.post("/register/failed/start-over/")
    assert client.get(home).status_code == 404


def test_the_panel_that_waits_leads_there_too(company, here):
    client = console(None, company)
    clock.move_forward(10 * 86_400)

    assert client.get(f"{here}status/?n=3", headers=HTMX)["HX-Redirect"] == "/register/failed/"


def test_a_second_before_the_deadline_the_page_still_waits(company, here, monkeypatch):
    client = console(None, company)
    end = Remittance.objects.get().expires_at
    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(seconds=1))
    client.cookies = console(None, company).cookies

    page = client.get(here)

    assert page.status_code == 200
    assert 'data-left="1"' in text(page)
    assert "less than a day" in text(page)


# --- who may -------------------------------------------------------------------------------------------------------


def test_strangers_and_members_without_the_right_do_not_see_it(company, here, eve, dev):
    other = stories.registered(administrator="eve")
    assert console(None, other, eve).get(here).status_code == 404
    stories.bound(company, dev)
    assert console(None, company, dev).get(here).status_code == 403
    assert Client().get(here)["Location"].startswith("/login/")


def test_a_program_without_remittance_is_led_home(ada):
    mine = stories.registered()

    assert console(None, mine).get(f"/console/{mine.appid}/remittance/")["Location"] == f"/console/{mine.appid}/"


def test_the_end_of_the_wizard_leads_to_the_page(company, here, rev):
    assert console(None, company).get("/register/remittance/")["Location"] == here
    assert Client().get("/register/remittance/")["Location"] == "/login/?next=/register/remittance/"
    assert desk(None, rev).get("/register/remittance/")["Location"].startswith("/login/")


def test_an_account_that_has_not_registered_is_led_to_where_it_belongs(db):
    from tests.entities.helpers import browser

    assert browser(stories.activated()).get("/register/remittance/")["Location"] == "/register/information/"


def test_what_others_write_in_a_transfer_is_never_html(company, here):
    stories.transferred(company, from_holder="<img src=x>", remark="<script>alert(1)</script>")

    page = text(console(None, company).get(here))

    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x>" not in page


def test_twenty_transfers_need_no_more_queries_than_one(company, here, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = console(None, company)
    stories.transferred(company, remark="")
    client.get(here)
    with CaptureQueriesContext(connection) as one:
        client.get(here)
    for _i in range(5):
        stories.transferred(company, remark="")
    with django_assert_num_queries(len(one)):
        client.get(here)
