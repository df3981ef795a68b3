"""WeChat Verification – Details: what it says in each state, and the button that leads on."""

import pytest

from entities.actions.standing import lapse_overdue_verifications
from entities.models import EntityType
from platform_site.kernel.clock import move_forward
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import console
from tests.verification.applying import Browser, organisation
from verification.actions import audits
from verification.models import Verification

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


def page_of(mini_program):
    browser = Browser(mini_program, console(None, mini_program))
    return browser.text(browser.at("details"))


def test_an_individual_reads_why_it_cannot_apply(ada):
    page = page_of(stories.registered())

    assert "Individual type accounts do not support WeChat Verification for the time being." in page
    assert "disabled>Apply" in page


def test_a_company_on_the_way_of_remittance_is_led_to_the_remittance_first(ada):
    mini_program = stories.organisation()

    page = page_of(mini_program)

    assert "First remit the small amount" in page
    assert f"/console/{mini_program.appid}/remittance/" in page
    assert "disabled>Apply" in page


@pytest.mark.parametrize("kind", [kind for kind in EntityType if kind != EntityType.INDIVIDUAL])
def test_every_organisation_may_apply_on_its_path(ada, kind):
    page = page_of(organisation(kind))

    assert '<button class="btn btn-primary">Apply</button>' in page
    assert "300.00 yuan for each application" in page
    assert "20 developers and 40 experiencers" in page


def test_the_button_says_what_is_next(ada):
    mini_program = organisation()
    verification = stories.filled_in(mini_program)
    assert "Continue the application" in page_of(mini_program)
    stories.applied(verification)
    assert "See the audit" in page_of(mini_program)
    stories.sent_back(verification)
    assert "Mend the papers" in page_of(mini_program)


def test_a_failed_application_stays_with_its_reason_and_another_one_may_be_begun(ada):
    mini_program = organisation()
    verification = stories.applied(stories.filled_in(mini_program))
    audits.fail_application(verification, by=stories.staff(), code="operator_id_wrong", text="The card is a copy.")

    page = page_of(mini_program)

    assert "The operator&#x27;s ID information is wrong." in page
    assert "The card is a copy." in page
    assert "300.00" in page
    assert '<button class="btn btn-primary">Apply</button>' in page


def test_a_verified_program_reads_until_when_and_renews_in_the_last_months_only(ada):
    mini_program = stories.verified()

    page = page_of(mini_program)
    assert "Verified until" in page
    assert "It can be renewed from" in page
    move_forward((RULES.verification.valid_days - RULES.verification.renewal_days) * DAY)
    assert '<button class="btn btn-primary">Renew</button>' in page_of(mini_program)


def test_an_expired_verification_is_told_before_and_after_the_sweep(ada):
    mini_program = stories.verified()
    move_forward(RULES.verification.valid_days * DAY + 1)

    for _round in range(2):
        page = page_of(mini_program)
        assert "Expired" in page
        assert '<button class="btn btn-primary">Renew</button>' in page
        lapse_overdue_verifications()


def test_applying_twice_begins_one_application(ada):
    browser = Browser(organisation())

    for _press in range(2):
        assert browser.client.post(browser.at("start")).headers["Location"] == browser.path()

    assert Verification.objects.count() == 1


def test_whoever_may_not_apply_is_told_so_when_they_try(ada):
    browser = Browser(stories.registered())

    answer = browser.client.post(browser.at("start"), headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "individual")
    assert Verification.objects.count() == 0
