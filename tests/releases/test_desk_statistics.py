"""The desk's statistics: days counted once, figures, charts, the tables for spreadsheets; the desk's policy."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from platform_site.kernel.clock import move_forward, now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from platform_site.web.spreadsheets import cell
from releases.actions.appeals import appeal
from releases.actions.policy import change_policy
from releases.actions.statistics import count_days
from releases.models import DeskDay, DeskPolicy
from releases.statistics import Stretch, days_of, stretches
from tests.people import desk

STATISTICS = "/desk/statistics/"
DAY = 24 * 3600


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def day_of(n, **counts):
    names = [f.name for f in DeskDay._meta.fields if f.name not in ("id", "day", "waits", "reviewers")]
    zeros = dict.fromkeys(names, 0)
    return DeskDay(day=timezone.localdate(now()) - timedelta(days=n), **(zeros | counts))


# --- days are counted once -----------------------------------------------------------------------------------------


def test_a_day_that_is_over_is_counted_with_all_that_was_done(order, rev):
    stories.rejected(order)
    again = appeal(order, by=stories.administrator_of(order.mini_program), words="It is finished.")
    move_forward(2 * 3600)
    stories.approved(again, by="sol")
    begun = timezone.localdate(order.submitted_at)
    move_forward(2 * DAY)

    assert count_days() == (timezone.localdate(now()) - begun).days

    days = list(DeskDay.objects.order_by("day"))
    assert [day.day for day in days] == [begun + timedelta(days=n) for n in range(len(days))]
    assert (sum(d.submitted for d in days), sum(d.approved for d in days), sum(d.rejected for d in days)) == (2, 1, 1)
    assert (sum(d.appeals for d in days), sum(d.appeals_granted for d in days)) == (1, 1)
    assert sum(d.in_time for d in days) == 2
    waits = [hours for day in days for hours in day.waits]
    assert {"1"} < set(waits) <= {"1", "2", "3"}
    assert {pk for day in days for pk in day.reviewers} == {str(rev.pk), str(stories.staff("sol").pk)}
    assert count_days() == 0


def test_today_and_nothing_are_not_counted(db):
    assert count_days() == 0
    stories.approved()

    assert count_days() == 0
    assert not DeskDay.objects.exists()


def test_a_sweep_counts_so_many_days_and_the_next_one_goes_on(order):
    move_forward(10 * DAY)

    assert [count_days(most=4), count_days(most=4), count_days(most=4), count_days(most=4)] == [4, 4, 2, 0]


def test_the_time_for_which_the_developer_was_asked_is_not_ours(order):
    from releases.day_counts import hours_waited

    stories.approved(order)
    order.refresh_from_db()
    order.decided_at = order.submitted_at + timedelta(hours=10)
    order.asked_seconds = 7 * 3600

    assert hours_waited(order) == 3


# --- figures -------------------------------------------------------------------------------------------------------


def test_half_and_ninety_percent_are_read_off_the_hours(db):
    stretch = Stretch(None, (day_of(1, waits={"1": 5, "30": 3}), day_of(0, waits={"2": 1, "100": 1})))

    assert (stretch.p50, stretch.p90, stretch.wait(100)) == (1, 30, 100)
    assert Stretch(None, (day_of(0),)).p50 is None


def test_what_did_not_last_is_a_share_of_the_decisions(db):
    stretch = Stretch(None, (day_of(0, approved=6, rejected=4, in_time=9, appeals_granted=1, overturned=1),))

    assert (stretch.reopened, stretch.reopened_share, stretch.in_time, stretch.approved_share) == (2, 20, 90, 60)
    assert Stretch(None, (day_of(0),)).in_time is None


def test_weeks_end_today(db):
    weeks = stretches([day_of(n, submitted=1) for n in range(9, -1, -1)], length=7)

    assert [week.submitted for week in weeks] == [3, 7]
    assert weeks[-1].begin == timezone.localdate(now()) - timedelta(days=6)


def test_a_period_is_its_days_and_today_each_once(order):
    move_forward(40 * DAY)
    count_days(most=100)
    stories.approved(order)

    days = days_of(7)

    today = timezone.localdate(now())
    assert [day.day for day in days] == [today - timedelta(days=n) for n in range(6, -1, -1)]
    assert days[-1].approved == 1


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_shows_figures_charts_and_who_decided(reviewer, order, rev):
    stories.rejected(order)

    answer = reviewer.get(STATISTICS, {"days": "7"})

    html = answer.content.decode()
    assert (answer.context["period"], answer.context["whole"].rejected) == (7, 1)
    assert [(one.name, one.decided, one.share) for one in answer.context["reviewers"]] == [(str(rev), 1, 100)]
    assert html.count('<svg class="chart-picture"') == 4
    assert "Rejected 1</title>" in html


@pytest.mark.parametrize("days", ["", "x", "31", "-7", "7\0"])
def test_a_period_that_makes_no_sense_is_the_usual_one(reviewer, days):
    assert reviewer.get(STATISTICS, {"days": days}).context["period"] == 30


def test_a_year_costs_as_many_queries_as_a_week(reviewer, order, django_assert_num_queries):
    DeskDay.objects.bulk_create(day_of(n, submitted=1, approved=1, waits={"3": 1}) for n in range(1, 400))
    with CaptureQueriesContext(connection) as week:
        reviewer.get(STATISTICS, {"days": "7"})

    with django_assert_num_queries(len(week)):
        year = reviewer.get(STATISTICS, {"days": "365"}).context
    assert (year["whole"].approved, len(year["rows"])) == (364, 53)


def test_numbers_go_to_spreadsheets(reviewer, order):
    stories.approved(order)

    answer = reviewer.get(f"{STATISTICS}days.csv", {"days": "7"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0].startswith("day,submitted,withdrawn,approved,rejected,in_time")
    assert lines[-1].startswith(f"{timezone.localdate(now())},1,0,1,0,1,")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_name_that_begins_a_formula_is_quoted(reviewer, order, rev, name):
    assert cell(name) == f"'{name}"
    type(rev).objects.filter(pk=rev.pk).update(name=name)
    stories.approved(order)

    text = reviewer.get(f"{STATISTICS}reviewers.csv").content.decode("utf-8-sig")

    assert f"'{name}" in text


def test_numbers_are_not_quoted():
    assert [cell(-3), cell(0.5), cell(None), cell("Rev Gao"), cell("")] == ["-3", "0.5", "", "Rev Gao", ""]


# --- the policy ----------------------------------------------------------------------------------------------------


def test_the_policy_is_changed_and_who_changed_it_stays(reviewer, rev):
    assert "Nobody has changed it yet." in reviewer.get("/desk/policy/").content.decode()
    assert reviewer.post("/desk/policy/", {"second_opinion_percent": "20"}).url == "/desk/policy/"
    change_policy(second_opinion_percent=5, by=stories.staff("sol"))

    rows = reviewer.get("/desk/policy/").context["policies"]

    assert [(row.second_opinion_percent, row.decided_by) for row in rows] == [(5, stories.staff("sol")), (20, rev)]
    events = AuditEvent.objects.filter(event="releases.policy.changed").order_by("pk")
    assert [event.data for event in events] == [{"percent": 20, "before": 0}, {"percent": 5, "before": 20}]


@pytest.mark.parametrize("percent", ["", "-1", "101", "x", "1.5"])
def test_a_share_that_is_none_comes_back_beside_its_field(reviewer, percent):
    answer = reviewer.post("/desk/policy/", {"second_opinion_percent": percent})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["second_opinion_percent"]
    assert not DeskPolicy.objects.exists()


def test_the_action_refuses_the_same_what_is_no_share_and_who_is_no_reviewer(rev, tea):
    change_policy(second_opinion_percent=20, by=rev)
    for share, code in ((20, "unchanged"), (101, "percent"), (-1, "percent")):
        with pytest.raises(Refused) as refused:
            change_policy(second_opinion_percent=share, by=rev)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        change_policy(second_opinion_percent=1, by=tea.user)
