"""Each step is told to the administrator's phone and to the console, once."""

import pytest

from accounts.notices import render_notice
from platform_site.kernel.delivery import deliver as deliver_event
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from releases.actions.expedites import expedite
from releases.actions.withdrawals import withdraw

STEPS = ["releases.order.submitted", "releases.order.approved", "releases.release.published"]


def told(rows, event):
    return [render_notice(row.event, row.facts) for row in rows.filter(event=event)]


def test_submission_approval_and_publication_are_told(ada, deliver):
    release = stories.published(administrator=ada)

    deliver()

    notices, cards = release.mini_program.notices, ada.notifications
    for event in STEPS:
        assert len(told(notices, event)) == len(told(cards, event)) == 1
        title, body = told(cards, event)[0]
        assert body.startswith("Version 1.0.0 of Harbour Tea")
        assert "%" not in title + body
    appid = release.mini_program.appid
    assert {notice.path for notice in notices.filter(event__in=STEPS)} == {f"/console/{appid}/versions/"}
    assert cards.get(event="releases.release.published").path == f"/phone/programs/{appid}/"


def test_a_rejection_is_told_with_its_reasons(ada, deliver):
    stories.rejected(administrator=ada, reasons=[("3.3.1", "No button works."), ("3.6.2", "The pop-up stays.")])

    deliver()

    _title, body = told(ada.notifications, "releases.order.rejected")[0]
    assert body == "Version 1.0.0 of Harbour Tea was rejected. 3.3.1: No button works.; 3.6.2: The pop-up stays."


def test_a_withdrawal_and_an_expedite_are_told(ada, deliver):
    order = stories.submitted(administrator=ada)
    by = stories.administrator_of(order.mini_program)
    expedite(order, by=by, reason="The shop opens.")
    withdraw(order, by=by)

    deliver()

    for event, words in (("expedited", "is reviewed before the others"), ("withdrawn", "is withdrawn from the review")):
        title, body = told(ada.notifications, f"releases.order.{event}")[0]
        assert body.startswith(f"Version 1.0.0 of Harbour Tea {words}")
        assert "%" not in title + body


@pytest.mark.parametrize("event", STEPS)
def test_a_second_delivery_tells_nothing_twice(ada, deliver, event):
    stories.published(administrator=ada)
    deliver()
    row = AuditEvent.objects.get(event=event)

    deliver_event(row.pk)

    assert ada.notifications.filter(event=event).count() == 1
