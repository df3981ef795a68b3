"""The audit of WeChat Verification: calls, the desk's decisions, refills and their deadline."""

from datetime import timedelta

import pytest

from accounts.models import User
from entities.models import Profile
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.verification.auditing import FIELD, at, call, in_audit, resubmitted, sent_back
from verification.actions import audits
from verification.actions.applications import save_name
from verification.institutions import INSTITUTIONS
from verification.models import CallOutcome, ContactCall, RefillReason, Verification

pytestmark = pytest.mark.django_db
LONG = "x" * (RULES.verification.reason_characters + 1)


@pytest.fixture
def application(rev):
    return in_audit()


def events(verification):
    rows = AuditEvent.objects.filter(subject_type="verification.verification", subject_id=str(verification.pk))
    return [row.event.rsplit(".", 1)[-1] for row in rows.order_by("pk")]


def fresh(verification):
    return Verification.objects.get(pk=verification.pk)


# --- the institution -------------------------------------------------------------------------------------------------


def test_institutions_are_shared_out_equally_and_one_application_keeps_its_own():
    rows = [Verification(pk=number) for number in range(1, 41)]
    codes = [audits.assign_institution(row) for row in rows]

    assert codes == [audits.assign_institution(row) for row in rows]
    assert {code: codes.count(code) for code in codes} == dict.fromkeys(INSTITUTIONS, 10)


def test_an_institution_has_name_hotline_and_office_hours_in_both_languages(settings):
    from django.utils.translation import override

    for institution in INSTITUTIONS.values():
        with override("zh-hans"):
            chinese = (institution.name, institution.hours)
        with override("en"):
            assert (institution.name, institution.hours) != chinese
        assert "仿真" in chinese[0]  # nobody takes it for a real one
        assert "Simulated" in institution.en
        assert institution.hotline.startswith("400-000-")


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_call_is_written_down_with_who_when_and_what_came_of_it(application, rev):
    audits.record_call(application, by=rev, outcome="no_answer", note="  Rang\r\ntwice\0. ")

    row = ContactCall.objects.get()
    assert (row.outcome, row.note, row.called_by) == ("no_answer", "Rang\ntwice.", rev)
    assert events(application)[-1] == "called"
    assert AuditEvent.objects.get(event=audits.CALLED).data == {"outcome": "no_answer"}


@pytest.mark.parametrize(
    ("outcome", "note", "field"), [("banana", "", "outcome"), ("", "", "outcome"), ("confirmed", LONG, "note")]
)
def test_a_call_that_makes_no_sense_is_refused(application, rev, outcome, note, field):
    with pytest.raises(Refused) as refusal:
        audits.record_call(application, by=rev, outcome=outcome, note=note)

    assert refusal.value.field == field
    assert not ContactCall.objects.exists()


def test_nobody_is_phoned_once_it_is_not_under_audit(application, rev):
    sent_back(application)

    with pytest.raises(IllegalMove):
        audits.record_call(application, by=rev, outcome="confirmed")


# --- passing ---------------------------------------------------------------------------------------------------------


def test_passing_verifies_the_mini_program_for_a_year(application, rev):
    call(application)

    with at(now()):
        audits.pass_application(application, by=rev)

    row, standing = fresh(application), application.mini_program.standing
    standing.refresh_from_db()
    assert (row.status, row.decided_by) == ("passed", rev)
    assert standing.is_verified
    assert standing.verified_until - row.decided_at == timedelta(days=RULES.verification.valid_days)


@pytest.mark.parametrize("outcome", [None, *(o for o in CallOutcome.values if o != "confirmed")])
def test_without_a_confirmed_call_it_is_not_passed(application, rev, outcome):
    if outcome:
        call(application, outcome)

    with pytest.raises(Refused) as refusal:
        audits.pass_application(application, by=rev)

    assert (refusal.value.code, fresh(application).status) == ("not_called", "under_audit")
    assert not application.mini_program.standing.is_verified


def test_if_the_standing_can_not_become_verified_the_application_stays_open(application, rev):
    from entities.actions.standing import fail_registration
    from platform_site.kernel.lifecycle import SYSTEM

    call(application)
    fail_registration(application.mini_program, by=SYSTEM, reason="a test")

    with pytest.raises(IllegalMove):
        audits.pass_application(application, by=rev)

    assert fresh(application).status == "under_audit"


def wishing(name, mini_program=None):
    """A company with a name, whose application asks for another one."""
    mini_program = mini_program or stories.completed(stories.remitted(), name="Harbour Tea")
    row = stories.filled_in(mini_program)
    save_name(row, choice="own", name=name, by=stories.administrator_of(mini_program))
    row = stories.applied(row)
    call(row)
    return row


