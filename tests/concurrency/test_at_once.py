"""The issue's acceptance: what happens when many do the same at one moment."""

import pytest

from accounts.actions import tickets
from accounts.actions.people import create_person
from accounts.actions.registration import register_account
from accounts.lifecycle import TicketStatus
from accounts.models import EmailHolder, Member, MiniProgram, ScanTicket, User, WeChatPerson
from accounts.permissions import Permission, Role
from accounts.purposes import ScanPurpose
from developers.actions.members import bind_member
from developers.actions.projects import create_project
from developers.models import Build
from platform_site.kernel.lifecycle import IllegalMove, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from releases.actions.publishing import publish
from releases.actions.verdicts import approve, reject
from releases.lifecycle import OrderStatus, ReleaseStatus
from releases.models import AuditOrder, RejectionReason, Release
from releases.reasons import REASONS
from tests.concurrency import refusals, successes, together

pytestmark = pytest.mark.django_db(transaction=True)


def codes(outcomes):
    """The codes of the refusals, each once; anything else that went wrong fails here, with its own traceback."""
    for error in refusals(outcomes):
        if not isinstance(error, Refused):
            raise error
    return {error.code for error in refusals(outcomes)}


def test_50_submissions_of_the_same_address_at_once_give_one_account():
    outcomes = together(
        50, lambda i: register_account(email="Tea@Harbour.test" if i % 2 else "tea@harbour.test", password=PASSWORD)
    )

    assert codes(outcomes) == {"email_public_platform"}
    assert len(successes(outcomes)) == 1
    assert User.objects.count() == EmailHolder.objects.count() == 1
    assert AuditEvent.objects.filter(event="accounts.account.created").count() == 1


def test_20_bindings_at_once_where_five_are_allowed_give_five():
    mini_program = stories.completed()
    people = [create_person(nickname=f"Person {i}", phone=f"+86139000002{i:02d}") for i in range(20)]

    def bind(i):
        administrator = stories.administrator_of(MiniProgram.objects.get(pk=mini_program.pk))
        return bind_member(administrator.mini_program, person=people[i], role=Role.DEVELOPER, by=administrator)

    outcomes = together(20, bind)

    assert len(codes(outcomes)) == 1
    assert len(successes(outcomes)) == RULES.members.individual.developers == 5
    assert Member.objects.filter(role=Role.DEVELOPER).count() == 5
    assert AuditEvent.objects.filter(event="accounts.member.bound").count() == 6  # the administrator's, and five


def test_two_reviewers_who_decide_at_once_make_one_decision_and_one_audit_row():
    order = stories.submitted()
    rev, sol = stories.staff("rev"), stories.staff("sol")
    reason = next(iter(REASONS))

    def decide(i):
        mine = AuditOrder.objects.get(pk=order.pk)
        return approve(mine, by=rev) if i == 0 else reject(mine, by=sol, reasons=[(reason, "Not yet.")])

    outcomes = together(2, decide)

    assert len(successes(outcomes)) == 1
    assert codes(outcomes) <= {"lost_race", "illegal_move"}
    decided = AuditOrder.objects.get(pk=order.pk)
    events = list(AuditEvent.objects.filter(event__in=["releases.order.approved", "releases.order.rejected"]))
    assert [(event.to_state, event.actor_id) for event in events] == [(decided.status, str(decided.decided_by_id))]
    assert RejectionReason.objects.count() == (1 if decided.status == OrderStatus.REJECTED else 0)


def test_a_reviewer_who_read_before_the_other_decided_loses_the_race():
    order = stories.submitted()
    stale = AuditOrder.objects.get(pk=order.pk)
    approve(order, by=stories.staff("rev"))

    with pytest.raises(IllegalMove):
        reject(stale, by=stories.staff("sol"), reasons=[(next(iter(REASONS)), "Not yet.")])

    assert AuditOrder.objects.get(pk=order.pk).status == OrderStatus.APPROVED
    assert not RejectionReason.objects.exists()


