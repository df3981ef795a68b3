"""Claims on the pages of the desk: the box, the lists, "Next", who looks, and no form for who may not decide."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.desk_claims import claim
from accounts.desk_work import claim_on
from accounts.models import DeskClaim, User
from accounts.permissions import Role
from platform_site.home.works import WORKS
from platform_site.kernel.clock import move_forward
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.desk.kinds import CASES, CATEGORY, PAY, VERIFICATION, WHY
from tests.people import console, desk
from tests.releases.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sol(db):
    return stories.staff("sol")


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def colleague(sol):
    return desk(None, sol)


def page_of(case, row):
    return reverse(case.work.page, kwargs={"pk": row.pk})


def at(case, row, name, **kwargs):
    return reverse(f"home:work_{name}", kwargs={"work": case.kind, "pk": row.pk})


def shown(client, address, **asked):
    return words(client.get(address, asked).content.decode())


# --- every kind alike ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_piece_of_work_is_claimed_taken_over_and_given_back_on_its_page(case, reviewer, colleague, rev, sol):
    row = case.make()
    page = page_of(case, row)
    assert "Nobody has it." in shown(reviewer, page)

    assert reviewer.post(at(case, row, "claim"), follow=True).redirect_chain == [(page, 302)]
    assert "You have it until" in shown(reviewer, page)
    assert case.button in shown(reviewer, page)

    theirs = shown(colleague, page)
    assert f"{rev} has it until" in theirs
    assert "Only who has claimed it decides." in theirs
    assert case.button not in theirs
    assert "Take it over" in theirs

    answer = colleague.post(at(case, row, "take_over"), {"reason": "Rev has gone home."}, follow=True)
    assert "It is yours now." in words(answer.content.decode())
    assert claim_on(case.work, row.pk).claimed_by == sol
    assert "Taken over from" in shown(reviewer, page)  # in the history
    assert "Rev has gone home." in shown(reviewer, page)

    answer = colleague.post(at(case, row, "release"), follow=True)
    assert "It is back in the queue." in words(answer.content.decode())
    assert "Nobody has it." in shown(reviewer, page)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_decision_on_what_a_colleague_has_is_refused_in_words(case, reviewer, rev, sol):
    row = case.make()
    claim(case.work, row, by=sol)
    page = page_of(case, row)

    for name, data in case.posts.items():
        answer = reviewer.post(f"{page}{name}/", data, follow=True)

        assert answer.redirect_chain == [(page, 302)], name
        assert f"{sol} has claimed this. Take it over" in words(answer.content.decode()), name

    row.refresh_from_db()
    assert case.work.is_waiting(row)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_list_shows_who_has_it_who_looks_and_gives_the_next(case, reviewer, colleague, rev, sol):
    row, queue = case.make(), reverse(case.work.queue)
    assert "nobody" in shown(reviewer, queue)
    colleague.post(at(case, row, "looking"))
    assert f"{sol} is looking at this" in shown(reviewer, queue)

    next_url = reverse("home:work_next", kwargs={"work": case.kind})
    assert reviewer.post(next_url).url == page_of(case, row)
    answer = colleague.post(next_url, follow=True)

    assert answer.redirect_chain == [(queue, 302)]
    assert "Nothing waits that you may take." in words(answer.content.decode())
    assert "you, until" in shown(reviewer, queue)
    assert f"{rev} until" in shown(colleague, queue)
    mine = reviewer.get(queue, {"who": "mine"})
    assert [found.pk for found in mine.context["page"]] == [row.pk]
    assert "Nothing is claimed by you" in shown(colleague, queue, who="mine")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_colleagues_see_each_other_on_the_page_until_one_goes(case, reviewer, colleague, rev):
    row = case.make()
    looking = at(case, row, "looking")
    assert f'hx-post="{looking}"' in reviewer.get(page_of(case, row)).content.decode()

    assert reviewer.post(looking).content.decode().strip() == ""
    assert f"{rev} is looking at this" in colleague.post(looking).content.decode()
    assert reviewer.post(looking, {"gone": "1"}).status_code == 204
    assert colleague.post(looking).content.decode().strip() == ""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_decided_has_no_claim_box(case, reviewer, rev):
    row = case.make()
    *_others, (_name, decide) = case.decisions.items()
    decide(row, rev)

    text = reviewer.get(page_of(case, row)).content.decode()

    assert 'id="claim"' not in text
    answer = reviewer.post(at(case, row, "claim"), follow=True)
    assert "It does not wait for a decision any more." in words(answer.content.decode())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_not_there_is_not_claimed(case, reviewer):
    for pk in (999_999, 2**64):
        for name in ("claim", "release", "take_over", "looking"):
            address = reverse(f"home:work_{name}", kwargs={"work": case.kind, "pk": pk})
            assert reviewer.post(address).status_code == 404, name
            assert reviewer.get(address).status_code == 405, name
    assert DeskClaim.objects.count() == 0


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_list_takes_the_same_queries_whoever_has_what(case, reviewer, rev, sol):
    case.make()
    queue = reverse(case.work.queue)

    def count(**asked):
        reviewer.get(queue, asked)
        with CaptureQueriesContext(connection) as made:
            reviewer.get(queue, asked)
        return len(made)

    free = count()
    claim(case.work, case.work.waiting().get(), by=rev)
    assert count() == free
    assert count(who="mine") <= free


# --- one kind for all ----------------------------------------------------------------------------------------------


def test_three_that_are_claimed_take_as_many_queries_as_one(reviewer, rev, sol):
    names, queue = WORKS["name"], "/desk/names/"
    first = stories.name_asked(name="Harbour Museum")
    claim(names, first, by=sol)

    def count():
        with CaptureQueriesContext(connection) as made:
            reviewer.get(queue)
        return len(made)

    reviewer.get(queue)
    one = count()
    for name, by in (("Pier Museum", rev), ("Quay Museum", sol)):
        claim(names, stories.name_asked(name=name), by=by)

    assert count() == one
    assert str(sol) in shown(reviewer, queue)


@pytest.mark.parametrize(
    ("reason", "words_"),
    [("", "Say why you take it over."), ("x" * (RULES.desk.words + 1), "Use at most 1000 characters.")],
)
def test_a_reason_that_is_refused_is_asked_for_again_and_nothing_typed_is_lost(colleague, rev, reason, words_):
    row = VERIFICATION.make()
    claim(VERIFICATION.work, row, by=rev)

    answer = colleague.post(at(VERIFICATION, row, "take_over"), {"reason": reason})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert words_ in words(text)
    assert reason in text
    assert page_of(VERIFICATION, row) in text
    assert claim_on(VERIFICATION.work, row.pk).claimed_by == rev


def test_what_one_belongs_to_is_neither_claimed_nor_offered(reviewer, rev):
    row = CATEGORY.make()
    stories.bound(row.mini_program, stories.person("dev"), Role.DEVELOPER)
    User.objects.filter(pk=rev.pk).update(person=stories.person("dev"))
    page = page_of(CATEGORY, row)

    text = shown(reviewer, page)
    answer = reviewer.post(at(CATEGORY, row, "claim"), follow=True)

    assert "You are a member of this Mini Program: somebody else must decide." in text
    assert "Claim it" not in text
    assert "You are a member of this Mini Program" in words(answer.content.decode())
    assert reviewer.post(reverse("home:work_next", kwargs={"work": "category"})).url == "/desk/categories/"
    assert DeskClaim.objects.count() == 0


def test_who_has_as_many_as_one_may_have_is_told_at_the_button(reviewer, rev):
    for word in ("Pier", "Quay", "Dock"):
        claim(WORKS["name"], stories.name_asked(name=f"{word} Museum"), by=rev)

    text = reviewer.get("/desk/names/").content.decode()
    answer = reviewer.post("/desk/claims/name/next/", follow=True)

    assert 'data-key="n" disabled aria-describedby="why-no-next"' in text
    assert answer.redirect_chain == [("/desk/names/?who=mine", 302)]
    assert "as many as one may have" in words(answer.content.decode())


def test_the_home_of_the_desk_lists_what_one_has_in_the_same_queries(reviewer, colleague, rev):
    names = WORKS["name"]
    claim(names, stories.name_asked(name="Harbour Museum"), by=rev)

    def count():
        reviewer.get("/desk/")
        with CaptureQueriesContext(connection) as made:
            reviewer.get("/desk/")
        return len(made)

    one = count()
    for word in ("Pier", "Quay"):
        claim(names, stories.name_asked(name=f"{word} Museum"), by=rev)

    assert count() == one
    text = reviewer.get("/desk/").content.decode()
    assert [text.count(f"{word} Museum") for word in ("Harbour", "Pier", "Quay")] == [1, 1, 1]
    assert "Harbour Museum" not in colleague.get("/desk/").content.decode()
    move_forward(RULES.desk.claim_minutes * 60)
    assert "Harbour Museum" not in reviewer.get("/desk/").content.decode()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_home_of_the_desk_leads_to_what_one_has_of_each_kind(case, reviewer, rev):
    row = case.make()
    claim(case.work, row, by=rev)

    text = reviewer.get("/desk/").content.decode()

    assert f'<a href="{page_of(case, row)}">' in text
    assert case.work.title(row) in words(text)


def test_after_a_decision_the_next_is_none_that_a_colleague_has(reviewer, rev, sol):
    first = stories.name_asked(name="Harbour Museum")
    move_forward(60)
    theirs = stories.name_asked(name="Pier Museum")
    move_forward(60)
    free = stories.name_asked(name="Quay Museum")
    claim(WORKS["name"], theirs, by=sol)

    answer = reviewer.post(f"/desk/names/{first.pk}/reject/", {"reason": WHY})

    assert answer.url == f"/desk/names/{free.pk}/"


@pytest.mark.parametrize("case", [VERIFICATION, CATEGORY, PAY], ids=str)
def test_the_applicant_does_not_read_who_has_it(case, rev, sol):
    row = case.make()
    claim(case.work, row, by=rev)
    client, appid = console(None, row.mini_program), row.mini_program.appid
    addresses = {
        "verification": f"/console/{appid}/settings/verification/",
        "category": f"/console/{appid}/settings/categories/{row.pk}/",
        "pay": f"/console/{appid}/pay/",
    }

    answer = client.get(addresses[case.kind], follow=True)

    assert answer.status_code == 200
    assert AuditEvent.objects.filter(event="accounts.deskwork.claimed", subject_id=str(row.pk)).exists()
    text = words(answer.content.decode())
    assert "Claimed by a reviewer" not in text
    assert str(rev) not in text
