"""Reminders: of a remittance three days and one day before its end, of a verification 90 days and 7 before."""

from datetime import timedelta

import pytest

from accounts.models import ConsoleNotice
from entities.actions.expiry import remind_of_expiry
from entities.actions.standing import lapse_overdue_verifications, verify
from entities.models import Standing
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.models import AuditEvent
from platform_site.reactions import SWEEPS
from platform_site.simulation import stories
from tests.concurrency import successes, together
from verification.actions.remittances import expire_if_due, remind_of_remittances
from verification.models import Remittance

pytestmark = pytest.mark.django_db
DAY = 86_400


def reminders(event: str) -> list[int]:
    return [row.data["reminder"] for row in AuditEvent.objects.filter(event=event).order_by("pk")]


@pytest.mark.parametrize(("days", "sent"), [(6, []), (7, [1]), (8, [1]), (9, [2]), (10, [])])
def test_of_reminders_that_are_due_the_last_is_sent(ada, days, sent):
    stories.organisation()
    clock.move_forward(days * DAY)

    remind_of_remittances()

    assert reminders("verification.remittance.due_soon") == sent


def test_each_reminder_of_a_remittance_is_sent_once(ada, deliver):
    company = stories.organisation()
    for _hour in range(10 * 4):
        clock.move_forward(DAY // 4)
        remind_of_remittances()
        remind_of_remittances()

    assert reminders("verification.remittance.due_soon") == [1, 2]
    deliver()
    notices = ConsoleNotice.objects.filter(mini_program=company, event="verification.remittance.due_soon")
    until = clock.timezone.localtime(Remittance.objects.get().expires_at)
    assert {notice.facts["date"] for notice in notices} == {f"{until:%Y-%m-%d %H:%M}"}
    assert {notice.path for notice in notices} == {f"/console/{company.appid}/remittance/"}


def test_nobody_is_reminded_of_what_is_paid_or_over(ada):
    stories.remitted()
    stories.organisation(administrator="eve", number=stories.credit_code(77), account="6222000000000054321")
    clock.move_forward(9 * DAY + DAY // 2)
    Remittance.objects.filter(status="open").update(expires_at=clock.now())
    assert remind_of_remittances() == 0
    expire_if_due(Remittance.objects.get(status="open"))
    assert remind_of_remittances() == 0


def test_a_sweep_of_reminders_is_bounded(ada):
    for i in range(3):
        stories.organisation(number=stories.credit_code(50 + i), account=f"62220000000000{i:05d}")
    clock.move_forward(8 * DAY)

    assert [remind_of_remittances(most=2), remind_of_remittances(most=2), remind_of_remittances(most=2)] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_remind_once(ada):
    stories.organisation()
    clock.move_forward(9 * DAY)

    outcomes = together(4, lambda _i: remind_of_remittances())

    assert sorted(successes(outcomes)) == [0, 0, 0, 1]
    assert reminders("verification.remittance.due_soon") == [2]


def test_a_verification_that_ends_is_announced_twice_then_lapses(ada, deliver):
    company = stories.remitted()
    verify(company, by=SYSTEM)
    for days in (274, 2, 81, 2, 4):
        clock.move_forward(days * DAY)
        remind_of_expiry()
        remind_of_expiry()

    assert reminders("entities.standing.expiring") == [1, 2]
    clock.move_forward(3 * DAY)
    assert (remind_of_expiry(), lapse_overdue_verifications(), lapse_overdue_verifications()) == (0, 1, 0)
    deliver()
    events = ConsoleNotice.objects.filter(mini_program=company, event__startswith="entities.standing").order_by("pk")
    assert list(events.values_list("event", flat=True)) == ["entities.standing.expiring"] * 2 + [
        "entities.standing.lapsed"
    ]
    until = clock.timezone.localtime(Standing.objects.get(mini_program=company).verified_until)
    assert events[0].facts["date"] == f"{until:%Y-%m-%d}"


def test_a_renewal_begins_the_reminders_anew(ada):
    company = stories.remitted()
    verify(company, by=SYSTEM)
    clock.move_forward(300 * DAY)
    remind_of_expiry()
    verify(company, by=SYSTEM)
    assert remind_of_expiry() == 0
    clock.move_forward(365 * DAY)
    remind_of_expiry()

    assert reminders("entities.standing.expiring") == [1, 1]


def test_a_verification_renewed_between_reading_and_writing_is_not_announced(ada):
    from entities.actions import expiry

    company = stories.remitted()
    verify(company, by=SYSTEM)
    read_before = Standing.objects.get(mini_program=company)
    clock.move_forward(360 * DAY)
    verify(company, by=SYSTEM)

    assert expiry._remind(read_before, 2) is False


def test_the_sweeps_are_wired():
    assert {"remittance_reminders", "verification_reminders", "lapsed_verifications"} <= set(SWEEPS)


def test_the_sweep_lapses_at_the_second_of_the_end(ada):
    company = stories.remitted()
    verify(company, by=SYSTEM)
    standing = Standing.objects.get(mini_program=company)
    Standing.objects.filter(pk=standing.pk).update(verified_until=clock.now() + timedelta(hours=1))
    assert lapse_overdue_verifications() == 0
    clock.move_forward(3600)
    assert lapse_overdue_verifications() == 1
