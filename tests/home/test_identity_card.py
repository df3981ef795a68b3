"""The first card of the publishing flow: how far an organisation has proven itself, at each stage of both ways."""

import pytest
from django.urls import reverse

from entities.models import EntityType
from platform_site.home.flow import State, flow_of
from platform_site.kernel.clock import move_forward
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import console

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


def flow(mini_program):
    return flow_of(stories.administrator_of(type(mini_program).objects.get(pk=mini_program.pk)))


def home(mini_program):
    return console(None, mini_program).get(reverse("home:console", args=[mini_program.appid]))


def test_an_individual_has_no_such_card():
    mini_program = stories.registered()

    assert flow(mini_program).identity is None
    assert "Remittance" not in home(mini_program).content.decode()


def test_a_company_is_led_to_its_remittance_and_its_information_says_why_it_waits():
    mini_program = stories.organisation()
    found = flow(mini_program)

    assert (found.identity.state, found.next) == (State.NEXT, found.identity)
    assert found.identity.href == reverse("verification:remittance", args=[mini_program.appid])
    assert (found.information.state, found.information.href) == (State.CLOSED, found.identity.href)
    assert "remit the small amount" in found.information.why
    assert found.development.state == State.OPEN  # it goes on at the same time


def test_once_remitted_the_information_is_next():
    mini_program = stories.remitted()
    found = flow(mini_program)

    assert found.identity.state == State.DONE
    assert found.next == found.information
    details = reverse("verification:details", args=[mini_program.appid])
    assert found.identity.href == details  # a company may apply, and need not
    assert f'href="{details}">WeChat Verification</a>' in home(mini_program).content.decode()


def test_an_office_is_led_to_its_verification_which_costs_it_nothing():
    found = flow(stories.organisation(type=EntityType.GOVERNMENT))

    assert found.next == found.identity
    assert "free of charge" in found.identity.text
    assert found.information.state == State.CLOSED


def test_the_card_follows_the_application():
    mini_program = stories.organisation(type=EntityType.MEDIA)
    assert "300 yuan" in flow(mini_program).identity.text

    verification = stories.filled_in(mini_program)
    assert (flow(mini_program).identity.state, flow(mini_program).identity.action) == (
        State.NEXT,
        "Continue the verification",
    )
    stories.applied(verification)
    assert (flow(mini_program).identity.state, flow(mini_program).identity.who) == (
        State.WAITING,
        "The audit institution",
    )
    stories.sent_back(verification)
    assert "sent back" in flow(mini_program).identity.text


def test_verified_is_done_and_next_year_it_is_to_be_renewed():
    mini_program = stories.verified()
    assert (flow(mini_program).identity.state, flow(mini_program).next) == (State.DONE, flow(mini_program).information)

    move_forward((RULES.verification.valid_days + 1) * DAY)

    assert flow(mini_program).identity.action == "Renew the verification"
    assert flow(mini_program).information.state == State.CLOSED


def test_who_opens_the_console_after_the_deadline_is_told_at_once_that_the_registration_has_failed():
    mini_program = stories.organisation()
    browser = console(None, mini_program)
    move_forward(RULES.remittance.days * DAY)

    answer = browser.get(reverse("home:console", args=[mini_program.appid]))

    assert (answer.status_code, answer.url) == (302, reverse("verification:register_failed"))
    mini_program.standing.refresh_from_db()
    assert mini_program.standing.status == "failed"
