"""Scan tickets: every state against every verb, who may confirm, deadlines, reuse, and two at once."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.actions import tickets
from accounts.actions.people import create_person
from accounts.actions.programs import add_member, remove_member
from accounts.lifecycle import TicketStatus
from accounts.models import ScanTicket, ServiceNotification
from accounts.permissions import Permission, Role
from accounts.purposes import ScanPurpose
from accounts.queries import ticket_with_code, ticket_with_typed_code
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.accounts.scans import HOLDER, pass_time, ticket_for, ticket_in
from tests.concurrency import refusals, successes, together

DEVTOOLS = ScanPurpose.DEVTOOLS_LOGIN
STATES = ["waiting", "scanned", "confirmed", "refused", "expired", "consumed"]
VERBS = {
    "scan": lambda ticket, by: tickets.scan(ticket, by=by),
    "confirm": lambda ticket, by: tickets.confirm(ticket, by=by),
    "refuse": lambda ticket, by: tickets.refuse(ticket, by=by),
    "consume": lambda ticket, by: tickets.consume(ticket, purpose=DEVTOOLS),
}
OUTCOMES = {  # state → verb → the state it leads to, or the code of the refusal
    "waiting": ["scanned", "ticket_not_scanned", "ticket_not_scanned", "ticket_not_confirmed"],
    "scanned": ["scanned", "confirmed", "refused", "ticket_not_confirmed"],
    "confirmed": ["ticket_used", "ticket_answered", "ticket_answered", "consumed"],
    "refused": ["ticket_used", "ticket_answered", "ticket_answered", "ticket_not_confirmed"],
    "expired": ["ticket_expired", "ticket_expired", "ticket_expired", "ticket_expired"],
    "consumed": ["ticket_used", "ticket_answered", "ticket_answered", "ticket_not_confirmed"],
}


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def reused():
    return AuditEvent.objects.filter(event="accounts.ticket.reused")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_in_every_state(state, verb, ada):
    ticket = ticket_in(state, ada)
    outcome = OUTCOMES[state][list(VERBS).index(verb)]

    if outcome in TicketStatus.values:
        VERBS[verb](ticket, ada)
        assert ScanTicket.objects.get().status == outcome
    else:
        assert refusal_of(lambda: VERBS[verb](ticket, ada)) == outcome
        assert ScanTicket.objects.get().status == state


@pytest.mark.parametrize("state", STATES)
def test_only_who_scanned_may_answer(state, ada, eve):
    ticket = ticket_in(state, ada)

    for answer in (tickets.confirm, tickets.refuse):
        code = refusal_of(lambda answer=answer: answer(ticket, by=eve))
        expected = {"waiting": "ticket_not_scanned", "expired": "ticket_expired"}.get(state, "ticket_of_another")
        assert code == expected
    assert ScanTicket.objects.get().status == state


@pytest.mark.parametrize("state", ["scanned", "confirmed", "refused", "consumed"])
def test_a_used_code_shown_to_another_phone_is_refused_recorded_and_told(state, ada, eve):
    ticket = ticket_in(state, ada)

    assert refusal_of(lambda: tickets.scan(ticket, by=eve)) == "ticket_used"

    assert [(row.actor_id, row.data["status"]) for row in reused()] == [(str(eve.pk), state)]
    assert [(n.person, n.event) for n in ServiceNotification.objects.all()] == [(ada, "accounts.ticket.reused")]
    assert ScanTicket.objects.get().scanned_by == ada


def test_an_own_code_shown_again_after_the_answer_is_recorded_but_not_told(ada):
    ticket = ticket_in("refused", ada)

    assert refusal_of(lambda: tickets.scan(ticket, by=ada)) == "ticket_used"

    assert (reused().count(), ServiceNotification.objects.count()) == (1, 0)


@pytest.mark.parametrize("state", ["waiting", "scanned"])
def test_a_ticket_lives_five_minutes_and_not_a_second_longer(state, ada):
    ticket = ticket_in(state, ada)
    verb = VERBS["scan"] if state == "waiting" else VERBS["confirm"]
    ScanTicket.objects.update(expires_at=now() + timedelta(seconds=1))
    ticket.refresh_from_db()
    pass_time(seconds=1)

    assert refusal_of(lambda: verb(ticket, ada)) == "ticket_expired"
    assert ScanTicket.objects.get().status == state  # refused before any sweep has come by


def test_a_scan_in_the_last_second_counts(ada):
    ticket = ticket_for()
    assert ticket.expires_at - ticket.created_at == pytest.approx(timedelta(minutes=5), abs=timedelta(seconds=1))
    pass_time(minutes=4, seconds=58)

    assert tickets.scan(ticket, by=ada).status == "scanned"


def test_after_the_answer_the_screen_has_five_minutes_again(ada):
    ticket = ticket_in("scanned", ada)
    pass_time(minutes=4)
    tickets.confirm(ticket, by=ada)
    pass_time(minutes=4)
    assert tickets.consume(ticket, purpose=DEVTOOLS) == ada


def test_a_confirmed_ticket_that_nobody_used_expires(ada):
    ticket = ticket_in("confirmed", ada)
    pass_time(minutes=5)

    assert refusal_of(lambda: tickets.consume(ticket, purpose=DEVTOOLS)) == "ticket_expired"
    assert tickets.expire_overdue_tickets() == 1
    assert ScanTicket.objects.get().status == "expired"


def test_the_sweep_expires_what_is_due_and_leaves_the_rest(ada):
    for state in ("waiting", "scanned", "confirmed", "refused", "consumed"):
        ticket_in(state, ada)
    pass_time(minutes=5)
    young = ticket_for()

    assert (tickets.expire_overdue_tickets(), tickets.expire_overdue_tickets()) == (3, 0)

    by_state = sorted(ScanTicket.objects.exclude(pk=young.pk).values_list("status", flat=True))
    assert by_state == ["consumed", "expired", "expired", "expired", "refused"]
    young.refresh_from_db()
    assert young.status == "waiting"


@pytest.mark.parametrize("purpose", [purpose for purpose in ScanPurpose if purpose != DEVTOOLS])
def test_a_ticket_is_good_for_its_own_purpose_only(purpose, ada):
    ticket = ticket_in("confirmed", ada)
    assert refusal_of(lambda: tickets.consume(ticket, purpose=purpose)) == "ticket_not_confirmed"
    assert ScanTicket.objects.get().status == "confirmed"


def test_a_ticket_for_one_person_is_confirmed_by_no_other(ada, eve):
    ticket = ticket_for(only_person=eve)
    tickets.scan(ticket, by=ada)

    assert refusal_of(lambda: tickets.confirm(ticket, by=ada)) == "ticket_for_another"
    tickets.refuse(ticket, by=ada)
    assert ScanTicket.objects.get().status == "refused"


@pytest.mark.parametrize(("key", "code"), [("eve", "ticket_no_right"), ("dev", "ticket_no_right"), ("ada", "")])
def test_a_ticket_of_a_mini_program_needs_the_right_there(key, code, ada):
    mini_program = stories.registered()
    stories.registered(administrator="eve")
    add_member(mini_program, person=stories.person("dev"), role=Role.DEVELOPER, by=SYSTEM)
    asked = {"mini_program": mini_program, "permission": Permission.RELEASE_PUBLISH}
    ticket = ticket_for(ScanPurpose.RELEASE_PUBLISH, **asked)
    person = stories.person(key)
    tickets.scan(ticket, by=person)

    if code:
        assert refusal_of(lambda: tickets.confirm(ticket, by=person)) == code
    else:
        tickets.confirm(ticket, by=person)
    assert ScanTicket.objects.get().status == ("scanned" if code else "confirmed")


def test_who_is_unbound_between_scan_and_act_confirms_nothing(ada, dev):
    mini_program = stories.registered()
    member = add_member(mini_program, person=dev, role=Role.DEVELOPER, by=SYSTEM)
    asked = {"mini_program": mini_program, "permission": Permission.CODE_PREVIEW}
    scanned, confirmed = (ticket_in(state, dev, **asked) for state in ("scanned", "confirmed"))
    remove_member(member, by=SYSTEM)

    assert refusal_of(lambda: tickets.confirm(scanned, by=dev)) == "ticket_no_right"
    assert refusal_of(lambda: tickets.consume(confirmed, purpose=DEVTOOLS)) == "ticket_no_right"


def test_an_identity_must_be_that_of_the_form(ada, eve):
    nobody = create_person(nickname="No card", phone="+8613900001111")
    codes = {}
    for name, person in (("no card", nobody), ("another", eve)):
        ticket = ticket_for(identity_digest=ada.identity_digest)
        tickets.scan(ticket, by=person)
        codes[name] = refusal_of(lambda ticket=ticket, person=person: tickets.confirm(ticket, by=person))
    own = ticket_for(identity_digest=ada.identity_digest)
    tickets.scan(own, by=ada)
    tickets.confirm(own, by=ada)

    assert codes == {"no card": "ticket_no_real_name", "another": "ticket_identity"}
    assert own.status == "confirmed"


def test_only_the_browser_that_shows_a_ticket_finds_it(db):
    ticket = ticket_for()
    assert tickets.ticket_shown_to(HOLDER, ticket.pk) == ticket
    assert tickets.ticket_shown_to("another secret", ticket.pk) is None
    assert tickets.ticket_shown_to(ticket.code, ticket.pk) is None  # knowing the picture is not enough


@pytest.mark.parametrize("state", ["waiting", "scanned", "confirmed"])
def test_a_question_asked_again_has_a_new_code_and_the_old_one_is_dead(state, ada):
    old = ticket_in(state, ada, payload={"build": 7}, facts={"version": "1.0.0"}, only_person=ada)

    new = tickets.ask_again(old, holder=HOLDER, from_address="10.0.0.1", from_browser="Firefox")

    old.refresh_from_db()
    assert (old.status, new.status) == ("expired", "waiting")
    assert (new.payload, new.facts, new.only_person) == ({"build": 7}, {"version": "1.0.0"}, ada)
    assert len({old.code, new.code, old.typed_code, new.typed_code}) == 4


def test_a_used_question_is_not_asked_again(ada):
    old = ticket_in("consumed", ada)
    code = refusal_of(lambda: tickets.ask_again(old, holder=HOLDER, from_address="", from_browser=""))
    assert (code, ScanTicket.objects.count()) == ("ticket_used", 1)


@pytest.mark.parametrize("spelt", ["{}", "{:.4} {:.4}", " {}\n", "lower", "dashes", "full width"])
def test_a_typed_code_is_found_however_it_is_spelt(spelt, db):
    ticket = ticket_for()
    code = ticket.typed_code
    spellings = {
        "{}": code,
        "{:.4} {:.4}": f"{code[:4]} {code[4:]}",
        " {}\n": f" {code}\n",
        "lower": code.lower(),
        "dashes": "-".join(code),
        "full width": code + "　",
    }
    assert ticket_with_typed_code(spellings[spelt]) == ticket


@pytest.mark.parametrize("wrong", ["", "A", "0" * 10_000, "🀄" * 8, "\0", "1 or 1=1", "../../etc"])
def test_a_code_that_nobody_gave_out_finds_nothing(wrong, db):
    ticket = ticket_for()
    assert ticket_with_typed_code(wrong) is None
    assert ticket_with_code(wrong) is None
    assert ticket_with_code(ticket.code[:-1]) is None
    assert ticket_with_code(ticket.code + "A") is None


def test_codes_are_random_and_not_kept_in_the_clear(db):
    from django.db import connection

    made = [ticket_for() for _i in range(50)]
    assert len({t.code for t in made} | {t.typed_code for t in made}) == 100
    assert {(len(t.code) >= 22, len(t.typed_code)) for t in made} == {(True, 8)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_scanticket")
        stored = repr(cursor.fetchall())
    assert [t.pk for t in made if t.code in stored or t.typed_code in stored or HOLDER in stored] == []


def test_a_link_leads_to_the_phone_only(db):
    assert tickets.make_link("/phone/preview/1/").path == "/phone/preview/1/"
    for path in ("//evil.example", "https://evil.example/phone/", "/console/", "/phone", ""):
        with pytest.raises(ValueError, match="not a page of the phone"):
            tickets.make_link(path)


def test_a_refused_act_leaves_the_ticket_confirmed(ada):
    ticket = ticket_in("confirmed", ada)

    @transaction.atomic
    def act():
        tickets.consume(ticket, purpose=DEVTOOLS)
        raise Refused("the act itself is refused", code="act_refused")

    assert refusal_of(act) == "act_refused"
    assert ScanTicket.objects.get().status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_that_scan_at_once_one_gets_the_ticket():
    people = [stories.person("ada"), stories.person("eve")]
    pk = ticket_for().pk

    outcomes = together(2, lambda i: tickets.scan(ScanTicket.objects.get(pk=pk), by=people[i]))

    assert [error.code for error in refusals(outcomes)] == ["ticket_used"]
    winner = successes(outcomes)[0].scanned_by
    assert ScanTicket.objects.get().scanned_by == winner
    assert [row.actor_id for row in reused()] == [str(p.pk) for p in people if p != winner]


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    ada = stories.person("ada")
    pk = ticket_in("scanned", ada).pk
    answers = [tickets.confirm, tickets.refuse] * 4

    outcomes = together(8, lambda i: answers[i](ScanTicket.objects.get(pk=pk), by=ada))

    assert len(successes(outcomes)) == 1
    assert {error.code for error in refusals(outcomes)} <= {"ticket_answered", "lost_race"}
    won = answers[outcomes.index(None)]
    assert ScanTicket.objects.get().status == ("confirmed" if won is tickets.confirm else "refused")


@pytest.mark.django_db(transaction=True)
def test_a_confirmed_ticket_is_consumed_once_however_many_try():
    pk = ticket_in("confirmed", stories.person("ada")).pk

    def use(i):
        with transaction.atomic():
            return tickets.consume(ScanTicket.objects.get(pk=pk), purpose=DEVTOOLS)

    outcomes = together(8, use)

    assert len(successes(outcomes)) == 1
    assert AuditEvent.objects.filter(event="accounts.ticket.consumed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_expire_each_ticket_once():
    for _i in range(5):
        ticket_for()
    pass_time(minutes=5)

    outcomes = together(4, lambda i: tickets.expire_overdue_tickets())

    assert sum(outcomes) == 5
    assert AuditEvent.objects.filter(event="accounts.ticket.expired").count() == 5
