"""Both sides of a submission at one moment: withdrawn or decided, answered, expedited, submitted; once, never both."""

import pytest

from accounts.models import Member, User
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from releases.actions.conversation import answer, ask
from releases.actions.expedites import expedite
from releases.actions.orders import submit_for_review
from releases.actions.verdicts import approve
from releases.actions.withdrawals import withdraw
from releases.models import AuditOrder
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)


def order_of(pk):
    return AuditOrder.objects.select_related("mini_program", "build").get(pk=pk)


def member_of(order):
    return Member.objects.select_related("person", "mini_program").get(mini_program=order.mini_program_id)


def written(*events):
    return [AuditEvent.objects.filter(event=f"releases.order.{event}").count() for event in events]


def test_a_submission_is_withdrawn_or_approved_never_both():
    order, rev = stories.submitted(), stories.staff()

    def act(i):
        mine = order_of(order.pk)
        return withdraw(mine, by=member_of(mine)) if i % 2 else approve(mine, by=User.objects.get(pk=rev.pk))

    outcomes = together(4, act)

    assert len(successes(outcomes)) == 1
    assert len(refusals(outcomes)) == 3
    assert sorted(written("withdrawn", "approved")) == [0, 1]
    assert order_of(order.pk).status == ("withdrawn" if written("withdrawn") == [1] else "approved")


def test_a_question_is_answered_once():
    order, rev = stories.submitted(), stories.staff()
    ask(order, by=rev, words="Where is the menu?")

    def act(i):
        mine = order_of(order.pk)
        answer(mine, by=member_of(mine), text=f"Answer {i}")

    outcomes = together(4, act)

    assert len(successes(outcomes)) == 1
    assert written("answered") == [1]
    assert order.messages.filter(kind="answer").count() == 1


def test_one_expedite_a_month_is_one():
    order = stories.submitted()

    def act(_i):
        mine = order_of(order.pk)
        expedite(mine, by=member_of(mine), reason="The shop opens.")

    outcomes = together(4, act)

    assert len(successes(outcomes)) == 1
    assert {refusal.code for refusal in refusals(outcomes)} == {"89404"}
    assert written("expedited") == [1]


def test_the_form_sent_twice_submits_once():
    build = stories.uploaded()
    pages, by = stories.function_pages(build), stories.administrator_of(build.mini_program)

    outcomes = together(4, lambda _i: submit_for_review(build, by=by, pages=pages))

    assert len(successes(outcomes)) == 1
    assert {refusal.code for refusal in refusals(outcomes)} == {"85009"}
    assert AuditOrder.objects.count() == 1
