"""The desk's online Mini Programs: found, suspended with words, lifted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.service import close_service
from releases.models import Service
from tests.people import desk
from tests.releases.pages import words

PROGRAMS = "/desk/programs/"


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def tea(ada):
    return stories.published().mini_program


def page(program, verb=""):
    return f"{PROGRAMS}{program.appid}/{verb}"


def published(eve, name):
    build = stories.uploaded(stories.completed(administrator=eve, name=name), administrator=eve)
    return stories.published(stories.approved(stories.submitted(build))).mini_program


def names(answer):
    return [service.mini_program.profile.name for service in answer.context["page"]]


def state(program):
    return Service.objects.get(mini_program=program).status


def test_published_ones_are_found_by_name_and_appid(reviewer, tea, eve):
    stories.completed(administrator=eve, name="Pier Bicycles")
    published(eve, "Lantern Books")

    assert names(reviewer.get(PROGRAMS)) == ["Lantern Books", "Harbour Tea"]
    assert names(reviewer.get(PROGRAMS, {"q": "harb"})) == ["Harbour Tea"]
    assert names(reviewer.get(PROGRAMS, {"q": tea.appid})) == ["Harbour Tea"]
    assert names(reviewer.get(PROGRAMS, {"q": "%"})) == []
    assert names(reviewer.get(PROGRAMS, {"show": "suspended"})) == []
    assert reviewer.get(page(Service.objects.first().mini_program)).context["name"] == "Harbour Tea"


def test_what_was_never_published_is_not_there(reviewer, eve):
    program = stories.completed(administrator=eve)

    assert reviewer.get(page(program)).status_code == 404
    assert reviewer.post(page(program, "suspend/"), {"words": "x"}).status_code == 404
    assert reviewer.post(page(program, "lift/")).status_code == 404


def test_it_is_suspended_with_words_and_lifted(reviewer, tea):
    answer = reviewer.post(page(tea, "suspend/"), {"words": "It sells what it may not."}, follow=True)

    text = words(answer.content.decode())
    assert state(tea) == "suspended"
    assert "Harbour Tea is suspended." in text
    assert "Its administrator reads:It sells what it may not." in text
    assert "Service suspended by the platform" in text
    assert names(reviewer.get(PROGRAMS, {"show": "suspended"})) == ["Harbour Tea"]

    lifted = words(reviewer.post(page(tea, "lift/"), follow=True).content.decode())

    assert state(tea) == "open"
    assert "The suspension of Harbour Tea is lifted." in lifted


def test_what_its_administrator_had_suspended_stays_so(reviewer, tea):
    close_service(tea, by=stories.administrator_of(tea))
    reviewer.post(page(tea, "suspend/"), {"words": "It sells what it may not."})

    assert "Its administrator had suspended it before: it stays so." in reviewer.get(page(tea)).content.decode()
    reviewer.post(page(tea, "lift/"))

    assert state(tea) == "closed"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Say why it is suspended"),
        ("  ", "Say why it is suspended"),
        ("x" * (RULES.desk.words + 1), "Use at most 1000 characters."),
    ],
)
def test_without_words_or_with_too_many_it_comes_back_beside_the_field(reviewer, tea, given, said):
    answer = reviewer.post(page(tea, "suspend/"), {"words": given})

    assert answer.status_code == 422
    assert said in answer.context["form"].errors["words"][0]
    assert said in answer.content.decode()
    assert state(tea) == "open"


def test_what_cannot_be_done_now_is_said(reviewer, tea):
    lifted = reviewer.post(page(tea, "lift/"), follow=True)
    reviewer.post(page(tea, "suspend/"), {"words": "x"})
    twice = reviewer.post(page(tea, "suspend/"), {"words": "x"}, follow=True)

    assert "This can&#x27;t be done now" in lifted.content.decode()
    assert "This can&#x27;t be done now" in twice.content.decode()


def test_nobody_suspends_a_mini_program_of_their_own(reviewer, tea, rev, dev):
    stories.bound(tea, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)

    shown = reviewer.get(page(tea)).content.decode()
    answer = reviewer.post(page(tea, "suspend/"), {"words": "x"}, follow=True)

    assert "You do not have the right to do this." in answer.content.decode()
    assert "You are a member of this Mini Program: somebody else must decide." in shown
    assert page(tea, "suspend/") not in shown
    assert state(tea) == "open"


def test_one_row_or_three_cost_the_same_number_of_queries(reviewer, tea, eve, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        reviewer.get(PROGRAMS)
    published(eve, "Lantern Books")
    published(eve, "Pier Bicycles")

    with django_assert_num_queries(len(one)):
        assert len(names(reviewer.get(PROGRAMS))) == 3
