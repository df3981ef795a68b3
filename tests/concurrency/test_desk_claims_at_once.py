"""Reviewers at one moment: "next" gives each a different name, a claim has one winner, and so has claim or decide."""

from collections import Counter

import pytest

from accounts.actions.desk_claims import CLAIMED_BY_OTHER, claim, claim_next, lapse_overdue, take_over
from accounts.actions.people import create_staff
from accounts.models import DeskClaim, User
from entities.actions.name_decisions import reject_name
from entities.models import NameApplication
from entities.name_queries import NAMES
from platform_site.home.works import WORKS
from platform_site.kernel.clock import move_forward
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.newcomers import newcomer
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY, EACH = 20, 5  # reviewers; Mini Programs of one person


def queue_of(number):
    """So many names of as many Mini Programs, in the order in which they are due."""
    rows = []
    for n in range(number):
        if n % EACH == 0:
            who = newcomer()
        rows.append(stories.name_asked(administrator=who, name=f"Paper {chr(65 + n)} Museum"))
    return rows


def reviewers(number):
    made = [create_staff(email=f"rev-{n}@ministage.test", password=PASSWORD, name=f"Rev {n}") for n in range(number)]
    return [person.pk for person in made]


def user(pk):
    return User.objects.get(pk=pk)


def claimed_events():
    return Counter(AuditEvent.objects.filter(event="accounts.deskwork.claimed").values_list("subject_id", flat=True))


def test_20_at_once_get_20_different_ones_the_first_due():
    rows, people = queue_of(MANY + 2), reviewers(MANY)

    outcomes = together(MANY, lambda i: claim_next(NAMES, by=user(people[i])), patience=120)

    assert refusals(outcomes) == []
    assert sorted(row.pk for row in outcomes) == [row.pk for row in rows[:MANY]]
    assert set(DeskClaim.objects.values_list("claimed_by", flat=True)) == set(people)
    assert claimed_events() == {str(row.pk): 1 for row in rows[:MANY]}


def test_where_fewer_wait_than_ask_each_goes_once_and_none_is_lost():
    rows, people = queue_of(4), reviewers(10)

    outcomes = together(10, lambda i: claim_next(NAMES, by=user(people[i])))

    assert Counter(outcome is None for outcome in successes(outcomes)) == {True: 6, False: 4}
    assert set(DeskClaim.objects.values_list("object_id", flat=True)) == {row.pk for row in rows}


def test_one_reviewer_in_many_windows_gets_no_more_than_one_may_have():
    queue_of(RULES.desk.claims_max + 2)
    (rev,) = reviewers(1)

    outcomes = together(6, lambda _i: claim_next(NAMES, by=user(rev)))

    assert len(successes(outcomes)) == DeskClaim.objects.count() == RULES.desk.claims_max
    assert {error.code for error in refusals(outcomes)} == {"claims_max"}


def test_of_many_who_claim_one_thing_one_has_it():
    (row,), people = queue_of(1), reviewers(6)

    outcomes = together(6, lambda i: claim(NAMES, NameApplication.objects.get(pk=row.pk), by=user(people[i])))

    (winner,) = successes(outcomes)
    assert {type(error) for error in refusals(outcomes)} == {Refused}
    assert {error.code for error in refusals(outcomes)} == {CLAIMED_BY_OTHER}
    assert DeskClaim.objects.get().claimed_by_id == winner.claimed_by_id
    assert claimed_events() == {str(row.pk): 1}


def test_a_claim_and_a_decision_at_one_moment_never_pass_each_other():
    """Either it was decided, and nobody has it; or the claimer has it, and it waits."""
    rows, people = queue_of(6), reviewers(12)

    def act(i):
        row, by = NameApplication.objects.get(pk=rows[i // 2].pk), user(people[i])
        return claim(NAMES, row, by=by) if i % 2 else reject_name(row, by=by, reason="No.")

    outcomes = together(12, act)

    assert all(isinstance(error, Refused) for error in refusals(outcomes))
    assert len(successes(outcomes)) == len(refusals(outcomes)) == 6
    held = set(DeskClaim.objects.values_list("object_id", flat=True))
    assert held == set(NameApplication.objects.filter(status="under_review").values_list("pk", flat=True))


def test_of_two_who_take_over_both_are_written_and_the_later_has_it():
    (row,), people = queue_of(1), reviewers(3)
    claim(NAMES, row, by=user(people[0]))

    outcomes = together(2, lambda i: take_over(NAMES, row, by=user(people[i + 1]), reason=f"{i}"))

    assert refusals(outcomes) == []
    events = AuditEvent.objects.filter(event="accounts.deskwork.taken_over").order_by("pk")
    assert [event.data["from"] for event in events] == ["Rev 0", events[0].actor_name]
    assert str(DeskClaim.objects.get().claimed_by) == events[1].actor_name


def test_a_lapsed_claim_ends_once_however_many_look():
    rows, people = queue_of(3), reviewers(6)
    for row, pk in zip(rows, people[:3], strict=True):
        claim(NAMES, row, by=user(pk))
    move_forward(RULES.desk.claim_minutes * 60)

    outcomes = together(6, lambda i: lapse_overdue(WORKS) if i < 3 else claim_next(NAMES, by=user(people[i])))

    assert refusals(outcomes) == []
    lapsed = AuditEvent.objects.filter(event="accounts.deskwork.claim_lapsed").values_list("subject_id", flat=True)
    assert sorted(lapsed) == sorted(str(row.pk) for row in rows)
    assert DeskClaim.objects.count() == 3
