"""The desk of service categories: the queue, one category with its papers, the decision."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from entities.actions.categories import approve_category, change_categories, reject_category, resubmit_category
from entities.models import ServiceCategory
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.web import paging
from tests.concurrency import refusals, successes, together
from tests.people import console, desk

pytestmark = pytest.mark.django_db
QUEUE = "/desk/categories/"
FOOD, SHOP = "catering.restaurant", "shop.food"


def waiting(name: str = "Noodle House", *, administrator: str = "ada", code: str = FOOD) -> ServiceCategory:
    """A company's category whose papers wait at the desk."""
    company = stories.remitted(administrator=administrator)
    papers = {code: stories.handed_in(company, code)}
    return stories.completed(company, name=name, categories=[code], papers=papers).categories.get()


@pytest.fixture
def row(ada):
    return waiting()


@pytest.fixture
def reviewer(rev) -> Client:
    return desk(None, rev)


def at(name: str, row: ServiceCategory) -> str:
    return reverse(f"entities:{name}", kwargs={"pk": row.pk})


def names(answer) -> list[str]:
    return [category.mini_program.profile.name for category in answer.context["page"]]


def test_the_queue_shows_the_first_due_first(reviewer, row, eve):
    clock.move_forward(60)
    waiting("Pier Grill", administrator="eve")
    clock.move_forward(RULES.profile.category_review_days * 86_400 - 59)
    answer = reviewer.get(QUEUE)
    text = answer.content.decode()
    assert names(answer) == ["Noodle House", "Pier Grill"]
    assert text.count("overdue") == 1
    assert "Catering › Restaurant" in text
    assert names(reviewer.get(QUEUE, {"show": "decided"})) == []


def test_one_without_papers_never_comes_to_the_desk(reviewer, ada):
    stories.completed()
    for show in ("waiting", "decided"):
        assert names(reviewer.get(QUEUE, {"show": show})) == []


def test_the_queue_is_searched_by_name_and_appid(reviewer, row, eve):
    other = waiting("Pier Grill", administrator="eve")
    assert names(reviewer.get(QUEUE, {"q": "ＮＯＯＤＬＥ"})) == ["Noodle House"]
    assert names(reviewer.get(QUEUE, {"q": other.mini_program.appid})) == ["Pier Grill"]
    assert "Nothing found" in reviewer.get(QUEUE, {"q": "harbour"}).content.decode()


@pytest.mark.parametrize("query", [{"show": "x"}, {"page": "-1"}, {"page": "10000000000"}, {"page": "x"}, {"q": "\0"}])
def test_filters_that_make_no_sense_show_the_queue(reviewer, row, query):
    assert names(reviewer.get(QUEUE, query)) == ["Noodle House"]


def test_long_queues_are_counted_to_a_thousand(reviewer, row, eve, monkeypatch):
    waiting("Pier Grill", administrator="eve")
    monkeypatch.setattr(paging, "COUNTED", 1)
    page = reviewer.get(QUEUE).context["page"]
    assert (page.paginator.count_words, len(page), page.paginator.num_pages) == ("1+", 1, 1)


def test_one_row_or_three_cost_the_same_number_of_queries(reviewer, row, eve, django_assert_num_queries):
    reviewer.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        reviewer.get(QUEUE)
    most = len(one)
    waiting("Pier Grill", administrator="eve")
    waiting("Pier Bakery", administrator="eve")
    with django_assert_num_queries(most):
        assert len(names(reviewer.get(QUEUE))) == 3


def test_a_category_shows_all_that_a_reviewer_needs(reviewer, row):
    mini_program = row.mini_program
    answer = reviewer.get(at("desk_category", row))
    text = answer.content.decode()
    paper = row.category_papers.get().paper
    shown = [
        "Noodle House",
        "Restaurant",
        mini_program.entity.name,
        mini_program.appid,
        "《食品经营许可证》",
        "Round 1",
    ]
    assert [words for words in [*shown, f"/desk/papers/{paper.pk}/"] if words not in text] == []
    assert mini_program.administrator_record.id_number not in text
    assert reviewer.get(f"/desk/papers/{paper.pk}/")["Content-Type"] == "image/jpeg"
    assert reviewer.get(f"{QUEUE}{row.pk + 1000}/").status_code == 404


def test_approving_leads_to_the_next(reviewer, row, eve, rev):
    following = waiting("Pier Grill", administrator="eve")
    answer = reviewer.post(at("desk_category_approve", row), follow=True)
    assert answer.redirect_chain == [(at("desk_category", following), 302)]
    assert "Approved: Noodle House, Catering › Restaurant." in answer.content.decode()
    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("approved", rev)
    assert reviewer.post(at("desk_category_approve", following)).url == QUEUE
    assert names(reviewer.get(QUEUE, {"show": "decided"})) == ["Pier Grill", "Noodle House"]
    assert f"decided by {rev.name}" in reviewer.get(at("desk_category", row)).content.decode()


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Say in words"), (" \n ", "Say in words"), ("x" * 501, "Use at most 500 characters.")]
)
def test_rejecting_asks_for_words(reviewer, row, reason, words):
    answer = reviewer.post(at("desk_category_reject", row), {"reason": reason})
    assert words in answer.content.decode()
    assert ServiceCategory.objects.get().status == "under_review"