def test_the_name_that_was_applied_for_comes_with_the_verification(rev):
    row = wishing("Harbour Tea House")

    audits.pass_application(row, by=rev)

    assert Profile.objects.get().name == "Harbour Tea House"
    assert AuditEvent.objects.get(event="entities.profile.name_changed").actor_id == rev.actor_id


def test_a_name_that_is_taken_meanwhile_is_not_given_and_nothing_is_passed(rev, eve):
    row = wishing("Lantern Books")
    stories.completed(administrator=eve, name="Lantern Books")

    with pytest.raises(Refused, match=r"The requested name can't be given: .* Send the application back"):
        audits.pass_application(row, by=rev)

    assert (fresh(row).status, Profile.objects.get(mini_program=row.mini_program).name) == (
        "under_audit",
        "Harbour Tea",
    )
    assert not fresh(row).mini_program.standing.is_verified


def test_a_wish_of_a_mini_program_that_has_no_name_yet_is_left_out(rev):
    row = wishing("Harbour Tea House", stories.organisation(type="government"))

    audits.pass_application(row, by=rev)

    assert fresh(row).status == "passed"
    assert not Profile.objects.exists()


# --- sending back ----------------------------------------------------------------------------------------------------


def test_sending_back_names_the_fields_and_gives_thirty_days(application, rev):
    with at(now()):
        audits.send_back(application, by=rev, reasons=[(FIELD, " Not\r\nreadable. ")])

    row, reason = fresh(application), RefillReason.objects.get()
    assert (row.status, row.refills) == ("refill", 1)
    assert row.refill_due_at - AuditEvent.objects.get(event__endswith="sent_back").occurred_at == timedelta(days=30)
    assert (reason.round, reason.field, reason.text) == (1, FIELD, "Not\nreadable.")


@pytest.mark.parametrize(
    ("reasons", "field", "code"),
    [
        ([], "reasons", "reason_missing"),
        ([("banana", "x")], "reasons", "reason_unknown"),
        ([(FIELD, "x"), (FIELD, "y")], "reasons", "reason_twice"),
        ([(FIELD, " \n ")], FIELD, "reason_without_words"),
        ([(FIELD, LONG)], FIELD, "text_too_long"),
        ([(FIELD, "x"), ("banana", "y")], "reasons", "reason_unknown"),
    ],
)
def test_sending_back_without_proper_reasons_is_refused(application, rev, reasons, field, code):
    with pytest.raises(Refused) as refusal:
        audits.send_back(application, by=rev, reasons=reasons)

    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert (fresh(application).status, RefillReason.objects.count()) == ("under_audit", 0)


def test_three_refills_are_granted_and_the_fourth_is_not(application, rev):
    for number in (1, 2, 3):
        assert sent_back(application).refills == number
        resubmitted(application)

    with pytest.raises(Refused) as refusal:
        audits.send_back(application, by=rev, reasons=[(FIELD, "Still wrong")])

    assert refusal.value.code == "refills_used_up"
    assert "3 times" in refusal.value.message
    assert list(RefillReason.objects.order_by("pk").values_list("round", flat=True)) == [1, 2, 3]
    audits.fail_application(application, by=rev, code="refilled")
    assert fresh(application).status == "failed"


# --- failing ---------------------------------------------------------------------------------------------------------


def test_failing_says_why_and_leaves_the_standing_as_it_was(application, rev):
    audits.fail_application(application, by=rev, code="not_registered", text=" Not in the register.\0 ")

    row = fresh(application)
    assert (row.status, row.failure, row.failure_text) == ("failed", "not_registered", "Not in the register.")
    assert (row.decided_by, row.mini_program.standing.status) == (rev, "unproven")


@pytest.mark.parametrize(
    ("code", "text", "field"),
    [
        ("", "", "code"),
        ("banana", "", "code"),
        ("timed_out", "", "code"),  # only the deadline says so
        ("refilled", "", "code"),  # it was never sent back
        ("other", " ", "text"),
        ("not_registered", LONG, "text"),
    ],
)
def test_failing_without_a_proper_reason_is_refused(application, rev, code, text, field):
    with pytest.raises(Refused) as refusal:
        audits.fail_application(application, by=rev, code=code, text=text)

    assert (refusal.value.field, fresh(application).status) == (field, "under_audit")


# --- who decides -----------------------------------------------------------------------------------------------------

