"""A registration that has failed: the account is told, starts over, and everything is free for it again."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram
from entities.actions.standing import fail_registration
from entities.models import Entity
from entities.queries import programs_of_entity, programs_of_phone, programs_of_registrant
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import PAGE, browser
from tests.entities.organisations import CODE, page_of
from tests.people import console
from verification.actions.remittances import expire_if_due

pytestmark = pytest.mark.django_db
FAILED = "/register/failed/"
AGAIN = "/register/failed/start-over/"


@pytest.fixture
def failed(ada) -> MiniProgram:
    """A company whose remittance was wrong, and then too late."""
    mini_program = stories.organisation(email="late@stories.test", number=CODE)
    stories.transferred(mini_program, amount_fen=777)
    clock.move_forward(int(timedelta(days=RULES.remittance.days).total_seconds()) + 1)
    assert expire_if_due(mini_program.remittance)
    mini_program.refresh_from_db()
    return mini_program


def account_of(mini_program: MiniProgram):
    return mini_program.former_user


def test_the_page_says_what_failed_and_what_came(failed):
    page = browser(account_of(failed)).get(FAILED).content.decode()
    entity, remittance = failed.entity, failed.remittance
    for words in (entity.name, f"{remittance.amount_fen // 100}.{remittance.amount_fen % 100:02d}", "¥ 7.77"):
        assert words in page
    assert "The amount differs" in page
    assert "Start registration again" in page
    assert failed.appid in page


def test_every_way_in_leads_to_that_page(failed):
    client = browser(account_of(failed))
    assert client.get(PAGE)["Location"] == FAILED
    assert client.post(f"{PAGE}entity/", headers={"HX-Request": "true"})["HX-Redirect"] == FAILED
    assert client.get("/register/complete/")["Location"] == FAILED
    assert client.get(f"/console/{failed.appid}/").status_code in (302, 404)


def test_others_are_led_to_where_they_belong(ada, db):
    assert Client().get(FAILED)["Location"].startswith("/login/")
    assert browser(stories.activated()).get(FAILED)["Location"] == PAGE
    mini_program = stories.registered()
    assert console(None, mini_program).get(FAILED)["Location"] == f"/console/{mini_program.appid}/"
    assert Client().post(AGAIN)["Location"].startswith("/login/")
    for client, where in (
        (browser(stories.activated(email="b@stories.test")), PAGE),
        (console(None, mini_program), f"/console/{mini_program.appid}/"),
    ):
        assert client.post(AGAIN)["Location"] == where
    assert browser(stories.activated(email="c@stories.test")).get(AGAIN).status_code == 405


def test_starting_again_leads_to_step_three_and_once_only(failed):
    user = account_of(failed)
    client = browser(user)
    assert [client.post(AGAIN)["Location"] for _press in range(2)] == [PAGE, PAGE]
    user.refresh_from_db()
    assert user.status == AccountStatus.ACTIVATED
    assert client.get(FAILED)["Location"] == PAGE


def test_what_failed_does_not_count_and_the_same_entity_registers_again(failed, ada):
    user = account_of(failed)
    entity, record = failed.entity, failed.administrator_record
    assert programs_of_entity(entity.number_digest) == 0
    assert programs_of_registrant(record.id_digest) == 0
    assert programs_of_phone(record.phone_digest) == 0
    client = browser(user)
    client.post(AGAIN)
    user.refresh_from_db()
    given = page_of(client, ada, user, "corporate")
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/remittance/"
    assert Entity.objects.count() == 2
    assert programs_of_entity(entity.number_digest) == 1
    user.refresh_from_db()
    assert user.mini_program != failed


def test_five_failed_registrations_of_one_id_leave_it_free(ada):
    for n in range(RULES.account.mini_programs_per_id):
        mini_program = stories.organisation(email=f"f{n}@stories.test", method="wechat_verification")
        fail_registration(mini_program, by=SYSTEM, reason="late")
    assert stories.organisation(email="last@stories.test").user is not None


def test_a_remittance_that_is_overdue_and_not_swept_yet_stops_nobody(ada):
    late = stories.organisation(email="late@stories.test", number=CODE)
    clock.move_forward(int(timedelta(days=RULES.remittance.days).total_seconds()) + 1)
    again = stories.organisation(email="again@stories.test", number=CODE)
    late.refresh_from_db()
    late.remittance.refresh_from_db()
    assert (late.user, late.remittance.status, again.remittance.status) == (None, "expired", "open")


def test_a_registration_that_failed_without_a_remittance_has_its_page_too(ada):
    mini_program = stories.organisation(type="government", email="gov@stories.test")
    fail_registration(mini_program, by=SYSTEM, reason="forced")
    mini_program.refresh_from_db()
    assert "The registration has failed" in browser(account_of(mini_program)).get(FAILED).content.decode()