def test_two_phones_that_scan_one_qr_at_once_leave_it_to_one():
    ticket = _login_ticket(stories.registered())
    phones = [stories.person("ada"), stories.person("eve")]

    outcomes = together(2, lambda i: tickets.scan(ScanTicket.objects.get(pk=ticket.pk), by=phones[i]))

    assert len(successes(outcomes)) == 1
    assert codes(outcomes) <= {"lost_race", "ticket_used"}
    scanned = ScanTicket.objects.get(pk=ticket.pk)
    assert (scanned.status, scanned.scanned_by) == (TicketStatus.SCANNED, successes(outcomes)[0].scanned_by)


def test_a_ticket_confirmed_many_times_at_once_is_confirmed_once():
    ticket = _login_ticket(stories.registered())
    ada = stories.person("ada")
    tickets.scan(ticket, by=ada)

    outcomes = together(
        8,
        lambda i: (
            tickets.refuse(ScanTicket.objects.get(pk=ticket.pk), by=ada)
            if i % 2
            else tickets.confirm(ScanTicket.objects.get(pk=ticket.pk), by=ada)
        ),
    )

    assert len(successes(outcomes)) == 1
    assert codes(outcomes) <= {"lost_race", "ticket_answered"}
    answers = AuditEvent.objects.filter(event__in=["accounts.ticket.confirmed", "accounts.ticket.refused"])
    assert [event.to_state for event in answers] == [ScanTicket.objects.get(pk=ticket.pk).status]


def test_two_publishes_at_once_put_one_release_online():
    order = stories.approved()

    def press(i):
        mine = AuditOrder.objects.select_related("mini_program").get(pk=order.pk)
        return publish(mine, by=stories.administrator_of(mine.mini_program))

    outcomes = together(8, press)

    assert len(successes(outcomes)) == 1
    assert codes(outcomes) == {"85020"}
    assert [release.status for release in Release.objects.all()] == [ReleaseStatus.ONLINE]
    assert AuditEvent.objects.filter(event="releases.order.published").count() == 1
    assert AuditEvent.objects.filter(event="releases.release.published").count() == 1


def test_many_submissions_at_once_put_one_order_into_the_review_slot():
    build = stories.uploaded()

    outcomes = together(8, lambda i: stories.submitted(Build.objects.get(pk=build.pk)))

    assert len(successes(outcomes)) == 1
    assert codes(outcomes) <= {"85009"}
    assert AuditOrder.objects.count() == 1


def test_uploads_of_one_administrator_at_once_leave_one_development_version():
    mini_program = stories.completed()

    outcomes = together(6, lambda i: stories.uploaded(MiniProgram.objects.get(pk=mini_program.pk), version=f"1.0.{i}"))

    assert codes(outcomes) == set()
    assert Build.objects.ready().count() == 1
    assert Build.objects.count() == 6


def test_registrations_of_one_id_number_at_once_never_pass_its_limit():
    ada = stories.person("ada")
    accounts = [stories.activated(email=f"many-{i}@stories.test") for i in range(8)]
    from entities.actions.registration import complete_individual_registration

    def complete(i):
        person = WeChatPerson.objects.get(pk=ada.pk)
        user = User.objects.get(pk=accounts[i].pk)
        return complete_individual_registration(
            user, person=person, name=person.real_name, id_number=person.id_number, phone=person.phone, by=person
        )

    outcomes = together(8, complete)

    assert len(codes(outcomes)) == 1
    assert len(successes(outcomes)) == MiniProgram.objects.count() == RULES.account.mini_programs_per_id == 5


def _login_ticket(mini_program: MiniProgram) -> ScanTicket:
    return tickets.open_ticket(
        ScanPurpose.CONSOLE_LOGIN,
        holder="the browser that shows it",
        facts={},
        mini_program=mini_program,
        permission=Permission.CONSOLE_VIEW,
    )


def test_a_new_project_pressed_many_times_at_once_is_one_project():
    mini_program = stories.registered()
    ada = stories.person("ada")
    outcomes = together(8, lambda i: create_project(ada, mini_program=mini_program, name="harbour-tea"))

    assert codes(outcomes) == {"project_exists"}
    assert len(successes(outcomes)) == ada.projects.count() == 1
