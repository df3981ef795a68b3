"""The desk's side of WeChat Verification: the queue and its filters, one application, the decisions."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import override

from accounts.models import User
from accounts.notices import render_notice
from entities.actions.papers import upload_paper
from entities.models import Standing
from platform_site.kernel import clock
from platform_site.kernel.clock import now
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import console, desk, phone
from tests.releases.pages import words
from tests.verification.auditing import FIELD, at, call, in_audit, resubmitted, sent_back
from verification.actions import audits
from verification.institutions import INSTITUTIONS
from verification.models import ContactCall, RefillReason, Verification
from verification.subtypes import ID_SCANS

pytestmark = pytest.mark.django_db
QUEUE = "/desk/verifications/"
CONTACT = {
    "legal_person": "何苏乐",
    "address": "Harbour Road 7",
    "operator_name": "林安达",
    "operator_id_number": "330106199003140265",
    "operator_phone": "+8613900000101",
    "operator_email": "ada@harbour.test",
}
POSTS = {
    "call": {"outcome": "confirmed"},
    "pass": {},
    "send_back": {"reasons": [FIELD], f"text-{FIELD}": "Wrong."},
    "fail": {"code": "not_registered"},
    "reveal": {"reason": "To phone the contact"},
}


@pytest.fixture
def reviewer(rev):
    return desk(None, rev)


@pytest.fixture
def application(rev):
    row = in_audit()
    row.papers_data = json.dumps(CONTACT)
    row.save(update_fields=["papers_data"])
    return row


def page(application):
    return reverse("verification:desk_verification", kwargs={"pk": application.pk})


def post_to(name, application):
    return reverse(f"verification:desk_verification_{name}", kwargs={"pk": application.pk})


def other(administrator="eve", name="海港市档案管理局", **kwargs):
    return in_audit(stories.organisation(type="government", administrator=administrator, name=name, **kwargs))


def shown(answer):
    return [row.mini_program.entity.name for row in answer.context["page"]]


def fresh(application):
    return Verification.objects.get(pk=application.pk)


# --- the door ------------------------------------------------------------------------------------------------------


def test_only_staff_come_to_it(application, client, ada):
    account = application.mini_program.user
    for address in (QUEUE, page(application)):
        for stranger in (Client(), console(client, application.mini_program), phone(None, ada)):
            assert stranger.get(address).url == f"/desk/login/?next={address}"
        assert desk(None, account).get(address).status_code == 404
    for name, data in POSTS.items():
        assert console(None, application.mini_program).post(post_to(name, application), data).status_code == 302
        assert desk(None, account).post(post_to(name, application), data).status_code == 404
    assert (fresh(application).status, ContactCall.objects.count()) == ("under_audit", 0)
    assert not AuditEvent.objects.filter(event=audits.REVEALED).exists()


def test_it_is_decided_by_post_only(reviewer, application):
    assert {reviewer.get(post_to(name, application)).status_code for name in POSTS} == {405}
    assert reviewer.post(page(application)).status_code == 405
    assert reviewer.post(QUEUE).status_code == 405


def test_unknown_numbers_and_what_is_not_handed_in_are_not_found(reviewer, ada):
    program = stories.organisation(type="government")
    draft = Verification.objects.create(mini_program=program, started_by=ada, started_at=now())

    for pk in (draft.pk, 999, 10**30):
        assert reviewer.get(f"{QUEUE}{pk}/").status_code == 404
        assert reviewer.post(f"{QUEUE}{pk}/fail/", POSTS["fail"]).status_code == 404


# --- the queue -----------------------------------------------------------------------------------------------------


def test_the_queue_shows_the_first_due_first_and_says_what_is_overdue(reviewer, application):
    with at(now() - timedelta(days=RULES.verification.audit_days + 1)):
        late = other()

    answer = reviewer.get(QUEUE)

    assert shown(answer) == [late.mini_program.entity.name, application.mini_program.entity.name]
    assert words(answer.content.decode()).count("overdue") == 1


def test_each_state_has_its_tab(reviewer, application, rev):
    back, decided = sent_back(other()), other("max", "海港市公共图书馆局")
    audits.fail_application(decided, by=rev, code="not_registered")

    assert shown(reviewer.get(QUEUE)) == [application.mini_program.entity.name]
    assert shown(reviewer.get(QUEUE, {"show": "sent_back"})) == [back.mini_program.entity.name]
    assert shown(reviewer.get(QUEUE, {"show": "decided"})) == [decided.mini_program.entity.name]


def test_the_queue_is_searched_by_appid_and_by_the_whole_number(reviewer, application):
    club = in_audit(stories.organisation(type="corporate", method="wechat_verification", administrator="eve"))
    entity = club.mini_program.entity

    assert shown(reviewer.get(QUEUE, {"q": club.mini_program.appid.upper()})) == [entity.name]
    assert shown(reviewer.get(QUEUE, {"q": club.mini_program.appid[2:10]})) == [entity.name]
    assert shown(reviewer.get(QUEUE, {"q": f" {entity.number.lower()} "})) == [entity.name]
    assert shown(reviewer.get(QUEUE, {"q": entity.number[:-1]})) == []
    assert shown(reviewer.get(QUEUE, {"q": "%"})) == []


def test_the_queue_is_filtered_by_institution(reviewer, application):
    second = other()
    assert application.institution != second.institution

    assert shown(reviewer.get(QUEUE, {"institution": second.institution})) == [second.mini_program.entity.name]
    assert len(reviewer.get(QUEUE).context["institutions"]) == len(INSTITUTIONS)


@pytest.mark.parametrize(
    "query", [{"show": "x"}, {"page": "-1"}, {"page": "x"}, {"q": "\0"}, {"institution": "banana"}, {"q": "x" * 999}]
)
def test_filters_that_make_no_sense_show_the_queue(reviewer, application, query):
    assert shown(reviewer.get(QUEUE, query)) == [application.mini_program.entity.name]


def test_one_row_or_three_cost_the_same_number_of_queries(reviewer, application, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        reviewer.get(QUEUE)
    other()
    other("max", "海港市公共图书馆局")

    with django_assert_num_queries(len(one)):
        assert len(shown(reviewer.get(QUEUE))) == 3


def test_empty_lists_say_so(reviewer):
    for show in ("waiting", "sent_back", "decided"):
        assert 'class="empty"' in reviewer.get(QUEUE, {"show": show}).content.decode()


# --- one application -----------------------------------------------------------------------------------------------


def test_an_application_shows_all_that_a_reviewer_needs(reviewer, application):
    call(application, "no_answer")
    text = words(reviewer.get(page(application)).content.decode())

    institution = INSTITUTIONS[application.institution]
    entity = application.mini_program.entity
    for fact in (entity.name, "Government", application.mini_program.appid, str(institution), institution.hotline):
        assert fact in text
    for fact in ("Harbour Road 7", "Nobody answered", "Free of charge", "First verification", "0 of 3"):
        assert fact in text


def test_peoples_data_are_masked_until_they_are_revealed_with_a_reason(reviewer, application, rev):
    hidden = [CONTACT[code] for code in ("operator_name", "operator_id_number", "operator_phone", "operator_email")]
    plain = reviewer.get(page(application)).content.decode()
    refused = reviewer.post(post_to("reveal", application), {"reason": "  "})
    assert not AuditEvent.objects.filter(event=audits.REVEALED).exists()

    revealed = reviewer.post(post_to("reveal", application), {"reason": "To phone the contact"})

    assert [value for value in hidden if value in plain or value in refused.content.decode()] == []
    assert [value for value in hidden if value not in revealed.content.decode()] == []
    assert "Say why you need to see it." in refused.content.decode()
    assert "no-store" in revealed["Cache-Control"]
    row = AuditEvent.objects.get(event=audits.REVEALED)
    assert (row.actor_id, row.reason) == (rev.actor_id, "To phone the contact")
    assert [value for value in hidden if value in json.dumps(row.data) + row.reason] == []
    assert [v for v in hidden if v in reviewer.get(page(application)).content.decode()] == []  # for that once only


def paper_at(application, paper):
    return reverse("verification:desk_verification_paper", kwargs={"pk": application.pk, "paper": paper})


def test_a_revealed_scan_is_for_who_had_it_revealed_and_for_a_while(reviewer, application):
    scan = application.verification_papers.filter(code__in=ID_SCANS).first().paper_id
    reviewer.post(post_to("reveal", application), {"reason": "To compare the faces"})
    colleague = desk(None, stories.staff("sol"))

    assert reviewer.get(paper_at(application, scan)).status_code == 200
    assert colleague.get(paper_at(application, scan)).status_code == 404
    assert reviewer.get(reverse("entities:desk_paper", kwargs={"pk": scan})).status_code == 404
    clock.move_forward(RULES.verification.reveal_minutes * 60)
    assert reviewer.get(paper_at(application, scan)).status_code == 404


def test_scans_of_id_cards_are_shown_once_they_are_revealed_and_each_look_is_written_down(reviewer, application):
    scans = application.verification_papers.filter(code__in=ID_SCANS)
    others = application.verification_papers.exclude(code__in=ID_SCANS)
    page_of_certificate = upload_paper(application.mini_program.user, data=stories.scan("LETTER"), name="letter.png")
    others.update(paper=page_of_certificate)
    hidden = {paper_at(application, row.paper_id) for row in scans}
    assert {reviewer.get(address).status_code for address in hidden} == {404}
    plain = reviewer.get(page(application)).content.decode()

    revealed = reviewer.post(post_to("reveal", application), {"reason": "To compare the faces"}).content.decode()

    assert [address for address in hidden if address in plain] == []
    assert [address for address in hidden if address not in revealed] == []
    assert paper_at(application, page_of_certificate.pk) in plain
    assert {reviewer.get(address).status_code for address in hidden} == {200}
    looks = AuditEvent.objects.filter(event="entities.paper.revealed")
    assert {(row.reason, row.data["application"]) for row in looks} == {("To compare the faces", application.pk)}
    assert looks.count() == scans.count() == len(ID_SCANS)


def test_a_scan_of_an_id_card_that_stands_elsewhere_too_is_not_shown_there_either(reviewer, application):
    card = application.verification_papers.filter(code__in=ID_SCANS).first().paper
    application.verification_papers.exclude(code__in=ID_SCANS).update(paper=card)

    plain = reviewer.get(page(application)).content.decode()

    assert paper_at(application, card.pk) not in plain  # else a broken picture, until it is revealed
    assert reviewer.get(paper_at(application, card.pk)).status_code == 404


def test_every_round_of_refilling_stands_there_with_its_fields(reviewer, application):
    sent_back(application, "Too dark.")
    resubmitted(application)
    sent_back(application, "Still too <b>dark</b>.")

    text = reviewer.get(page(application)).content.decode()

    assert "Too dark." in text
    assert "Still too &lt;b&gt;dark&lt;/b&gt;." in text
    assert [number for number, _reasons in reviewer.get(page(application)).context["rounds"]] == [2, 1]
    assert post_to("pass", application) not in text


def test_an_overdue_refill_fails_when_somebody_looks(reviewer, application):
    sent_back(application)
    clock.move_forward(RULES.verification.refill_days * 86_400)

    text = words(reviewer.get(page(application)).content.decode())

    assert "The papers were not refilled in time." in text
    assert fresh(application).status == "failed"


# --- the decisions -------------------------------------------------------------------------------------------------


def test_a_call_then_pass_and_on_to_the_next(reviewer, application):
    following = other()

    assert reviewer.post(post_to("call", application), POSTS["call"]).url == page(application)
    assert reviewer.post(post_to("pass", application)).url == page(following)
    assert fresh(application).mini_program.standing.is_verified
    assert reviewer.post(post_to("fail", following), POSTS["fail"]).url == QUEUE


def test_pass_is_closed_until_the_contact_has_confirmed_and_says_so(reviewer, application):
    before = reviewer.get(page(application)).content.decode()
    answer = reviewer.post(post_to("pass", application), follow=True)  # an old page, or a hand-made form
    call(application)
    after = reviewer.get(page(application)).content.decode()

    why = "Phone the contact first, and record that they confirm the application."
    assert why in before
    assert why in answer.content.decode()
    assert why not in after
    assert ("disabled" in before.split(post_to("pass", application))[1].split("</form>")[0]) is True
    assert ("disabled" in after.split(post_to("pass", application))[1].split("</form>")[0]) is False
    assert fresh(application).status == "under_audit"


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({}, {"reasons": "Choose at least one field that is to be refilled."}),
        ({"reasons": ["banana"]}, {"reasons": "This application has no such field."}),
        ({"reasons": ["entity_name"], "text-entity_name": "x"}, {"reasons": "This application has no such field."}),
        ({"reasons": [FIELD]}, {FIELD: "Say in words what is wrong with it."}),
        ({"reasons": [FIELD], f"text-{FIELD}": " "}, {FIELD: "Say in words what is wrong with it."}),
        ({"reasons": [FIELD], f"text-{FIELD}": "x" * 501}, {FIELD: "Use at most 500 characters."}),
    ],
)
def test_sending_back_that_says_too_little_comes_back_with_all_that_was_typed(reviewer, application, data, faults):
    answer = reviewer.post(post_to("send_back", application), data | {"text-address": "Typed already"})

    rows = {row.fact.code: row for row in answer.context["rows"]}
    assert answer.context["refill"].faults == faults
    assert rows["address"].text == "Typed already"
    assert {code for code, row in rows.items() if row.chosen} == set(data.get("reasons", [])) & set(rows)
    assert answer.content.decode().count(next(iter(faults.values()))) == (2 if FIELD in faults else 1)
    assert (fresh(application).status, RefillReason.objects.count()) == ("under_audit", 0)


def test_sending_back_keeps_the_words_of_what_is_ticked(reviewer, application):
    data = {"reasons": [FIELD, "address"], f"text-{FIELD}": "A\r\nB", "text-address": "C", "text-legal_person": "no"}

    assert reviewer.post(post_to("send_back", application), data).url == QUEUE

    assert list(RefillReason.objects.order_by("pk").values_list("field", "text")) == [(FIELD, "A\nB"), ("address", "C")]


def test_after_three_refills_it_can_not_be_sent_back_and_the_page_says_why(reviewer, application):
    for _round in range(RULES.verification.refills):
        resubmitted(sent_back(application))

    text = reviewer.get(page(application)).content.decode()
    answer = reviewer.post(post_to("send_back", application), POSTS["send_back"])

    assert "It has been sent back 3 times already" in text
    assert post_to("send_back", application) not in text
    assert answer.context["refill"].faults["reasons"].startswith("It has been sent back 3 times already")
    assert reviewer.post(post_to("fail", application), {"code": "refilled"}).url == QUEUE


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "code", "Choose why it is not passed."),
        ({"code": "timed_out"}, "code", "Choose why it is not passed."),
        ({"code": "refilled", "text": "Typed"}, "code", "It has been sent back 0 of 3 times"),
        ({"code": "other", "text": " "}, "text", "Say in words why it is not passed."),
        ({"code": "not_registered", "text": "x" * 501}, "text", "Use at most 500 characters."),
    ],
)
def test_failing_that_says_too_little_comes_back_with_all_that_was_typed(reviewer, application, data, field, message):
    answer = reviewer.post(post_to("fail", application), data)

    form = answer.context["fail"]
    assert form.errors[field][0].startswith(message)
    assert {name: form[name].value() for name in data} == data
    assert fresh(application).status == "under_audit"


def test_a_call_without_an_outcome_comes_back_with_its_note(reviewer, application):
    answer = reviewer.post(post_to("call", application), {"note": "Rang twice"})

    assert answer.context["call"].errors["outcome"] == ["Choose what came of the call."]
    assert answer.context["call"]["note"].value() == "Rang twice"
    assert not ContactCall.objects.exists()


def test_pages_that_went_stale_say_so_and_change_nothing(reviewer, application, rev):
    call(application)
    audits.pass_application(fresh(application), by=rev)

    answers = {name: reviewer.post(post_to(name, application), POSTS[name], follow=True) for name in POSTS}

    for name in ("call", "pass", "send_back", "fail"):
        assert "decided by" in words(answers[name].content.decode())
    assert "This can&#x27;t be done now" in answers["pass"].content.decode()
    assert (fresh(application).status, ContactCall.objects.count()) == ("passed", 1)


def test_own_mini_programs_are_shown_but_somebody_else_must_decide(reviewer, application, rev, ada):
    User.objects.filter(pk=rev.pk).update(person=ada)
    following = other()

    queue = words(reviewer.get(QUEUE).content.decode())
    text = reviewer.get(page(application)).content.decode()
    for name, data in POSTS.items():
        answer = reviewer.post(post_to(name, application), data, follow=True)
        assert "somebody else must decide" in answer.content.decode()

    assert queue.count("you are a member: somebody else must decide") == 1
    assert [name for name in POSTS if post_to(name, application) in text] == []
    assert (fresh(application).status, ContactCall.objects.count()) == ("under_audit", 0)
    assert not AuditEvent.objects.filter(event=audits.REVEALED).exists()
    assert reviewer.post(post_to("fail", following), POSTS["fail"]).url == QUEUE  # one's own is never the next


# --- the header ----------------------------------------------------------------------------------------------------


def header(client, path="/desk/orders/"):
    html = client.get(path).content.decode()
    nav = html.split('<nav class="top-nav"', 1)[1].split("</nav>", 1)[0]
    return [(strip_tags(f"<a {a}").strip().split("\n")[0], 'aria-current="page"' in a) for a in nav.split("<a ")[1:]]


def test_every_page_of_staff_leads_to_every_queue_with_how_many_wait(reviewer, application):
    stories.submitted()
    sent_back(other())

    assert ("Submissions 1 1 waiting", True) in header(reviewer)
    assert ("Verifications 1 1 waiting", True) in header(reviewer, QUEUE)
    for path in (page(application), "/sim/verifications/"):
        words_of = dict(header(reviewer, path))
        assert words_of["Submissions 1 1 waiting"] is False
        assert words_of["Verifications 1 1 waiting"] is (path == page(application))
        assert words_of["Names"] is False  # nothing waits: no number
    audits.fail_application(application, by=stories.staff(), code="not_registered")
    assert ("Verifications", False) in header(reviewer)


def test_long_queues_are_not_counted_to_their_end(reviewer, application, monkeypatch):
    other()
    monkeypatch.setattr("platform_site.templatetags.desk.MOST", 1)

    assert ("Verifications 1+ 1+ waiting", True) in header(reviewer, QUEUE)


def test_nobody_sees_queues_before_they_log_in(db):
    assert "Verifications" not in Client().get("/desk/login/").content.decode()


# --- what the administrator hears ------------------------------------------------------------------------------------


def notices(application):
    return application.mini_program.notices.order_by("pk")


def test_the_administrator_hears_of_each_decision_in_their_language(application, rev, deliver):
    sent_back(application)
    deliver()
    resubmitted(application)
    audits.fail_application(application, by=rev, code="not_registered", text="Not in the register.")
    deliver()

    back, failed = notices(application).filter(event__startswith="verification.")
    assert f"{RULES.verification.refills}" not in render_notice(back.event, back.facts)[0]
    assert "must be refilled by 20" in render_notice(back.event, back.facts)[1]
    assert "not registered" in render_notice(failed.event, failed.facts)[1]
    assert set(failed.facts["reason"]) == {"en", "zh-hans"}
    with override("zh-hans"):
        assert "Not in the register." in render_notice(failed.event, failed.facts)[1]
    assert back.path == f"/console/{application.mini_program.appid}/settings/verification/"


def test_the_administrator_hears_of_passing_and_of_running_out_of_time(application, rev, deliver):
    call(application)
    audits.pass_application(application, by=rev)
    late = sent_back(other())
    deliver()
    clock.move_forward(RULES.verification.refill_days * 86_400)
    audits.time_out_refills()
    deliver()

    passed = notices(application).get(event="verification.application.passed")
    until = Standing.objects.get(status="verified").verified_until
    assert passed.facts["date"] == f"{localtime(until):%Y-%m-%d}"
    assert notices(late).filter(event="verification.application.timed_out").count() == 1
