"""The desk: one submission, the verdict."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from platform_site.simulation import stories
from releases.models import AuditOrder
from tests.people import console, desk, phone
from tests.releases.pages import words

QUEUE = "/desk/orders/"


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def at(name, order, **kwargs):
    return reverse(f"releases:{name}", kwargs={"pk": order.pk, **kwargs})


def other(eve, name="Lantern Books", **kwargs):
    return stories.submitted(stories.uploaded(stories.completed(administrator=eve, name=name), administrator=eve))


# --- the door ------------------------------------------------------------------------------------------------------


def test_only_staff_come_to_the_desk(order, client, ada, tea):
    addresses = [QUEUE, at("desk_order", order), at("desk_page", order, path="pages/home/home")]
    for address in addresses:
        for stranger in (Client(), client, phone(None, ada)):
            assert stranger.get(address).url == f"/desk/login/?next={address}"
        assert desk(None, tea.user).get(address).status_code == 404
    for verdict in ("desk_approve", "desk_reject"):
        assert console(None, tea).post(at(verdict, order)).status_code == 302
        assert desk(None, tea.user).post(at(verdict, order)).status_code == 404
    assert AuditOrder.objects.get().status == "queued"


# --- one submission ------------------------------------------------------------------------------------------------


def test_a_submission_shows_all_that_a_reviewer_needs(reviewer, order, tea):
    text = words(reviewer.get(at("desk_order", order)).content.decode())

    package = order.build.package
    facts = [
        tea.appid,
        tea.profile.introduction,
        tea.entity.name,
        "Individual",
        "Harbour Tea 1.0.0",
        package.sha256[:16],
    ]
    for fact in [*facts, *package.facts["pages"], *(file["path"] for file in package.facts["files"])]:
        assert str(fact) in text
    for page in order.function_pages.all():
        assert page.title in text
    assert "Submitted for review" in text
    assert "This is the first one." in text


def test_no_id_number_is_shown(reviewer, order, tea):
    assert tea.entity.number not in reviewer.get(at("desk_order", order)).content.decode()


def test_earlier_submissions_stand_there_with_verdict_and_reasons(reviewer, order, rev):
    stories.rejected(order, reasons=[("3.3.2", "It crashed when I ordered.")])
    again = stories.submitted(order.build)

    text = words(reviewer.get(at("desk_order", again)).content.decode())

    assert "3.3.2 Crashes It crashed when I ordered." in text
    assert f"decided by {rev.name}" in text


def test_each_page_opens_in_the_static_view(reviewer, order):
    for path in order.build.package.facts["pages"]:
        answer = reviewer.get(at("desk_page", order, path=path))
        assert answer.context["program"].path == path
    assert reviewer.get(at("desk_page", order, path="pages/none/none")).status_code == 404


def test_only_pictures_of_the_package_are_served(reviewer, order):
    files = [file["path"] for file in order.build.package.facts["files"]]
    picture = next(path for path in files if path.endswith(".png"))

    answer = reviewer.get(at("desk_asset", order, path=picture))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    for path in ["app.json", "app.js", "none.png", "../app.json", "../../manage.py"]:
        assert reviewer.get(at("desk_asset", order, path=path)).status_code == 404


# --- the verdict ---------------------------------------------------------------------------------------------------


def test_approving_leads_to_the_next_in_the_queue_and_at_last_back_to_it(reviewer, order, eve):
    following = other(eve)

    assert reviewer.post(at("desk_approve", order)).url == at("desk_order", following)
    assert reviewer.post(at("desk_approve", following)).url == QUEUE
    assert {row.status for row in AuditOrder.objects.all()} == {"approved"}


def test_rejecting_takes_the_reasons_in_the_order_of_the_list(reviewer, order):
    data = {"reasons": ["3.3.1", "1.2.3"], "text-3.3.1": "No\r\nbutton.", "text-1.2.3": "Tags.", "text-2.2": "unused"}

    assert reviewer.post(at("desk_reject", order), data).url == QUEUE

    kept = AuditOrder.objects.get().reasons.order_by("pk").values_list("code", "text")
    assert list(kept) == [("1.2.3", "Tags."), ("3.3.1", "No\nbutton.")]


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({}, {"reasons": "Choose at least one reason."}),
        ({"reasons": ["9.9"], "text-9.9": "x"}, {"reasons": "There is no such reason."}),
        ({"reasons": ["3.3.1"], "text-3.3.1": " "}, {"3.3.1": "Say in words what was found."}),
        ({"reasons": ["3.3.1"]}, {"3.3.1": "Say in words what was found."}),
    ],
)
def test_a_rejection_that_says_too_little_comes_back_with_all_that_was_typed(reviewer, order, data, faults):
    answer = reviewer.post(at("desk_reject", order), data | {"text-2.2": "Typed already"})

    form = answer.context["form"]
    choices = {choice.reason.code: choice for _title, group in form.groups() for choice in group}
    assert form.faults == faults
    assert choices["2.2"].text == "Typed already"
    assert {code for code, choice in choices.items() if choice.chosen} == set(data.get("reasons", [])) & set(choices)
    assert next(iter(faults.values())) in answer.content.decode()
    assert AuditOrder.objects.get().status == "queued"


def test_words_are_prefilled_with_the_explanation(reviewer, order):
    choices = [c for _title, group in reviewer.get(at("desk_order", order)).context["form"].groups() for c in group]

    assert [choice.text for choice in choices] == [choice.reason.explanation for choice in choices]


def test_a_page_that_went_stale_says_so_and_changes_nothing(reviewer, order, rev):
    stories.approved(order)

    answer = reviewer.post(at("desk_approve", order), follow=True)
    rejected = reviewer.post(at("desk_reject", order), {"reasons": ["3.3.1"], "text-3.3.1": "x"})

    assert "This can&#x27;t be done now" in answer.content.decode()
    assert "decided by" in words(rejected.content.decode())
    assert AuditOrder.objects.get().status == "approved"


def test_own_mini_programs_are_shown_but_somebody_else_must_decide(reviewer, order, eve, rev, dev):
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)
    following = other(eve)

    queue = words(reviewer.get(QUEUE).content.decode())
    page = reviewer.get(at("desk_order", order)).content.decode()
    answer = reviewer.post(at("desk_approve", order), follow=True)

    assert queue.count("you are a member: somebody else must decide") == 1
    assert "You are a member of this Mini Program: somebody else must decide." in page
    assert at("desk_approve", order) not in page
    assert "You are a member of this Mini Program: somebody else must decide." in answer.content.decode()
    assert AuditOrder.objects.get(pk=order.pk).status == "queued"
    assert reviewer.post(at("desk_approve", following)).url == QUEUE  # one's own is never the next


def test_the_verdict_is_taken_by_post_only(reviewer, order):
    assert [reviewer.get(at(name, order)).status_code for name in ("desk_approve", "desk_reject")] == [405, 405]
    assert reviewer.post(at("desk_order", order)).status_code == 405


def test_unknown_numbers_are_not_found(reviewer, order):
    for name in ("desk_approve", "desk_reject"):
        assert reviewer.post(reverse(f"releases:{name}", kwargs={"pk": 999})).status_code == 404
    assert reviewer.get("/desk/orders/999999999999999999999/").status_code == 404


def test_what_has_become_of_an_earlier_submission_does_not_hide_its_verdict(reviewer, order):
    stories.approved(order)
    second = stories.rejected(stories.submitted(order.build))
    third = stories.submitted(order.build)

    earlier = reviewer.get(at("desk_order", third)).context["earlier"]

    assert [(row.pk, row.verdict, row.status) for row in earlier] == [
        (second.pk, "Rejected", "superseded"),
        (order.pk, "Approved", "superseded"),
    ]
