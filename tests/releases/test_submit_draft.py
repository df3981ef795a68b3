"""The submit form before it is sent: readiness, quick pre-check, drafts, what it begins with, the test account."""

import pytest

from entities.models import Draft
from platform_site.simulation import stories
from releases.actions.conversation import ask
from releases.actions.orders import submit_for_review
from releases.actions.test_accounts import TestAccountInput
from releases.actions.verdicts import return_for_test_account
from releases.models import AuditOrder, TestAccount
from tests.people import console
from tests.releases.pages import form_of, shown, url, words


def page_of(client, build):
    return client.get(url("order_submit", build.mini_program, pk=build.pk))


def titles(page):
    return [group["title"].value() or "" for group in page.context["form"].pages]


def submit(client, build, *pages, **more):
    return client.post(url("order_submit", build.mini_program, pk=build.pk), form_of(build, *pages, **more))


@pytest.fixture
def returned(tea, rev):
    """A first submission that came back because it needs a test account."""
    order = stories.submitted(stories.uploaded(tea))
    return_for_test_account(order, by=rev)
    return order


# --- Readiness -------------------------------------------------------------------------------------------------------


def test_when_everything_is_there_the_list_says_so_and_the_button_can_be_pressed(client, tea):
    html = page_of(client, stories.uploaded(tea)).content.decode()

    assert "All there" in words(html)
    assert 'name="submit" value="yes"' in html


def test_what_is_missing_is_named_with_who_must_act_and_where(ada):
    fresh = stories.registered(administrator=ada)
    build = stories.uploaded(fresh)

    html = page_of(console(None, fresh), build).content.decode()

    said = words(html)
    assert "Complete the Mini Program information first. Who must act: You, the administrator." in said
    assert f'href="/console/{fresh.appid}/profile/"' in html
    assert "It can't be submitted yet:" in said
    assert 'name="submit"' not in html


def test_a_name_under_review_waits_for_the_review_team(ada):
    program = stories.name_asked(administrator=ada).mini_program
    build = stories.uploaded(program)

    said = words(page_of(console(None, program), build).content.decode())

    assert "Complete the Mini Program information first. Who must act: The review team." in said


def test_a_question_of_the_review_team_waits_for_the_administrator(client, tea, rev):
    order = stories.submitted(stories.uploaded(tea))
    ask(order, by=rev, words="Where is the menu?")

    said = words(page_of(client, order.build).content.decode())

    assert "Another version is under review. Wait for the decision. Who must act: You, the administrator." in said


def test_a_version_that_is_online_is_said_to_be(client, tea):
    release = stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))

    assert "This version is online already." in words(page_of(client, release.order.build).content.decode())


# --- Quick pre-check -------------------------------------------------------------------------------------------------


def test_the_pre_check_names_what_reviewers_reject_for(client, tea):
    build = stories.uploaded(tea, notes="First test, demo only")

    said = words(page_of(client, build).content.decode())

    assert "The version number or its notes speak of a test or a demo." in said
    assert "3.3.1 Not a finished product" in said
    assert submit(client, build, {}).status_code == 302  # advice only


def test_the_pre_check_tells_of_the_inspectors_warnings_and_the_card_counts_them(client, tea):
    build = stories.uploaded(tea)
    assert "passed without a warning" in words(shown(client, tea))
    item = {"severity": "warning", "rule": "js_eval", "file": "app.js", "place": "", "message": "eval does not work."}
    counts = {"error": 0, "warning": 1, "info": 0}
    build.package.facts["report"] = {"counts": counts, "items": [item]}
    build.package.save()

    assert "The inspector has 1 warning: app.js: eval does not work." in words(page_of(client, build).content.decode())
    html = shown(client, tea)
    assert "passed, 1 warning" in words(html)
    assert f'href="{url("order_submit", tea, pk=build.pk)}#report"' in html
    assert 'id="report"' in page_of(client, build).content.decode()


def test_the_pre_check_does_not_mistake_words(client, tea):
    build = stories.uploaded(tea, notes="Latest contest of the tea masters")

    assert "speak of a test" not in words(page_of(client, build).content.decode())


# --- Drafts ----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_there_again_in_another_session_and_for_another_version(client, tea):
    build = stories.uploaded(tea)
    answer = submit(client, build, {"title": "Order"}, {"title": "Pick up", "tags": "warm"}, notes="Kept", save="yes")
    assert answer.status_code == 302
    assert not AuditOrder.objects.exists()

    later = stories.uploaded(tea, version="1.0.1")
    page = page_of(console(None, tea), later)

    assert titles(page) == ["Order", "Pick up"]
    assert page.context["form"].pages[1]["tags"].value() == "warm"
    assert page.context["form"]["notes"].value() == "Kept"
    assert "This is your draft, as you left it." in words(page.content.decode())