def test_rejecting_tells_the_reason_and_the_next_round_comes_back(reviewer, row):
    given = {"reason": "The licence <script>alert(1)</script> has expired."}
    assert reviewer.post(at("desk_category_reject", row), given).url == QUEUE
    row.refresh_from_db()
    assert row.status == "rejected"
    page = reviewer.get(at("desk_category", row)).content.decode()
    assert "<script>alert" not in page
    assert "has expired." in page
    company = row.mini_program
    resubmit_category(row, by=stories.administrator_of(company), handed=stories.handed_in(company, FOOD))
    text = reviewer.get(at("desk_category", row)).content.decode()
    assert text.index("Round 2") < text.index("Round 1")
    assert names(reviewer.get(QUEUE)) == ["Noodle House"]


def test_a_second_decision_is_refused_in_words(reviewer, row, rev):
    approve_category(row, by=rev)
    answer = reviewer.post(at("desk_category_reject", row), {"reason": "Too late."}, follow=True)
    assert "This can&#x27;t be done now: it is “Approved”." in answer.content.decode()
    answer = reviewer.post(at("desk_category_approve", row), follow=True)
    assert "This can&#x27;t be done now" in answer.content.decode()
    assert AuditEvent.objects.filter(event__startswith="entities.category.approved").count() == 1


def test_nobody_decides_on_their_own(row, eve):
    sol = stories.staff("sol")
    stories.bound(row.mini_program, sol.person, Role.EXPERIENCER)
    other = waiting("Pier Grill", administrator="eve")
    mine = desk(None, sol)
    assert mine.get(QUEUE).content.decode().count("you are a member: somebody else must decide") == 1
    text = mine.get(at("desk_category", row)).content.decode()
    assert "You are a member of this Mini Program: somebody else must decide." in text
    assert "Reject with a reason" not in text
    for name, given in (("desk_category_approve", {}), ("desk_category_reject", {"reason": "Expired."})):
        answer = mine.post(at(name, row), given, follow=True)
        assert "You are a member of this Mini Program" in answer.content.decode()
    row.refresh_from_db()
    assert row.status == "under_review"
    assert mine.post(at("desk_category_approve", other)).url == QUEUE  # one's own is never the next


def test_a_console_decides_nothing(row):
    member = console(None, row.mini_program)
    assert member.get(at("desk_category", row)).url.startswith("/desk/login/")
    assert member.post(at("desk_category_approve", row)).url.startswith("/desk/login/")
    assert ServiceCategory.objects.get().status == "under_review"


# --- at one moment ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_decide_once(ada):
    row, rev, sol = waiting(), stories.staff("rev"), stories.staff("sol")

    def decide(i: int) -> str:
        mine = ServiceCategory.objects.get(pk=row.pk)
        if i % 2:
            approve_category(mine, by=rev)
        else:
            reject_category(mine, by=sol, reason="Expired.")
        return mine.status

    outcomes = together(8, decide)
    assert len(successes(outcomes)) == 1
    assert {refusal.code for refusal in refusals(outcomes)} <= {"lost_race", "illegal_move"}
    row.refresh_from_db()
    assert row.status == successes(outcomes)[0]
    decided = ["entities.category.approved", "entities.category.rejected"]
    assert AuditEvent.objects.filter(event__in=decided).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_make_one(ada):
    company = stories.completed(stories.remitted(), categories=["tools.weather"])
    by = stories.administrator_of(company)
    codes = ["tools.office", "tools.media", "tools.prices", "tools.lookup"]

    outcomes = together(4, lambda i: change_categories(company, by=by, add=[codes[i]]))

    assert [getattr(outcome, "code", outcome) for outcome in outcomes].count("53300") == 3
    assert company.categories.count() == 2


@pytest.mark.django_db(transaction=True)
def test_papers_handed_in_twice_at_once_make_one_round(ada):
    row, rev = waiting(), stories.staff("rev")
    reject_category(row, by=rev, reason="Expired.")
    by, handed = stories.administrator_of(row.mini_program), stories.handed_in(row.mini_program, FOOD)

    def again(_i: int) -> None:
        resubmit_category(ServiceCategory.objects.get(pk=row.pk), by=by, handed=handed)

    outcomes = together(4, again)
    assert sorted(getattr(outcome, "code", "done") for outcome in outcomes) == ["53307", "53307", "53307", "done"]
    assert sorted(set(row.category_papers.values_list("round", flat=True))) == [1, 2]
