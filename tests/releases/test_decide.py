"""Approve and reject: who may, what a rejection must say, and that nobody decides on what they belong to."""

import pytest

from accounts.models import User
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.orders import delete_order
from releases.actions.verdicts import approve, reject
from releases.models import AuditOrder, RejectionReason

SAID = [("3.3.1", "The order button on the first page does nothing.")]


@pytest.fixture
def order(ada):
    return stories.submitted(administrator=ada)


def decisions():
    events = AuditEvent.objects.filter(event__in=["releases.order.approved", "releases.order.rejected"])
    return list(events.values_list("event", "actor_id", "to_state"))


def test_approval_is_signed_and_dated(order, rev):
    approve(order, by=rev)

    order.refresh_from_db()
    assert (order.status, order.decided_by) == ("approved", rev)
    assert order.submitted_at <= order.decided_at <= now()
    assert decisions() == [("releases.order.approved", str(rev.pk), "approved")]


def test_a_rejection_keeps_each_reason_with_the_reviewers_words(order, rev):
    reject(order, by=rev, reasons=[*SAID, ("1.2.3", "  The tag “bank”.  ")])

    order.refresh_from_db()
    assert (order.status, order.decided_by) == ("rejected", rev)
    kept = list(order.reasons.order_by("pk").values_list("code", "text"))
    assert kept == [*SAID, ("1.2.3", "The tag “bank”.")]
    assert AuditEvent.objects.get(event="releases.order.rejected").data["reasons"] == ["3.3.1", "1.2.3"]


@pytest.mark.parametrize(
    ("reasons", "code", "field"),
    [
        ([], "reason_missing", "reasons"),
        ([("9.9.9", "words")], "reason_unknown", "reasons"),
        ([("3.3.1", "")], "reason_without_words", "3.3.1"),
        ([("3.3.1", " \n ")], "reason_without_words", "3.3.1"),
        ([("3.3.1", "a"), ("3.3.1", "b")], "reason_twice", "reasons"),
        ([("3.3.1", "x" * (RULES.version.reason_characters + 1))], "reason_too_long", "3.3.1"),
    ],
)
def test_a_rejection_needs_known_reasons_in_words(order, rev, reasons, code, field):
    with pytest.raises(Refused) as caught:
        reject(order, by=rev, reasons=reasons)

    assert (caught.value.code, caught.value.field) == (code, field)
    assert AuditOrder.objects.get(pk=order.pk).status == "queued"
    assert (decisions(), RejectionReason.objects.count()) == ([], 0)


@pytest.mark.parametrize("first", [lambda o, r: approve(o, by=r), lambda o, r: reject(o, by=r, reasons=SAID)])
def test_what_is_decided_is_not_decided_again(order, rev, first):
    first(order, rev)
    said = decisions()

    for again in (lambda: approve(order, by=rev), lambda: reject(order, by=rev, reasons=SAID)):
        with pytest.raises(IllegalMove):
            again()
    assert decisions() == said


def test_nobody_decides_on_a_mini_program_of_which_they_are_a_member(order, rev, dev):
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)
    rev.refresh_from_db()

    for decide in (lambda: approve(order, by=rev), lambda: reject(order, by=rev, reasons=SAID)):
        with pytest.raises(NotAllowed) as caught:
            decide()
        assert caught.value.code == "own_program"
        assert caught.value.message == "You are a member of this Mini Program: somebody else must decide."
    assert decisions() == []


def test_neither_the_administrator_nor_an_account_decides(order):
    for by in (stories.administrator_of(order.mini_program), order.mini_program.user):
        with pytest.raises(NotAllowed):
            approve(order, by=by)
    assert decisions() == []


def test_only_a_rejected_version_is_deleted(order, rev):
    administrator = stories.administrator_of(order.mini_program)
    with pytest.raises(IllegalMove):
        delete_order(order, by=administrator)
    reject(order, by=rev, reasons=SAID)

    delete_order(order, by=administrator)

    assert AuditOrder.objects.get(pk=order.pk).status == "deleted"
    assert order.build.status == "ready"


def test_a_reviewer_does_not_delete(order, rev):
    reject(order, by=rev, reasons=SAID)

    with pytest.raises(NotAllowed):
        delete_order(order, by=rev)