def test_a_refused_submit_is_kept_and_a_good_one_leaves_no_draft(client, tea):
    build = stories.uploaded(tea)
    submit(client, build, {"title": "Order", "path": "pages/none/none"}, submit="yes")
    assert titles(page_of(console(None, tea), build)) == ["Order"]

    assert submit(client, build, {"title": "Order"}, submit="yes").status_code == 302

    assert not Draft.objects.exists()


def test_while_it_is_typed_it_is_saved_without_the_password(client, tea, returned):
    build = stories.uploaded(tea, version="1.0.1")
    typed = form_of(build, {"title": "Order"}, login_for_review="tea", password_for_review="pot-12345")

    client.post("/drafts/submission/", typed, headers={"HX-Request": "true"})

    assert "pot-12345" not in Draft.objects.get().data
    form = page_of(console(None, tea), build).context["form"]
    assert (form["login_for_review"].value(), form["password_for_review"].value()) == ("tea", None)


@pytest.mark.parametrize("total", ["", "x", "-1", "999", "٣"])
def test_a_draft_that_makes_no_sense_does_not_break_the_page(client, tea, total):
    build = stories.uploaded(tea)
    client.post("/drafts/submission/", {"pages-TOTAL_FORMS": total, "pages-0-title": ["a", "b"], "notes": ["x", "y"]})

    page = page_of(client, build)

    assert page.status_code == 200
    assert 1 <= len(page.context["form"].pages.forms) <= 5


# --- What it begins with ---------------------------------------------------------------------------------------------


def test_it_begins_as_it_was_last_submitted(client, tea):
    build = stories.uploaded(tea)
    submit(client, build, {"title": "Order", "tags": "tea shop"}, {"title": "Pick up"}, notes="As before")
    stories.rejected(AuditOrder.objects.get())

    page = page_of(client, build)

    assert titles(page) == ["Order", "Pick up"]
    assert page.context["form"].pages[0]["tags"].value() == "tea shop"
    assert page.context["form"]["notes"].value() == "As before"
    assert "Filled in as in your last submission." in words(page.content.decode())


def test_a_page_that_this_version_has_not_is_left_open(client, tea):
    build = stories.uploaded(tea)
    stories.rejected(stories.submitted(build))
    later = stories.uploaded(tea, version="1.0.1")
    later.package.facts["pages"] = later.package.facts["pages"][1:]
    later.package.save()

    page = page_of(client, later)

    assert page.context["form"].pages[0]["path"].value() == ""


# --- Feedback and the test account -----------------------------------------------------------------------------------


def test_the_first_submission_is_asked_for_neither_and_takes_neither(client, tea):
    build = stories.uploaded(tea)
    assert "test-account" not in page_of(client, build).content.decode()

    submit(client, build, {}, login_for_review="tea", password_for_review="pot", feedback="Nonsense")

    assert (AuditOrder.objects.get().feedback, TestAccount.objects.count()) == ("", 0)


def test_returned_for_a_test_account_the_next_form_asks_for_it(client, tea, returned):
    page = page_of(client, returned.build)
    assert "The last review was returned because it needs one." in words(page.content.decode())

    errors = submit(client, returned.build, {}).context["form"].errors
    assert errors == {"login_for_review": ["Give the account that the reviewer logs in with."]}
    errors = submit(client, returned.build, {}, login_for_review="tea").context["form"].errors
    assert errors == {"password_for_review": ["Give the password of the test account."]}

    answer = submit(
        client,
        returned.build,
        {},
        login_for_review="tea",
        password_for_review="pot-12345",
        review_account_notes="Log in at the top.",
        feedback="Here is one.",
    )

    assert answer.status_code == 302
    given = TestAccount.objects.get()
    assert (given.account, given.password, given.notes) == ("tea", "pot-12345", "Log in at the top.")
    assert AuditOrder.objects.latest("pk").feedback == "Here is one."


def test_the_account_of_the_submission_before_is_named_masked_and_taken_again(client, tea, returned, rev):
    order = submit_for_review(
        returned.build,
        by=stories.administrator_of(tea),
        pages=stories.function_pages(returned.build),
        test_account=TestAccountInput("harbour", "pot-12345"),
    )
    stories.rejected(order)

    page = page_of(client, order.build)
    html = page.content.decode()
    assert "Use the test account of the submission before (ha••••)" in html
    assert "harbour" not in words(html)
    assert "pot-12345" not in html
    submit(client, order.build, {}, same_account="on")

    last = AuditOrder.objects.latest("pk")
    assert (last.test_account.account, last.test_account.password) == ("harbour", "pot-12345")


def test_after_an_approval_no_feedback_is_asked_for(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))

    assert "feedback" not in page_of(client, order.build).context["form"].fields
