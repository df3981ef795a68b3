"""Claims of the desk's work, through their actions: each kind alike, each refusal, and the time that ends them."""

from datetime import timedelta

import pytest

from accounts.actions.desk_claims import claim, claim_next, lapse_overdue, release, take_over
from accounts.desk_work import claim_on, following
from accounts.models import DeskClaim, User
from accounts.permissions import Role
from entities.actions.name_decisions import withdraw_name
from platform_site.home.works import WORKS
from platform_site.kernel.clock import move_forward, now
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.reactions import sweep_deadlines
from platform_site.simulation import stories
from tests.desk.kinds import CASES, NAME, VERIFICATION, WHY

pytestmark = pytest.mark.django_db
NAMES = WORKS["name"]


@pytest.fixture
def sol(db):
    return stories.staff("sol")


@pytest.fixture
def row(ada):
    return stories.name_asked(name="Harbour Museum")


def refused(act, kind=Refused):
    with pytest.raises(kind) as refusal:
        act()
    return refusal.value.code


def written(row):
    """The audit rows of its claims: [(event, who, reason, data)]."""
    rows = AuditEvent.objects.filter(subject_type=row._meta.label_lower, subject_id=str(row.pk)).order_by("pk")
    rows = rows.filter(event__startswith="accounts.deskwork.")
    return [(e.event.rpartition(".")[2], e.actor_name, e.reason, e.data) for e in rows]


def claim_time_over():
    move_forward(RULES.desk.claim_minutes * 60)


def test_every_kind_is_known():
    assert {case.kind for case in CASES} == set(WORKS)


# --- every kind alike ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_only_the_claimer_decides(case, rev, sol):
    row = case.make()
    claim(case.work, row, by=rev)

    codes = {name: refused(lambda act=act: act(row, sol)) for name, act in case.decisions.items()}

    assert codes == dict.fromkeys(case.decisions, "claimed_by_other")
    row.refresh_from_db()
    assert case.work.is_waiting(row)
    assert claim_on(case.work, row.pk).claimed_by == rev


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_claimer_decides_and_the_claim_ends_with_it(case, rev):
    row = case.make()
    claim(case.work, row, by=rev)

    *_others, (_name, decide) = case.decisions.items()
    decide(row, rev)

    row.refresh_from_db()
    assert not case.work.is_waiting(row)
    assert DeskClaim.objects.count() == 0


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_nobody_has_is_decided_by_anybody(case, sol):
    row = case.make()

    *_others, (_name, decide) = case.decisions.items()
    decide(row, sol)

    row.refresh_from_db()
    assert not case.work.is_waiting(row)
    assert refused(lambda: claim(case.work, row, by=sol), IllegalMove) == "illegal_move"
    assert refused(lambda: take_over(case.work, row, by=sol, reason=WHY), IllegalMove) == "illegal_move"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_next_is_the_first_due_and_free_again_when_it_is_given_back(case, rev, sol):
    row = case.make()

    first, second = claim_next(case.work, by=rev), claim_next(case.work, by=sol)
    release(case.work, row, by=rev)

    assert (first.pk, second) == (row.pk, None)
    assert claim_next(case.work, by=sol).pk == row.pk
    assert [event for event, *_rest in written(row)] == ["claimed", "claim_released", "claimed"]


@pytest.mark.parametrize("case", [case for case in CASES if case.work.has_program], ids=str)
def test_nobody_claims_what_they_belong_to(case, rev, sol):
    row = case.make()
    stories.bound(row.mini_program, stories.person("dev"), Role.DEVELOPER)
    User.objects.filter(pk=rev.pk).update(person=stories.person("dev"))
    rev.refresh_from_db()

    assert refused(lambda: claim(case.work, row, by=rev), NotAllowed) == "own_program"
    assert claim_next(case.work, by=rev) is None
    assert following(case.work, rev) is None
    claim(case.work, row, by=sol)
    assert refused(lambda: take_over(case.work, row, by=rev, reason=WHY), NotAllowed) == "own_program"
    assert claim_on(case.work, row.pk).claimed_by == sol


# --- a claim -------------------------------------------------------------------------------------------------------


def test_a_claim_lasts_its_time_and_longer_when_it_is_claimed_again(row, rev):
    first = claim(NAMES, row, by=rev).claimed_until
    move_forward(60)

    again = claim(NAMES, row, by=rev)

    assert (again.claimed_until - first).total_seconds() == pytest.approx(60, abs=2)
    assert written(row) == [("claimed", str(rev), "", {})]


def test_a_colleague_is_told_who_has_it(row, rev, sol):
    claim(NAMES, row, by=rev)

    with pytest.raises(Refused, match=rf"^{rev} has claimed this\.") as refusal:
        claim(NAMES, row, by=sol)

    assert refusal.value.code == "claimed_by_other"


def test_only_the_claimer_gives_it_back(row, rev, sol):
    assert refused(lambda: release(NAMES, row, by=rev)) == "not_claimed"
    claim(NAMES, row, by=rev)

    assert refused(lambda: release(NAMES, row, by=sol)) == "claimed_by_other"

    assert claim_on(NAMES, row.pk).claimed_by == rev


