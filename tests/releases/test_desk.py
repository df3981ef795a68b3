"""The desk: one submission, the verdict."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.stories.programs import zip_of_demo_program
from releases.actions.claims import claim
from releases.actions.conversation import note, write
from releases.actions.pictures import clean_pictures
from releases.desk import DECISIONS
from releases.models import AuditOrder, TestAccount
from tests.people import console, desk, phone
from tests.releases.pages import words
from tests.releases.pictures import picture

QUEUE = "/desk/orders/"


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def at(page, order, **kwargs):
    return reverse(f"releases:{page}", kwargs={"pk": order.pk, **kwargs})


def decide(name, order):
    return at("desk_decide", order, name=name)


def upload(name):
    return SimpleUploadedFile(name, picture(), "image/png")


def with_file(path, data):
    """The demo program with another content of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zip_of_demo_program())) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, data if entry.filename.endswith(path) else old.read(entry))
    return out.getvalue()


def other(eve, name="Lantern Books", **kwargs):
    return stories.submitted(stories.uploaded(stories.completed(administrator=eve, name=name), administrator=eve))


# --- the door ------------------------------------------------------------------------------------------------------


def test_only_staff_come_to_the_desk(order, client, ada, tea):
    addresses = [QUEUE, at("desk_order", order), at("desk_page", order, path="pages/home/home")]
    for address in addresses:
        for stranger in (Client(), client, phone(None, ada)):
            assert stranger.get(address).url == f"/desk/login/?next={address}"
        assert desk(None, tea.user).get(address).status_code == 404
    posts = [decide(name, order) for name in DECISIONS]
    posts += [at(name, order) for name in ("desk_claim", "desk_release", "desk_take_over", "desk_account")]
    for address in posts:
        assert console(None, tea).post(address).status_code == 302
        assert desk(None, tea.user).post(address).status_code == 404
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


def reject_form(answer):
    return next(form for form in answer.context["forms"] if form.decision.name == "reject")


# --- the verdict ---------------------------------------------------------------------------------------------------


def test_approving_leads_to_the_next_in_the_queue_and_at_last_back_to_it(reviewer, order, eve):
    following = other(eve)

    assert reviewer.post(decide("approve", order)).url == at("desk_order", following)
    assert reviewer.post(decide("approve", following)).url == QUEUE
    assert {row.status for row in AuditOrder.objects.all()} == {"approved"}


def test_rejecting_takes_the_reasons_in_the_order_of_the_list(reviewer, order):
    data = {"reasons": ["3.3.1", "1.2.3"], "text-3.3.1": "No\r\nbutton.", "text-1.2.3": "Tags.", "text-2.2": "unused"}

    assert reviewer.post(decide("reject", order), data).url == QUEUE

    kept = AuditOrder.objects.get().reasons.order_by("pk").values_list("code", "text")
    assert list(kept) == [("1.2.3", "Tags."), ("3.3.1", "No\nbutton.")]


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({}, {"reasons": "Choose at least one reason."}),
        ({"reasons": ["9.9"], "text-9.9": "x"}, {"reasons": "There is no such reason."}),
        ({"reasons": ["3.3.1"], "text-3.3.1": " "}, {"3.3.1": "Say in words what was found."}),
        ({"reasons": ["3.3.1"]}, {"3.3.1": "Say in words what was found."}),
        (
            {"reasons": ["3.3.1"], "text-3.3.1": "x", "device-3.3.1": "x" * 65},
            {"device-3.3.1": "Use at most 64 characters."},
        ),
    ],
)
def test_a_rejection_that_says_too_little_comes_back_with_all_that_was_typed(reviewer, order, data, faults):
    answer = reviewer.post(decide("reject", order), data | {"text-2.2": "Typed already"})

    form = reject_form(answer)
    choices = {choice.reason.code: choice for _title, group in form.groups() for choice in group}
    assert answer.status_code == 422
    assert form.faults == faults
    assert choices["2.2"].text == "Typed already"
    assert {code for code, choice in choices.items() if choice.chosen} == set(data.get("reasons", [])) & set(choices)
    assert next(iter(faults.values())) in answer.content.decode()
    assert AuditOrder.objects.get().status == "queued"


def test_words_are_prefilled_with_the_explanation(reviewer, order):
    form = reject_form(reviewer.get(at("desk_order", order)))
    choices = [c for _title, group in form.groups() for c in group]

    assert [choice.text for choice in choices] == [choice.reason.explanation for choice in choices]


def test_a_page_that_went_stale_says_so_and_changes_nothing(reviewer, order, rev):
    stories.approved(order)

    answer = reviewer.post(decide("approve", order), follow=True)
    rejected = reviewer.post(decide("reject", order), {"reasons": ["3.3.1"], "text-3.3.1": "x"}, follow=True)

    assert "This can&#x27;t be done now" in answer.content.decode()
    assert "decided by" in words(rejected.content.decode())
    assert AuditOrder.objects.get().status == "approved"


