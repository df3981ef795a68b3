"""The desk of names: the queue, one name with its naming proof, the decision, and what follows from it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import MiniProgram, ServiceNotification
from developers.actions.builds import upload_build
from developers.actions.packages import receive_package
from entities import queries
from entities.actions.name_decisions import approve_name, reject_name, withdraw_name
from entities.actions.names import NameProof, choose_name
from entities.actions.papers import upload_paper
from entities.models import NameApplication, Profile, ProfileChange
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, LostRace, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.entities.helpers import picture
from tests.people import console, desk

pytestmark = pytest.mark.django_db
QUEUE = "/desk/names/"


@pytest.fixture
def asked(ada) -> NameApplication:
    return stories.name_asked(name="Harbour Museum")


@pytest.fixture
def reviewer(rev) -> Client:
    return desk(None, rev)


def at(application: NameApplication, page: str = "") -> str:
    return f"{QUEUE}{application.pk}/{page}"


def profile_of(application: NameApplication) -> Profile:
    return Profile.objects.get(mini_program_id=application.mini_program_id)


def names(answer) -> list[str]:
    return [row.name for row in answer.context["page"]]


# --- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_shows_the_first_due_first_and_what_is_overdue(reviewer, asked, eve):
    clock.move_forward(60)
    stories.name_asked(administrator="eve", name="Pier University")
    clock.move_forward(RULES.profile.name_review_days * 86_400 - 59)
    answer = reviewer.get(QUEUE)
    assert names(answer) == ["Harbour Museum", "Pier University"]
    assert answer.content.decode().count("overdue by") == 1
    assert names(reviewer.get(QUEUE, {"show": "decided"})) == []


def test_decided_names_are_found_again_and_the_queue_is_searched(reviewer, asked, rev, eve):
    other = stories.name_asked(administrator="eve", name="Pier University")
    reject_name(other, by=rev, reason="Not yours.")
    assert names(reviewer.get(QUEUE, {"q": "MUSEUM"})) == ["Harbour Museum"]
    assert names(reviewer.get(QUEUE, {"q": asked.mini_program.appid})) == ["Harbour Museum"]
    assert names(reviewer.get(QUEUE, {"q": "nothing"})) == []
    assert names(reviewer.get(QUEUE, {"show": "decided"})) == ["Pier University"]
    for hostile in ({"show": "x"}, {"q": "a\0b"}, {"page": "-1"}, {"q": "x" * 65}):
        assert reviewer.get(QUEUE, hostile).status_code == 200


def test_a_withdrawn_name_waits_no_more(reviewer, asked):
    withdraw_name(asked, by=stories.administrator_of(asked.mini_program))
    assert names(reviewer.get(QUEUE)) == names(reviewer.get(QUEUE, {"show": "decided"})) == []
    assert "Approve" not in reviewer.get(at(asked)).content.decode()


def test_three_names_take_as_many_queries_as_one(reviewer, asked):
    def count() -> int:
        reviewer.get(QUEUE)
        with CaptureQueriesContext(connection) as queries_made:
            reviewer.get(QUEUE)
        return len(queries_made)

    one = count()
    for name in ("Pier Museum", "Quay Museum"):
        stories.name_asked(name=name)
    assert count() == one


# --- one name --------------------------------------------------------------------------------------------------------


def test_a_name_is_shown_with_its_words_proof_and_similar_names(reviewer, asked, eve):
    stories.completed(administrator="eve", name="Lantern Books")
    approve_name(stories.name_asked(administrator="eve", name="Pier Museum"), by=stories.staff())
    text = reviewer.get(at(asked)).content.decode()
    for words in ("Harbour Museum", "We run this museum.", ">Museum<", "Pier Museum", "another entity"):
        assert words in text
    assert "Lantern Books" not in text
    paper = asked.name_papers.get().paper
    assert f"/desk/papers/{paper.pk}/" in text
    assert reviewer.get(f"/desk/papers/{paper.pk}/")["Content-Type"] == "image/jpeg"


def test_an_individual_is_not_named_to_the_reviewer(reviewer, asked, ada):
    text = reviewer.get(at(asked)).content.decode()
    assert ada.real_name not in text
    assert ada.id_number not in text


def test_there_is_no_page_of_a_name_that_is_none(reviewer):
    assert reviewer.get(f"{QUEUE}9999/").status_code == 404
    assert reviewer.post(f"{QUEUE}9999/approve/").status_code == 404


# --- the decision ----------------------------------------------------------------------------------------------------


def test_an_approved_name_holds_at_once_and_the_administrator_is_told(reviewer, asked, ada, rev, deliver):
    answer = reviewer.post(at(asked, "approve/"), follow=True)
    assert "Approved: Harbour Museum." in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == ("approved", rev)
    assert (profile_of(asked).name, profile_of(asked).name_key) == ("Harbour Museum", "harbour museum")
    assert queries.is_complete(MiniProgram.objects.get(pk=asked.mini_program_id))
    assert not ProfileChange.objects.exists()
    assert AuditEvent.objects.get(event="entities.profile.completed").data["name"] == "Harbour Museum"
    deliver()
    told = ServiceNotification.objects.get(person=ada, event="entities.name.approved")
    assert told.facts["name"] == "Harbour Museum"


def test_a_rejected_name_is_explained_and_another_is_chosen_which_is_no_change(reviewer, asked, ada, deliver):
    reviewer.post(at(asked, "reject/"), {"reason": "The certificate\r\nis another company's."})
    asked.refresh_from_db()
    assert (asked.status, asked.reason) == ("rejected", "The certificate\nis another company's.")
    assert profile_of(asked).name == ""
    deliver()
    assert (
        "another company" in ServiceNotification.objects.get(person=ada, event="entities.name.rejected").facts["reason"]
    )

    client, appid = console(None, asked.mini_program), asked.mini_program.appid
    text = client.get(f"/console/{appid}/profile/").content.decode()
    assert "is another company&#x27;s." in text
    assert f'href="/console/{appid}/settings/name/"' in text
    answer = client.post(f"/console/{appid}/settings/name/", {"name": "Harbour Tea"}, follow=True)
    assert "The Mini Program information is complete." in answer.content.decode()
    assert profile_of(asked).name == "Harbour Tea"
    assert not ProfileChange.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "a\0b", "x" * (RULES.profile.reason_characters + 1)])
def test_a_rejection_needs_a_reason_that_can_be_read(reviewer, asked, rev, reason):
    answer = reviewer.post(at(asked, "reject/"), {"reason": reason})
    assert list(answer.context["form"].errors) == ["reason"]
    with pytest.raises(Refused) as refused:
        reject_name(asked, by=rev, reason=reason)
    assert refused.value.field == "reason"
    asked.refresh_from_db()
    assert asked.status == "under_review"


@pytest.mark.parametrize("first", ["approve/", "reject/"])
def test_pressed_twice_the_decision_is_made_once(reviewer, asked, first):
    reviewer.post(at(asked, first), {"reason": "No."})
    before = AuditEvent.objects.count()
    answer = reviewer.post(at(asked, "approve/"), follow=True)
    assert "This can&#x27;t be done now" in answer.content.decode()
    assert AuditEvent.objects.count() == before


def test_a_name_that_is_lost_meanwhile_is_refused_in_words_and_stays_to_be_rejected(reviewer, asked, eve):
    """Nobody can take it while it waits; this is the last word if somebody has it all the same."""
    Profile.objects.filter(mini_program=stories.completed(administrator="eve")).update(
        name="Harbour Museum", name_key="harbour museum"
    )
    answer = reviewer.post(at(asked, "approve/"), follow=True)
    assert "Another Mini Program has this name already." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "under_review"
    assert profile_of(asked).name == ""


def test_staff_decide_on_no_program_of_their_own(asked):
    sol = stories.staff("sol")
    sol.person = asked.mini_program.members.get().person
    sol.save(update_fields=["person"])
    client = desk(None, sol)
    assert "somebody else must decide" in client.get(QUEUE).content.decode()
    assert "somebody else must decide" in client.get(at(asked)).content.decode()
    for act in (lambda: approve_name(asked, by=sol), lambda: reject_name(asked, by=sol, reason="No.")):
        with pytest.raises(NotAllowed):
            act()
    client.post(at(asked, "approve/"))
    asked.refresh_from_db()
    assert asked.status == "under_review"


def test_nobody_else_decides(asked, ada, eve):
    for actor in (ada, eve, asked.mini_program.user):
        with pytest.raises(NotAllowed):
            approve_name(asked, by=actor)


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_the_administrator_withdraws_and_chooses_another_name(asked):
    client, appid = console(None, asked.mini_program), asked.mini_program.appid
    answer = client.post(f"/console/{appid}/settings/name/withdraw/", follow=True)
    assert "The application for Harbour Museum is withdrawn." in answer.content.decode()
    assert client.post(f"/console/{appid}/settings/name/withdraw/").status_code == 404
    client.post(f"/console/{appid}/settings/name/", {"name": "Harbour Tea"})
    assert profile_of(asked).name == "Harbour Tea"


def test_a_second_protected_name_is_handed_in_with_new_proof(asked, rev):
    reject_name(asked, by=rev, reason="No.")
    program = MiniProgram.objects.get(pk=asked.mini_program_id)
    proof = NameProof((upload_paper(program.account, data=picture(), name="x.png"),), "Now with a seal.")
    again = choose_name(program, "Harbour Museum", by=stories.administrator_of(program), proof=proof)
    approve_name(again, by=rev)
    assert profile_of(asked).name == "Harbour Museum"
    assert [row.status for row in NameApplication.objects.order_by("pk")] == ["rejected", "approved"]


def test_while_one_name_waits_no_other_is_chosen_and_one_that_is_there_is_not_chosen_again(asked, rev):
    program = MiniProgram.objects.get(pk=asked.mini_program_id)
    by = stories.administrator_of(program)
    with pytest.raises(Refused) as refused:
        choose_name(program, "Harbour Tea", by=by)
    assert refused.value.code == "name_under_review"
    approve_name(asked, by=rev)
    with pytest.raises(Refused) as refused:
        choose_name(program, "Harbour Tea", by=by)
    assert refused.value.code == "name_exists"


def test_a_program_without_a_name_can_not_be_submitted_for_review(asked, rev):
    program = MiniProgram.objects.get(pk=asked.mini_program_id)
    build = upload_build(
        program,
        package=receive_package(stories.zip_of_demo_program()),
        version="1.0.0",
        notes="",
        by=stories.administrator_of(program),
    )
    with pytest.raises(Refused) as refused:
        stories.submitted(build)
    assert refused.value.code == "86002"
    approve_name(asked, by=rev)
    build.mini_program = MiniProgram.objects.get(pk=program.pk)
    assert stories.submitted(build).status == "queued"


@pytest.mark.django_db(transaction=True)
def test_approving_and_withdrawing_at_once_leaves_one_outcome():
    asked = stories.name_asked()
    rev, by = stories.staff(), stories.administrator_of(asked.mini_program)

    def act(i):
        mine = NameApplication.objects.select_related("mini_program").get(pk=asked.pk)
        return approve_name(mine, by=rev) if i else withdraw_name(mine, by=by)

    outcomes = together(2, act)

    assert len(successes(outcomes)) == 1
    assert all(isinstance(error, LostRace | IllegalMove) for error in refusals(outcomes))
    asked.refresh_from_db()
    assert profile_of(asked).name == ("Harbour Museum" if asked.status == "approved" else "")