def test_it_is_taken_over_with_a_reason_that_is_kept(row, rev, sol):
    claim(NAMES, row, by=rev)

    take_over(NAMES, row, by=sol, reason=" Rev has gone home.\r\n")

    assert claim_on(NAMES, row.pk).claimed_by == sol
    assert written(row)[1] == ("taken_over", str(sol), "Rev has gone home.", {"from": str(rev)})
    assert refused(lambda: NAME.decisions["reject"](row, rev)) == "claimed_by_other"
    NAME.decisions["reject"](row, sol)


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "reason_missing"), (" \0 ", "reason_missing"), ("x" * (RULES.desk.words + 1), "reason_too_long")],
)
def test_a_reason_must_be_given_and_fit(row, rev, sol, reason, code):
    claim(NAMES, row, by=rev)

    with pytest.raises(Refused) as refusal:
        take_over(NAMES, row, by=sol, reason=reason)

    assert (refusal.value.code, refusal.value.field) == (code, "reason")
    assert claim_on(NAMES, row.pk).claimed_by == rev


def test_there_must_be_a_colleague_who_has_it(row, rev, sol):
    assert refused(lambda: take_over(NAMES, row, by=rev, reason=WHY)) == "not_claimed"
    claim(NAMES, row, by=rev)
    assert refused(lambda: take_over(NAMES, row, by=rev, reason=WHY)) == "claimed_by_you"
    claim_time_over()
    assert refused(lambda: take_over(NAMES, row, by=sol, reason=WHY)) == "not_claimed"


def test_only_staff_claim(row):
    account = row.mini_program.user

    assert refused(lambda: claim(NAMES, row, by=account), NotAllowed) == "not_allowed"
    assert refused(lambda: claim_next(NAMES, by=account), NotAllowed) == "not_allowed"


def test_one_has_so_many_of_all_kinds_and_no_more(rev):
    company = stories.name_asked(name="Harbour Museum").mini_program
    rows = [stories.name_asked(name=f"{word} Museum") for word in ("Pier", "Quay", "Dock")]
    for row in rows:
        claim(NAMES, row, by=rev)

    assert refused(lambda: claim_next(NAMES, by=rev)) == "claims_max"
    assert refused(lambda: claim_next(WORKS["verification"], by=rev)) == "claims_max"
    other = NAMES.waiting().get(mini_program=company)
    assert refused(lambda: claim(NAMES, other, by=rev)) == "claims_max"
    claim(NAMES, rows[0], by=rev)  # what one has already is no more of it
    NAME.decisions["reject"](other, rev)  # and deciding is open to everybody
    release(NAMES, rows[0], by=rev)
    assert claim_next(NAMES, by=rev).pk == rows[0].pk


def test_who_phones_the_contact_has_the_application(rev, sol):
    row = VERIFICATION.make()

    VERIFICATION.decisions["call"](row, rev)

    assert claim_on(VERIFICATION.work, row.pk).claimed_by == rev
    assert refused(lambda: VERIFICATION.decisions["pass"](row, sol)) == "claimed_by_other"
    VERIFICATION.decisions["pass"](row, rev)
    assert DeskClaim.objects.count() == 0


def test_a_refused_decision_leaves_the_claim(rev):
    row = VERIFICATION.make()
    claim(VERIFICATION.work, row, by=rev)

    assert refused(lambda: VERIFICATION.decisions["pass"](row, rev)) == "not_called"

    assert claim_on(VERIFICATION.work, row.pk).claimed_by == rev


def test_what_is_taken_back_is_claimed_no_more(row, rev):
    claim(NAMES, row, by=rev)

    withdraw_name(row, by=stories.administrator_of(row.mini_program))

    assert DeskClaim.objects.count() == 0


def test_a_claim_on_one_kind_is_none_on_another_with_the_same_number(row, rev, sol):
    other = VERIFICATION.make()
    DeskClaim.objects.create(
        kind="verification", object_id=row.pk, claimed_by=rev, claimed_at=now(), claimed_until=now() + timedelta(days=1)
    )

    NAME.decisions["reject"](row, sol)

    assert claim_on(VERIFICATION.work, row.pk).claimed_by == rev
    assert other.pk


# --- the end of its time -------------------------------------------------------------------------------------------


def test_a_claim_ends_by_itself_at_its_time(row, rev, sol):
    claim(NAMES, row, by=rev)
    claim_time_over()

    assert claim_on(NAMES, row.pk) is None
    assert following(NAMES, sol) == row
    assert claim_next(NAMES, by=sol) == row
    assert claim_on(NAMES, row.pk).claimed_by == sol
    assert written(row)[1:] == [("claim_lapsed", "Ministage", "", {"from": str(rev)}), ("claimed", str(sol), "", {})]


def test_a_claim_that_is_over_keeps_nobody_from_deciding(row, rev, sol):
    claim(NAMES, row, by=rev)
    claim_time_over()

    NAME.decisions["reject"](row, sol)

    assert DeskClaim.objects.count() == 0


def test_the_sweep_ends_what_is_over_and_leaves_what_holds(row, rev, sol):
    claim(NAMES, row, by=rev)
    move_forward(RULES.desk.claim_minutes * 30)
    held = claim(NAMES, stories.name_asked(name="Pier Museum"), by=sol)
    move_forward(RULES.desk.claim_minutes * 30)

    assert sweep_deadlines()["desk_claims"] == 1

    assert DeskClaim.objects.get() == held
    event = AuditEvent.objects.get(event="accounts.deskwork.claim_lapsed")
    assert (event.actor_kind, event.appid, event.subject_id) == ("system", row.mini_program.appid, str(row.pk))
    assert lapse_overdue(WORKS) == 0


def test_following_leaves_out_what_a_colleague_has_and_not_ones_own(row, rev, sol):
    later = stories.name_asked(name="Pier Museum")
    claim(NAMES, row, by=rev)

    assert following(NAMES, rev) == row
    assert following(NAMES, sol) == later