def test_own_mini_programs_are_shown_but_somebody_else_must_decide(reviewer, order, eve, rev, dev):
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)
    following = other(eve)

    queue = words(reviewer.get(QUEUE).content.decode())
    page = reviewer.get(at("desk_order", order)).content.decode()
    answer = reviewer.post(decide("approve", order), follow=True)

    assert queue.count("you are a member: somebody else must decide") == 1
    assert "You are a member of this Mini Program: somebody else must decide." in page
    assert decide("approve", order) not in page
    assert "You are a member of this Mini Program: somebody else must decide." in answer.content.decode()
    assert AuditOrder.objects.get(pk=order.pk).status == "queued"
    assert reviewer.post(decide("approve", following)).url == QUEUE  # one's own is never the next


def test_the_verdict_is_taken_by_post_only(reviewer, order):
    assert [reviewer.get(decide(name, order)).status_code for name in DECISIONS] == [405] * len(DECISIONS)
    assert reviewer.post(at("desk_order", order)).status_code == 405


def test_unknown_numbers_are_not_found(reviewer, order):
    assert reviewer.post(at("desk_decide", order, name="banish")).status_code == 404
    assert reviewer.post("/desk/orders/999/decisions/approve/").status_code == 404
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


# --- claims --------------------------------------------------------------------------------------------------------


def test_claimed_and_given_back(reviewer, order, rev):
    page = reviewer.post(at("desk_claim", order), follow=True).content.decode()
    assert AuditOrder.objects.get().claimed_by == rev
    assert "You have it until" in page

    page = reviewer.post(at("desk_release", order), follow=True).content.decode()
    assert AuditOrder.objects.get().claimed_by is None
    assert "Nobody has it." in page


def test_who_has_as_many_as_one_may_is_refused_another(reviewer, order, eve, rev):
    for n in range(RULES.desk.claims_max):
        claim(other(eve, name=f"Lantern {n}"), by=rev)

    page = reviewer.post(at("desk_claim", order), follow=True).content.decode()

    assert "as many as one may have" in page
    assert AuditOrder.objects.get(pk=order.pk).claimed_by is None


def test_only_the_claimer_sees_the_decisions_and_a_colleague_takes_over_with_a_reason(order, rev, reviewer, vera):
    claim(order, by=vera)
    page = reviewer.get(at("desk_order", order))
    assert page.context["forms"] == []
    assert "Only who has claimed it decides." in page.content.decode()

    refused = reviewer.post(at("desk_take_over", order), {"reason": " "})
    assert (refused.status_code, "Say why you take it over." in refused.content.decode()) == (422, True)
    reviewer.post(at("desk_take_over", order), {"reason": "Vera is ill."})

    assert AuditOrder.objects.get().claimed_by == rev
    assert AuditEvent.objects.get(event="releases.order.taken_over").reason == "Vera is ill."
    assert desk(None, vera).post(decide("approve", order), follow=True).content.decode().count("has claimed this") == 1


def test_a_claim_that_has_lapsed_is_not_shown(order, vera, reviewer):
    claim(order, by=vera)
    clock.move_forward(RULES.desk.claim_minutes * 60 + 1)
    assert "Nobody has it." in reviewer.get(at("desk_order", order)).content.decode()


# --- the other decisions -------------------------------------------------------------------------------------------


def test_each_decision_has_its_form_and_says_what_is_missing(reviewer, order):
    for name, words_of in (("delay", "Say why it takes longer"), ("ask_material", "Say what you need")):
        answer = reviewer.post(decide(name, order), {"words": "", "days": "1"})
        assert answer.status_code == 422
        assert words_of in answer.content.decode()
    answer = reviewer.post(decide("delay", order), {"words": "Later.", "days": "99"})
    assert answer.status_code == 422
    assert AuditOrder.objects.get().status == "queued"


def test_a_question_with_a_screenshot_stands_in_the_thread(reviewer, order, tea):
    sent = {"words": "What does this button do?", "pictures": [upload("a.png"), upload("b.png")]}
    assert reviewer.post(decide("ask_material", order), sent).url == QUEUE

    page = reviewer.get(at("desk_order", order)).content.decode()
    pictures = AuditOrder.objects.get().pictures.all()
    assert AuditOrder.objects.get().status == "waiting_developer"
    assert "What does this button do?" in page
    for kept in pictures:
        address = at("desk_picture", order, number=kept.pk)
        assert address in page
        answer = reviewer.get(address)
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-store")
        assert console(None, tea).get(address).status_code == 302
    assert len(pictures) == 2


