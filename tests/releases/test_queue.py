"""The desk's queue: its lists and filters, page by page, and the overview of all queues."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from platform_site.home.queues import AREAS
from platform_site.kernel.clock import move_forward
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases import queue
from releases.actions.appeals import appeal
from releases.actions.claims import claim
from releases.actions.expedites import expedite
from releases.models import AuditOrder
from releases.views import desk_queue
from tests.people import desk
from tests.releases.pages import words

QUEUE = "/desk/orders/"


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def other(eve, name="Lantern Books", **kwargs):
    return stories.submitted(stories.uploaded(stories.completed(administrator=eve, name=name), administrator=eve))


def names(answer):
    return [row.mini_program.profile.name for row in answer.context["page"]]


def test_the_queue_shows_the_first_due_first(reviewer, order, eve):
    other(eve)

    assert names(reviewer.get(QUEUE)) == ["Harbour Tea", "Lantern Books"]


def test_what_is_expedited_comes_first_and_appeals_before_the_normal(reviewer, order, eve, ada):
    other(eve)
    bikes = other(eve, "Pier Bicycles")
    expedite(bikes, by=stories.administrator_of(bikes.mini_program), reason="The shop opens on Friday.")
    stories.rejected(order)
    appeal(order, by=stories.administrator_of(order.mini_program), words="It is finished.")

    assert names(reviewer.get(QUEUE)) == ["Pier Bicycles", "Harbour Tea", "Lantern Books"]
    assert names(reviewer.get(QUEUE, {"show": "expedited"})) == ["Pier Bicycles"]
    assert names(reviewer.get(QUEUE, {"show": "appeals"})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"show": "normal"})) == ["Lantern Books"]


def test_decided_submissions_leave_the_queue_and_stand_under_decided(reviewer, order, eve, rev):
    other(eve)
    stories.rejected(order)

    assert names(reviewer.get(QUEUE)) == ["Lantern Books"]
    assert names(reviewer.get(QUEUE, {"show": "decided"})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"show": "decided", "who": "mine"})) == ["Harbour Tea"]
    assert names(desk(None, stories.staff("sol")).get(QUEUE, {"show": "decided", "who": "mine"})) == []


def test_the_queue_is_searched_by_a_part_of_the_name_and_by_the_appid(reviewer, order, eve):
    other(eve)

    assert names(reviewer.get(QUEUE, {"q": "LANTERN"})) == ["Lantern Books"]
    assert names(reviewer.get(QUEUE, {"q": "our te"})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"q": order.mini_program.appid})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"q": order.mini_program.appid[:10]})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"q": "%"})) == []


def test_the_queue_is_narrowed_down_by_whose_it_is(reviewer, order, eve, rev):
    other(eve)
    claim(order, by=rev)

    assert names(reviewer.get(QUEUE, {"who": "mine"})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"who": "unclaimed"})) == ["Lantern Books"]
    assert "you, until" in words(reviewer.get(QUEUE).content.decode())


def test_the_queue_is_narrowed_down_by_entity_category_and_first_submission(reviewer, order, eve):
    stories.rejected(order)
    again = stories.submitted(order.build)
    other(eve)

    assert (again.entity_type, again.category) == ("individual", again.function_pages.get(position=1).category)
    assert len(names(reviewer.get(QUEUE, {"entity": "individual"}))) == 2
    assert names(reviewer.get(QUEUE, {"entity": "media"})) == []
    assert len(names(reviewer.get(QUEUE, {"category": again.category}))) == 2
    assert names(reviewer.get(QUEUE, {"first": "1"})) == ["Lantern Books"]


def test_what_is_overdue_says_so_in_words_and_can_be_asked_for(reviewer, order, eve):
    move_forward(int(timedelta(days=RULES.version.review_days, hours=1).total_seconds()))
    other(eve)

    page = words(reviewer.get(QUEUE).content.decode())

    assert page.count("overdue by 1 hour") == 1
    assert names(reviewer.get(QUEUE, {"due": "overdue"})) == ["Harbour Tea"]
    assert names(reviewer.get(QUEUE, {"due": "overdue", "show": "normal"})) == ["Harbour Tea"]


@pytest.mark.parametrize(
    "query",
    [
        {"show": "x"},
        {"after": "x"},
        {"after": "1~2~3"},
        {"after": "5~2026-01-01T00:00:00Z"},
        {"before": "5~0000-99-99~1"},
        {"after": "5~9999-12-31T23:59:59+00:00~99999999999999999999999"},
        {"q": "\0"},
        {"who": "him"},
        {"entity": "x"},
        {"category": "x"},
        {"due": "x"},
        {"first": "2"},
    ],
)
def test_filters_that_make_no_sense_show_the_queue(reviewer, order, query):
    assert names(reviewer.get(QUEUE, query)) == ["Harbour Tea"]


def test_pages_lead_on_and_back_and_lose_nobody(reviewer, eve, monkeypatch):
    monkeypatch.setattr(desk_queue, "SHOWN", 2)
    programs = [other(eve, f"Paper Shop {'ABCDE'[n]}") for n in range(5)]
    AuditOrder.objects.filter(pk__in=[order.pk for order in programs[1:4]]).update(due_at=programs[0].due_at)

    first = reviewer.get(QUEUE)
    second = reviewer.get(QUEUE, {"after": first.context["page"].next})
    third = reviewer.get(QUEUE, {"after": second.context["page"].next})
    back = reviewer.get(QUEUE, {"before": third.context["page"].previous})

    assert [names(answer) for answer in (first, second, third)] == [
        ["Paper Shop A", "Paper Shop B"],
        ["Paper Shop C", "Paper Shop D"],
        ["Paper Shop E"],
    ]
    assert names(back) == names(second)
    assert (first.context["page"].previous, third.context["page"].next) == ("", "")
    assert reviewer.get(QUEUE, {"before": back.context["page"].previous}).context["page"].previous == ""


def test_decided_ones_are_paged_the_latest_first(reviewer, eve, monkeypatch):
    monkeypatch.setattr(desk_queue, "SHOWN", 2)
    for n in range(3):
        stories.approved(other(eve, f"Paper Shop {'ABCDE'[n]}"))

    first = reviewer.get(QUEUE, {"show": "decided"})
    second = reviewer.get(QUEUE, {"show": "decided", "after": first.context["page"].next})

    assert names(first) + names(second) == ["Paper Shop C", "Paper Shop B", "Paper Shop A"]
    assert names(reviewer.get(QUEUE, {"show": "decided", "before": second.context["page"].previous})) == names(first)


def test_long_queues_are_counted_to_a_thousand(reviewer, order, eve, monkeypatch):
    other(eve)
    monkeypatch.setattr(queue, "COUNTED", 1)

    assert reviewer.get(QUEUE).context["count"] == "1+"


def test_a_page_is_read_from_the_index_and_not_by_skipping(order):
    rows = AuditOrder.objects.waiting()
    later = queue.URGENCY.beyond(rows, queue.URGENCY.values(AuditOrder, queue.URGENCY.place(order)))
    sql = str(later.order_by(*queue.URGENCY.order()).query)

    assert '("releases_auditorder"."lane", "releases_auditorder"."due_at", "releases_auditorder"."id") > (' in sql
    assert " OR " not in sql
    assert "OFFSET" not in sql


@pytest.mark.parametrize("address", ["/desk/", QUEUE, f"{QUEUE}?show=decided", f"{QUEUE}?show=asked"])
def test_one_row_or_three_cost_the_same_number_of_queries(reviewer, order, eve, django_assert_num_queries, address):
    with CaptureQueriesContext(connection) as one:
        reviewer.get(address)
    other(eve)
    stories.approved(other(eve, "Pier Bicycles"))

    with django_assert_num_queries(len(one)):
        reviewer.get(address)


def test_own_mini_programs_are_shown_but_somebody_else_must_decide(reviewer, order, eve, rev, dev):
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)
    other(eve)

    page = words(reviewer.get(QUEUE).content.decode())

    assert page.count("you are a member: somebody else must decide") == 1


# --- the overview --------------------------------------------------------------------------------------------------


def waiting(answer):
    return {row.kind.label: (row.count, row.overdue) for _area, rows in answer.context["areas"] for row in rows}


def test_the_overview_counts_what_waits_and_what_is_overdue(reviewer, order, eve):
    move_forward(int(timedelta(days=RULES.version.review_days, hours=1).total_seconds()))
    other(eve)
    stories.name_asked(administrator="han")
    stories.applied(stories.filled_in(stories.organisation(type="government", administrator="max")))

    found = waiting(reviewer.get("/desk/"))

    assert found["Normal"] == ("2", "1")
    assert found["Expedited"] == ("0", "")
    assert found["Names"] == ("1", "")
    assert found["Verifications"] == ("1", "")


def test_the_overview_counts_to_a_thousand(reviewer, order, eve, monkeypatch):
    from platform_site.home import queues

    other(eve)
    monkeypatch.setattr(queues, "COUNTED", 1)

    assert waiting(reviewer.get("/desk/"))["Normal"] == ("1+", "")


def test_each_kind_of_work_leads_to_its_list(reviewer, order):
    for area in AREAS:
        for kind in area.kinds:
            assert reviewer.get(kind.href).status_code == 200


def test_the_overview_shows_what_one_has_claimed(reviewer, order, rev):
    claim(order, by=rev)

    assert [row.pk for row in reviewer.get("/desk/").context["mine"]] == [order.pk]
    assert desk(None, stories.staff("sol")).get("/desk/").context["mine"] == []
