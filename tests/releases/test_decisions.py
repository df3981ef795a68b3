"""The table of decisions: each from each state, what it asks for, what is told; second opinions, questions."""

from datetime import timedelta

import pytest

from accounts.actions.people import create_staff
from accounts.models import ServiceNotification, User
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.appeals import appeal
from releases.actions.claims import claim
from releases.actions.conversation import answer, write_back
from releases.actions.pictures import clean_pictures
from releases.actions.second_opinion import is_sampled
from releases.actions.test_accounts import TestAccountInput
from releases.actions.verdicts import ReasonInput, reject
from releases.desk import DECISIONS, REMARKS, VERDICTS, Given, open_decisions, perform
from releases.lifecycle import Lane, OrderStatus
from releases.models import AuditOrder, DeskPolicy, OrderMessage, StaffNote
from tests.releases.pictures import picture

SAID = ReasonInput("3.3.1", "The order button does nothing.", page="pages/index/index", device="iPhone 6")
FULL = Given(reasons=(SAID,), words="Because of the button.", days=2)
LEADS_TO = {
    "approve": "approved",
    "reject": "rejected",
    "delay": "delayed",
    "ask_test_account": "rejected",
    "ask_material": "waiting_developer",
    "escalate": "queued",
    "confirm": "approved",
    "send_back": "queued",
}


@pytest.fixture
def order(ada):
    return stories.submitted(administrator=ada)


def in_state(order, state, *, rev, vera):
    """The submission in this state, by real moves."""
    ways = {
        "queued": [],
        "claimed": [lambda: claim(order, by=rev)],
        "second_opinion": [lambda: perform("approve", order, Given(ask_second=True), by=vera)],
        "waiting_developer": [lambda: perform("ask_material", order, FULL, by=rev)],
        "delayed": [lambda: perform("delay", order, FULL, by=rev)],
        "approved": [lambda: perform("approve", order, FULL, by=rev)],
        "rejected": [lambda: perform("reject", order, FULL, by=rev)],
    }
    for step in ways[state]:
        step()
    order.refresh_from_db()
    assert order.status == state
    return order


STATES = ("queued", "claimed", "second_opinion", "waiting_developer", "delayed", "approved", "rejected")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("decision", VERDICTS, ids=lambda d: d.name)
def test_each_decision_from_each_state(order, rev, vera, decision, state):
    order = in_state(order, state, rev=rev, vera=vera)
    if decision.is_open_for(order):
        perform(decision.name, order, FULL, by=rev)
        assert AuditOrder.objects.get(pk=order.pk).status == LEADS_TO[decision.name]
        return
    events = AuditEvent.objects.count()

    with pytest.raises(IllegalMove):
        perform(decision.name, order, FULL, by=rev)

    assert AuditOrder.objects.get(pk=order.pk).status == state
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("decision", [d for d in VERDICTS if d.name != "confirm"], ids=lambda d: d.name)
def test_what_a_decision_needs_is_asked_for(order, rev, vera, decision):
    state = "second_opinion" if decision.name == "send_back" else "queued"
    order = in_state(order, state, rev=rev, vera=vera)
    needs = {need.value for need in decision.needs} & {"reasons", "words", "days"}
    if not needs:
        perform(decision.name, order, Given(), by=rev)
        return

    with pytest.raises(Refused) as caught:
        perform(decision.name, order, Given(), by=rev)

    assert caught.value.field in needs
    assert AuditOrder.objects.get(pk=order.pk).status == state


@pytest.mark.parametrize("decision", [*VERDICTS, *REMARKS], ids=lambda d: d.name)
def test_nobody_decides_on_what_they_belong_to(order, rev, vera, dev, decision):
    state = "second_opinion" if decision.name in ("confirm", "send_back") else "queued"
    order = in_state(order, state, rev=rev, vera=vera)
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)
    rev.refresh_from_db()

    with pytest.raises(NotAllowed) as caught:
        perform(decision.name, order, FULL, by=rev)

    assert caught.value.code == "own_program"
    assert (OrderMessage.objects.count(), StaffNote.objects.count()) == (0, 0)


@pytest.mark.parametrize("decision", [d for d in VERDICTS if d.name != "confirm"], ids=lambda d: d.name)
def test_only_the_claimer_decides(order, rev, vera, decision):
    third = create_staff(email="third@ministage.test", password="paper-boat-42", name="Third")
    if decision.name == "send_back":
        in_state(order, "second_opinion", rev=rev, vera=vera)
    claim(order, by=third)

    with pytest.raises(Refused) as caught:
        perform(decision.name, order, FULL, by=rev)

    assert caught.value.code == "claimed_by_other"


