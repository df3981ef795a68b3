"""Fifty people who submit one e-mail address at the same moment."""

import pytest
from django.test import Client

from accounts.actions import registration
from accounts.actions.people import create_person
from accounts.lifecycle import AccountStatus
from accounts.models import EmailHolder, User, WeChatPerson
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from tests.accounts.wizard import PASSWORD, form
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)


def codes(outcomes) -> set[str]:
    return {getattr(outcome, "code", repr(outcome)) for outcome in refusals(outcomes)}


def test_50_registrations_of_one_address_give_one_account_and_49_clear_refusals():
    outcomes = together(
        50, lambda i: registration.register_account(email=f"{'New' if i % 2 else 'new'}@x.com", password=PASSWORD)
    )
    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"email_public_platform"})
    assert (User.objects.count(), EmailHolder.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(event="accounts.account.created").count() == 1


def test_20_forms_sent_at_once_give_one_account_and_19_pages_with_the_reason(settings):
    browsers = [Client() for _i in range(20)]
    forms = [form(browser) for browser in browsers]
    settings.ACCOUNT_RATE_LIMITS = {}
    answers = together(20, lambda i: browsers[i].post("/register/account/", forms[i], REMOTE_ADDR=f"10.0.0.{i}"))
    assert refusals(answers) == []
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [302]
    assert User.objects.count() == 1


def test_an_account_and_a_person_who_want_one_address_at_once():
    def act(i):
        if i % 2:
            return registration.register_account(email="new@x.com", password=PASSWORD)
        return create_person(nickname="Ada", phone=str(13_800_138_000 + i), email="new@x.com")

    outcomes = together(10, act)
    assert len(successes(outcomes)) == 1
    assert codes(outcomes) <= {"email_public_platform", "email_personal"}
    assert len(codes(outcomes)) == 1
    assert (User.objects.count() + WeChatPerson.objects.count(), EmailHolder.objects.count()) == (1, 1)


def test_a_lapsed_address_is_registered_anew_once():
    registration.issue_activation(registration.register_account(email="new@x.com", password=PASSWORD))
    clock.move_forward(49 * 3600)
    outcomes = together(10, lambda i: registration.register_account(email="new@x.com", password=PASSWORD))
    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"email_public_platform"})
    assert (User.objects.count(), EmailHolder.objects.count()) == (1, 1)


def test_one_link_pressed_ten_times_at_once_activates_once():
    token = registration.issue_activation(registration.register_account(email="new@x.com", password=PASSWORD))
    outcomes = together(10, lambda i: registration.activate(token))
    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"activation_used"})
    assert User.objects.get().status == AccountStatus.ACTIVATED
    assert AuditEvent.objects.filter(event="accounts.account.activated").count() == 1


def test_two_accounts_that_change_to_one_address_at_once():
    users = [registration.register_account(email=f"u{i}@x.com", password=PASSWORD) for i in range(5)]
    outcomes = together(5, lambda i: registration.change_pending_email(users[i], email="new@x.com"))
    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"email_public_platform"})
    assert EmailHolder.objects.count() == 5
    assert sorted(User.objects.values_list("email", flat=True)) == sorted(
        EmailHolder.objects.values_list("email", flat=True)
    )