def test_what_is_no_picture_is_refused_and_nothing_is_decided(reviewer, order):
    sent = {"words": "Look.", "pictures": [SimpleUploadedFile("x.png", b"<svg/>", "image/png")]}
    answer = reviewer.post(decide("ask_material", order), sent)
    assert (answer.status_code, "This is not a JPEG" in answer.content.decode()) == (422, True)
    assert AuditOrder.objects.get().status == "queued"


def test_a_screenshot_of_a_reason_goes_with_it(reviewer, order):
    data = {"reasons": ["3.3.1"], "text-3.3.1": "No button.", "page-3.3.1": "pages/home/home"}
    reviewer.post(decide("reject", order), data | {"pictures-3.3.1": [upload("a.png")]})

    reason = AuditOrder.objects.get().reasons.get()
    page = reviewer.get(at("desk_order", order)).content.decode()
    assert (reason.page, reason.pictures.count()) == ("pages/home/home", 1)
    assert at("desk_picture", order, number=reason.pictures.get().pk) in page


def test_a_second_opinion_shows_what_waits_to_others_only(reviewer, order, vera, rev):
    data = {"reasons": ["3.3.1"], "text-3.3.1": "No button.", "ask_second": "on", "words": "Is it so?"}
    reviewer.post(decide("reject", order), data)

    own = reviewer.get(at("desk_order", order))
    assert own.context["forms"] == []
    assert "It is your own decision that waits" in own.content.decode()
    hers = desk(None, vera).get(at("desk_order", order))
    assert [form.decision.name for form in hers.context["forms"]] == ["confirm", "send_back"]
    for said in ("Is it so?", "No button.", rev.name):
        assert said in words(hers.content.decode())
    desk(None, vera).post(decide("confirm", order))
    assert AuditOrder.objects.get().status == "rejected"


def test_a_message_and_a_note_leave_the_verdict_open(reviewer, order, tea):
    assert reviewer.post(decide("message", order), {"words": "A moment, please."}).url == at("desk_order", order)
    assert reviewer.post(decide("note", order), {"words": "Sells fireworks?"}).url == at("desk_order", order)

    page = reviewer.get(at("desk_order", order)).content.decode()
    assert "A moment, please." in page
    assert "Sells fireworks?" in page
    assert AuditOrder.objects.get().status == "queued"


# --- test account, difference, checks ------------------------------------------------------------------------------


def test_the_test_account_is_masked_and_each_opening_is_written_down(reviewer, order, rev):
    stories.rejected(order)
    again = stories.submitted(order.build)
    TestAccount.objects.create(order=again, account="tea@shop.test", password="pot-98765", notes="Table 4")
    page = reviewer.get(at("desk_order", again)).content.decode()
    assert "tea@shop.test" not in page
    assert "pot-98765" not in page

    for _time in range(2):
        answer = reviewer.post(at("desk_account", again))
        assert "pot-98765" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    openings = AuditEvent.objects.filter(event="releases.order.test_account_opened")
    assert [event.actor_name for event in openings] == [str(rev)] * 2


def test_no_test_account_is_said_in_words(reviewer, order):
    assert "No test account was given." in reviewer.post(at("desk_account", order), follow=True).content.decode()


def test_the_difference_to_the_last_approved_version(reviewer, order):
    assert reviewer.get(at("desk_order", order)).context["difference"] is None
    stories.approved(order)
    build = stories.uploaded(
        order.mini_program, version="1.1.0", archive=with_file("pages/home/home.wxss", b"page { color: navy; }")
    )
    second = stories.submitted(build)

    answer = reviewer.get(at("desk_order", second))

    files = next(part for part in answer.context["difference"].parts if part.label == "Files")
    assert files.changed.altered == ("pages/home/home.wxss",)
    assert (files.changed.added, files.changed.removed) == ((), ())
    assert "pages/home/home.wxss" in words(answer.content.decode())


def test_checks_say_what_they_found(reviewer, order):
    checks = {str(check.label): check.passed for check in reviewer.get(at("desk_order", order)).context["checks"]}
    assert checks["The package has no errors"] is True
    assert checks["Each function page is in the package"] is True
    assert checks["A test account was given"] is None


def test_a_submission_costs_the_same_however_much_was_said(reviewer, order, rev):
    with CaptureQueriesContext(connection) as little:
        reviewer.get(at("desk_order", order))
    for n in range(6):
        write(order, by=rev, words=f"Message {n}", pictures=clean_pictures([picture(colour=(n, n, n))]))
        note(order, by=rev, words=f"Note {n}")
    with CaptureQueriesContext(connection) as much:
        reviewer.get(at("desk_order", order))
    assert len(much) <= len(little) + 1  # the pictures
