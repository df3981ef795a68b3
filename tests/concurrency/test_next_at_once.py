"""Fifty reviewers ask for the next submission at one moment: fifty different ones, none twice, none lost."""

from collections import Counter
from datetime import timedelta

import pytest

from accounts.actions.people import create_staff
from accounts.models import User
from platform_site.kernel.clock import move_forward
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.newcomers import newcomer
from releases.actions.claims import claim
from releases.actions.next_claim import claim_next, lapse_overdue_claims
from releases.models import AuditOrder
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY, EACH = 50, 5  # reviewers; Mini Programs of one person


def queue_of(number):
    """So many submissions of as many Mini Programs."""
    for n in range(number):
        if n % EACH == 0:
            who = newcomer()
        program = stories.completed(administrator=who, name=f"Paper Shop {chr(65 + n // 26)}{chr(65 + n % 26)}")
        stories.submitted(stories.uploaded(program, administrator=who), administrator=who)


def reviewers(number):
    return [create_staff(email=f"rev-{n}@ministage.test", password=PASSWORD, name=f"Rev {n}") for n in range(number)]


def next_of(people):
    """What each of them gets, all at one moment."""
    keys = [person.pk for person in people]
    return together(len(keys), lambda i: claim_next(by=User.objects.get(pk=keys[i])), patience=120)


def claims_written():
    """How often each submission was claimed, by the audit trail."""
    return Counter(AuditEvent.objects.filter(event="releases.order.claimed").values_list("subject_id", flat=True))


def test_50_at_once_get_50_different_ones():
    queue_of(MANY + 3)
    first = list(AuditOrder.objects.order_by("lane", "due_at", "pk").values_list("pk", flat=True)[:MANY])

    outcomes = next_of(reviewers(MANY))

    assert refusals(outcomes) == []
    assert sorted(order.pk for order in outcomes) == sorted(first)
    assert AuditOrder.objects.filter(status="claimed").count() == MANY
    assert set(claims_written().values()) == {1}
    holders = AuditOrder.objects.filter(status="claimed").values_list("claimed_by", flat=True)
    assert len(set(holders)) == MANY


def test_where_fewer_wait_than_ask_each_goes_once_and_the_others_get_none():
    queue_of(4)

    outcomes = next_of(reviewers(10))

    assert Counter(outcome is None for outcome in successes(outcomes)) == {True: 6, False: 4}
    assert len(claims_written()) == sum(claims_written().values()) == 4


def test_one_reviewer_in_many_windows_gets_no_more_than_one_may_have():
    queue_of(RULES.desk.claims_max + 3)
    (rev,) = reviewers(1)

    outcomes = next_of([rev] * 8)

    assert len(successes(outcomes)) == RULES.desk.claims_max
    assert {type(error) for error in refusals(outcomes)} == {Refused}
    assert {error.code for error in refusals(outcomes)} == {"claims_max"}
    assert AuditOrder.objects.filter(claimed_by=rev).count() == RULES.desk.claims_max


def test_a_lapsed_claim_goes_back_once_however_many_look():
    queue_of(3)
    people = reviewers(3)
    for order, person in zip(AuditOrder.objects.order_by("pk"), people, strict=True):
        claim(order, by=person)
    move_forward(int(timedelta(minutes=RULES.desk.claim_minutes, seconds=1).total_seconds()))

    outcomes = together(6, lambda _i: lapse_overdue_claims())

    assert refusals(outcomes) == []
    assert sum(outcomes) == 3
    assert AuditEvent.objects.filter(event="releases.order.claim_lapsed").count() == 3
    assert set(AuditOrder.objects.values_list("status", "claimed_by")) == {("queued", None)}