def test_keys_and_names_are_given_once():
    keys = [decision.key for decision in DECISIONS.values()]
    assert len(set(keys)) == len(keys) == len(VERDICTS) + len(REMARKS)
    assert not set(keys) & {"j", "k", "o", "n", "?", "/"}  # of every page of the desk


def test_an_unknown_decision_is_refused(order, rev):
    with pytest.raises(Refused) as caught:
        perform("banish", order, FULL, by=rev)
    assert (caught.value.code, caught.value.field) == ("unknown_decision", "decision")


def test_a_free_submission_shows_what_can_be_decided(order, rev):
    assert [d.name for d in open_decisions(order)] == [
        "approve",
        "reject",
        "delay",
        "ask_test_account",
        "ask_material",
        "escalate",
    ]
    perform("approve", order, FULL, by=rev)
    order.refresh_from_db()
    assert open_decisions(order) == []


def test_a_reason_keeps_its_page_its_device_and_its_pictures(order, rev):
    pictures = clean_pictures([picture()])
    perform("reject", order, Given(reasons=(SAID._replace(pictures=pictures),)), by=rev)

    reason = order.reasons.get()
    assert (reason.page, reason.device) == ("pages/index/index", "iPhone 6")
    assert [p.sha256 for p in reason.pictures.all()] == [pictures[0].sha256]


@pytest.mark.parametrize("field", ["page", "device"])
def test_too_long_a_page_or_device_is_refused_beside_its_field(order, rev, field):
    with pytest.raises(Refused) as caught:
        reject(order, by=rev, reasons=[SAID._replace(**{field: "x" * 300})])
    assert (caught.value.code, caught.value.field) == ("reason_too_long", f"{field}-3.3.1")


# --- Test accounts ---------------------------------------------------------------------------------------------------


def test_a_first_submission_without_a_test_account_is_returned(order, rev):
    perform("ask_test_account", order, Given(), by=rev)

    order.refresh_from_db()
    assert (order.status, order.wants_test_account) == ("rejected", True)
    assert [r.code for r in order.reasons.all()] == ["3.3.4"]


def test_from_the_second_submission_on_the_review_waits_for_it(order, rev):
    perform("reject", order, FULL, by=rev)
    second = stories.submitted(order.build)
    perform("ask_test_account", second, Given(), by=rev)
    second.refresh_from_db()
    assert (second.status, second.wants_test_account) == ("waiting_developer", True)
    by = stories.administrator_of(second.mini_program)

    with pytest.raises(Refused) as caught:
        answer(second, by=by, text="Here it is.")
    assert (caught.value.code, caught.value.field) == ("85010", "login_for_review")

    answer(second, by=by, text="Here it is.", test_account=TestAccountInput("tea", "pot-12345"))
    second.refresh_from_db()
    assert (second.status, second.wants_test_account) == ("queued", False)
    assert (second.test_account.account, second.test_account.password) == ("tea", "pot-12345")


# --- Questions, answers, delays --------------------------------------------------------------------------------------


def test_the_due_time_stands_still_while_the_administrator_is_asked(order, rev):
    due = order.due_at
    perform("ask_material", order, FULL, by=rev)
    order.refresh_from_db()
    clock.move_forward(2 * 86400)

    answer(order, by=stories.administrator_of(order.mini_program), text="The button is mended.")

    order.refresh_from_db()
    assert order.status == "queued"
    assert timedelta(days=2) <= order.due_at - due < timedelta(days=2, minutes=1)
    assert 2 * 86400 <= order.asked_seconds < 2 * 86400 + 60
    kinds = list(order.messages.order_by("pk").values_list("kind", "text"))
    assert kinds == [("question", FULL.words), ("answer", "The button is mended.")]


def test_nobody_answers_what_is_not_asked(order, rev):
    with pytest.raises(IllegalMove):
        answer(order, by=stories.administrator_of(order.mini_program), text="Hello?")
    assert OrderMessage.objects.count() == 0


def test_a_developer_does_not_answer(order, rev, dev):
    member = stories.bound(order.mini_program, dev)
    perform("ask_material", order, FULL, by=rev)
    for say in (answer, write_back):
        with pytest.raises(NotAllowed):
            say(order, by=member, text="Hello?")


def test_the_administrator_writes_while_there_is_no_verdict(order, rev):
    by = stories.administrator_of(order.mini_program)
    write_back(order, by=by, text="The shop is closed on Sundays.")
    perform("approve", order, Given(), by=rev)
    with pytest.raises(IllegalMove):
        write_back(order, by=by, text="Thank you.")
    assert [m.text for m in order.messages.all()] == ["The shop is closed on Sundays."]


