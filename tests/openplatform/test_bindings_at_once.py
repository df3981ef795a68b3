"""Two bind at one moment: one Mini Program is in one account, and no account has more than it may."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import MiniProgram
from openplatform.actions.accounts import create_account_for
from openplatform.actions.bindings import bind, unbind
from openplatform.lifecycle import VERIFY
from openplatform.models import OpenAccount, OpenBinding
from openplatform.queries import rooms_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, advance
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)


def account(number: int) -> OpenAccount:
    """A qualified account that somebody logs in to."""
    user = stories.activated(email=f"open{number}@harbour.test")
    row = OpenAccount.objects.create(open_appid=f"wx{number:016x}", user=user, created_at=now())
    with transaction.atomic():
        advance(row, VERIFY, by=SYSTEM, verified_until=now() + timedelta(days=1))
    return row


def codes(outcomes):
    return {error.code for error in refusals(outcomes)}


def test_two_accounts_bind_one_mini_program_and_one_of_them_has_it():
    accounts, tea = [account(n) for n in range(4)], stories.registered()

    outcomes = together(4, lambda i: bind(accounts[i], MiniProgram.objects.get(pk=tea.pk), by=SYSTEM))

    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"89000"})
    assert OpenBinding.objects.get().account == successes(outcomes)[0].account
    assert AuditEvent.objects.filter(event="openplatform.binding.bound").count() == 1


def test_a_server_asks_four_times_at_once_and_has_one_account():
    tea = stories.registered()

    outcomes = together(4, lambda i: create_account_for(MiniProgram.objects.get(pk=tea.pk), by=SYSTEM))

    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"89000"})
    assert OpenAccount.objects.count() == OpenBinding.objects.count() == 1


def test_the_last_room_is_taken_once():
    mine = account(1)
    programs = [stories.registered(administrator=who) for who in ("ada", "ada", "ada", "eve", "eve", "eve", "dev")]
    limit = RULES.open_platform.other_entities
    for program in programs[: limit - 1]:
        bind(mine, program, by=SYSTEM)
    late = programs[limit - 1 :]

    outcomes = together(len(late), lambda i: bind(mine, late[i], by=SYSTEM))

    assert (len(successes(outcomes)), codes(outcomes)) == (1, {"89004"})
    assert rooms_of(mine)[1].used == limit


def test_bound_and_unbound_at_once_it_is_one_or_the_other():
    mine, tea = account(1), stories.registered()
    bind(mine, tea, by=SYSTEM)
    acts = (lambda: unbind(mine, tea, by=SYSTEM), lambda: bind(mine, tea, by=SYSTEM))

    together(4, lambda i: acts[i % 2]())

    events = AuditEvent.objects.filter(event__startswith="openplatform.binding.")
    bound = events.filter(event__endswith=".bound").count() - events.filter(event__endswith=".unbound").count()
    assert OpenBinding.objects.count() == bound