DECISIONS = {
    "call": lambda row, by: audits.record_call(row, by=by, outcome="confirmed"),
    "pass": lambda row, by: audits.pass_application(row, by=by),
    "send_back": lambda row, by: audits.send_back(row, by=by, reasons=[(FIELD, "Wrong")]),
    "fail": lambda row, by: audits.fail_application(row, by=by, code="not_registered"),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_nobody_decides_on_what_they_belong_to(application, rev, ada, decide):
    User.objects.filter(pk=rev.pk).update(person=ada)
    rev.refresh_from_db()

    with pytest.raises(NotAllowed) as refusal:
        decide(application, rev)

    assert refusal.value.code == "own_program"
    assert events(application) == events(fresh(application))
    assert (fresh(application).status, ContactCall.objects.count()) == ("under_audit", 0)


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_nobody_but_staff_decides(application, ada, decide):
    for somebody in (ada, application.mini_program.user, stories.administrator_of(application.mini_program)):
        with pytest.raises(NotAllowed):
            decide(application, somebody)

    assert (fresh(application).status, ContactCall.objects.count()) == ("under_audit", 0)


@pytest.mark.parametrize("decide", [d for name, d in DECISIONS.items() if name != "call"], ids=["pass", "back", "fail"])
def test_what_is_decided_is_not_decided_again(application, rev, decide):
    call(application)
    audits.fail_application(fresh(application), by=rev, code="not_registered")

    with pytest.raises(IllegalMove):
        decide(application, rev)  # a copy that a second tab read before

    assert fresh(application).status == "failed"


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides():
    rev, sol = stories.staff("rev"), stories.staff("sol")
    application = in_audit()
    call(application)

    def decide(i):
        row = fresh(application)
        if i % 2:
            return audits.pass_application(row, by=rev)
        return audits.fail_application(row, by=sol, code="not_registered")

    outcomes = together(6, decide)

    row = fresh(application)
    assert len(successes(outcomes)) == 1
    assert all(isinstance(refusal, Refused) for refusal in refusals(outcomes))
    assert row.mini_program.standing.is_verified == (row.status == "passed")
    assert len([e for e in events(application) if e in ("passed", "failed")]) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sends_back_and_one_round_is_counted():
    rev = stories.staff("rev")
    application = in_audit()

    outcomes = together(4, lambda i: audits.send_back(fresh(application), by=rev, reasons=[(FIELD, f"Wrong {i}")]))

    assert len(successes(outcomes)) == 1
    assert (fresh(application).refills, RefillReason.objects.count()) == (1, 1)


# --- the deadline ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "status"), [(-1, "refill"), (0, "failed"), (1, "failed")])
def test_the_thirty_days_end_to_the_second(application, seconds, status):
    row = sent_back(application)

    with at(row.refill_due_at + timedelta(seconds=seconds)):
        assert audits.time_out_refills() == (status == "failed")
        assert audits.time_out_refills() == 0

    row = fresh(application)
    assert (row.status, row.failure) == (status, "timed_out" if status == "failed" else "")
    assert (row.decided_by, row.refill_due_at is None) == (None, status == "failed")


def test_whoever_looks_first_lets_the_deadline_fire_once(application):
    row = sent_back(application)
    stale = fresh(row)

    with at(row.refill_due_at):
        assert audits.time_out_if_due(row) is True
        assert audits.time_out_if_due(row) is False
        assert audits.time_out_if_due(stale) is False

    assert stale.status == "failed"
    assert events(row).count("timed_out") == 1


def test_a_sweep_takes_a_bounded_batch_the_oldest_first(application, eve):
    other = in_audit(stories.organisation(type="government", administrator=eve, name="海港市档案管理局"))
    first, second = sent_back(application), sent_back(other)

    with at(second.refill_due_at):
        assert audits.time_out_refills(most=1) == 1
        assert (fresh(first).status, fresh(second).status) == ("failed", "refill")
        assert audits.time_out_refills(most=1) == 1


def test_applications_that_are_under_audit_have_no_such_deadline(application):
    row = sent_back(application)
    deadline = row.refill_due_at
    resubmitted(row)

    with at(deadline + timedelta(days=1)):
        assert audits.time_out_refills() == 0
        assert audits.time_out_if_due(row) is False


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_fire_each_deadline_once():
    row = sent_back(in_audit())
    with at(row.refill_due_at):
        outcomes = together(4, lambda _i: audits.time_out_refills())

    assert sorted(outcomes) == [0, 0, 0, 1]
    assert events(row).count("timed_out") == 1