@pytest.mark.parametrize("days", [0, -1, RULES.desk.delay_days_max + 1])
def test_a_delay_has_its_limits(order, rev, days):
    with pytest.raises(Refused) as caught:
        perform("delay", order, Given(words="Later.", days=days), by=rev)
    assert (caught.value.code, caught.value.field) == ("delay_days", "days")


def test_a_delay_moves_what_is_promised(order, rev):
    perform("delay", order, Given(words="Later.", days=3), by=rev)
    order.refresh_from_db()
    assert timedelta(days=2, hours=23) < order.due_at - clock.now() <= timedelta(days=3)
    assert order.claimed_by is None


def test_escalated_goes_to_its_lane_and_only_staff_read_why(order, rev):
    perform("escalate", order, FULL, by=rev)
    order.refresh_from_db()
    assert order.lane == Lane.ESCALATED
    assert [(m.kind, m.text) for m in order.messages.all()] == [("note", FULL.words)]
    assert not AuditEvent.objects.filter(reason__contains=FULL.words).exists()


@pytest.mark.parametrize(
    "decision", [d for d in DECISIONS.values() if d.name not in ("confirm", "send_back")], ids=lambda d: d.name
)
def test_the_administrator_is_told_what_concerns_them(order, rev, decision, deliver):
    perform(decision.name, order, FULL, by=rev)
    deliver()

    said = " ".join(str(row.facts) for row in ServiceNotification.objects.filter(event__startswith="releases.order."))
    words = SAID.text if decision.name == "reject" else FULL.words
    assert (words in said) == (decision.told and decision.name != "approve")


# --- Second opinions -------------------------------------------------------------------------------------------------


def test_a_held_verdict_is_carried_out_by_somebody_else(order, rev, vera):
    perform("reject", order, Given(reasons=(SAID,), ask_second=True, words="Am I right?"), by=rev)
    order.refresh_from_db()
    assert (order.status, order.reasons.count()) == (OrderStatus.SECOND_OPINION, 0)
    held = order.held_decisions.get(outcome="open")
    assert (held.held_by, held.why, held.words) == (rev, "asked", "Am I right?")

    with pytest.raises(NotAllowed) as caught:
        perform("confirm", order, Given(), by=rev)
    assert caught.value.code == "own_decision"

    perform("confirm", order, Given(), by=vera)
    order.refresh_from_db()
    held.refresh_from_db()
    assert (order.status, order.decided_by) == ("rejected", vera)
    assert [(r.code, r.text, r.page) for r in order.reasons.all()] == [(SAID.code, SAID.text, SAID.page)]
    assert (held.outcome, held.second_by) == ("confirmed", vera)


def test_what_is_sent_back_is_decided_anew_and_not_held_again(order, rev, vera, sampled):
    sampled(100)
    perform("approve", order, Given(), by=rev)
    perform("send_back", order, Given(words="The first page is empty."), by=vera)
    order.refresh_from_db()
    assert order.status == "queued"

    perform("reject", order, FULL, by=vera)

    order.refresh_from_db()
    assert order.status == "rejected"


@pytest.fixture
def sampled(rev):
    def share(percent):
        DeskPolicy.objects.create(second_opinion_percent=percent, decided_by=rev, decided_at=clock.now())

    return share


def test_the_share_that_is_picked_is_repeatable_and_grows_with_the_percentage(ada, rev, sampled):
    programs = [stories.registered(administrator=ada, email=f"p{n}@stories.test") for n in range(3)]
    orders = [AuditOrder(mini_program=p, attempt=n) for p in programs for n in range(1, 101)]
    picked = {}
    for percent in (0, 10, 40, 100):
        sampled(percent)
        picked[percent] = [is_sampled(order) for order in orders]
        assert picked[percent] == [is_sampled(order) for order in orders]
    assert (sum(picked[0]), sum(picked[100])) == (0, 300)
    assert 10 <= sum(picked[10]) <= 60
    assert 80 <= sum(picked[40]) <= 160
    assert all(b or not a for a, b in zip(picked[10], picked[40], strict=True))


def test_an_appeal_is_not_decided_by_who_gave_or_confirmed_the_verdict(order, rev, vera):
    perform("reject", order, Given(reasons=(SAID,), ask_second=True), by=rev)
    perform("confirm", order, Given(), by=vera)
    order.refresh_from_db()
    again = appeal(order, by=stories.administrator_of(order.mini_program), words="It works here.")
    for by in (rev, vera):
        with pytest.raises(NotAllowed) as caught:
            perform("approve", again, Given(), by=by)
        assert caught.value.code == "own_verdict"
