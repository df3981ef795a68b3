"""advance_many(): what advance() does, for many rows at once."""

import pytest
from django.db import connection, transaction

from accounts.lifecycle import CONFIRM, EXPIRE, SCAN, TicketStatus
from accounts.models import ScanTicket
from accounts.purposes import ScanPurpose
from platform_site.kernel.clock import move_forward, now
from platform_site.kernel.lifecycle import SYSTEM, advance
from platform_site.kernel.many import advance_many
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.concurrency import refusals, together
from tests.house.test_lifecycles import CASES, a_row, case_id, put_into, stamps_for
from tests.kernel.test_lifecycle import new_ticket

NO_TENANT = {
    "openplatform.application",
    "openplatform.openaccount",
    "openplatform.qualification",
    "accounts.user",
}
ELSEWHERE = {"verification.transfer": "remittance__mini_program__appid"}
SAID = [
    field.name
    for field in AuditEvent._meta.concrete_fields
    if field.name not in ("id", "occurred_at", "recorded_at", "delivered_at")
]
DONE: list[str] = []


def tenant_of(model):
    label = model._meta.label_lower
    return "" if label in NO_TENANT else ELSEWHERE.get(label, "mini_program__appid")


def said_by(row):
    return {name: getattr(row, name) for name in SAID} | {"is_awaited": row.delivered_at is None}


def what_advance_says(row, move, stamps):
    """The audit row of advance(), and the moved row; nothing of it stays."""
    with transaction.atomic():
        event = said_by(advance(row, move, by=SYSTEM, reason="why", data={"k": [1]}, **stamps))
        row.refresh_from_db()
        moved = type(row)._base_manager.filter(pk=row.pk).values().get()
        transaction.set_rollback(True)
    return event, moved


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "move", "state"), CASES, ids=case_id)
def test_each_move_does_to_many_what_it_does_to_one(model, move, state):
    row = a_row(model)
    put_into(row, state)
    before, newest = model._base_manager.filter(pk=row.pk).values().get(), AuditEvent.objects.latest("id").pk
    stamps = stamps_for(model, str(move.target))
    fresh = AuditEvent.objects.filter(pk__gt=newest)
    given = {"by": SYSTEM, "most": 5, "appid": tenant_of(model), "reason": "why", "data": {"k": [1]}}

    if state in move.sources:
        said, moved = what_advance_says(row, move, stamps)
        assert advance_many(model.objects.filter(pk=row.pk), move, **given, **stamps) == [row.pk]
        assert [said_by(event) for event in fresh] == [said]
    else:
        moved = before
        assert advance_many(model.objects.filter(pk=row.pk), move, **given, **stamps) == []
        assert not fresh.exists()

    assert model._base_manager.filter(pk=row.pk).values().get() == moved


@pytest.mark.django_db
def test_at_most_so_many_are_moved_in_the_order_asked_for():
    tickets = [new_ticket(from_browser=name) for name in "cab"]

    moved = advance_many(ScanTicket.objects.order_by("from_browser"), EXPIRE, by=SYSTEM, most=2)

    assert moved == [tickets[1].pk, tickets[2].pk]
    assert [ScanTicket.objects.get(pk=t.pk).status for t in tickets] == ["waiting", "expired", "expired"]
    assert {row.subject_id for row in AuditEvent.objects.all()} == {str(pk) for pk in moved}


@pytest.mark.django_db
def test_each_audit_row_has_its_own_state_tenant_and_the_worlds_time(ada):
    mini_program = stories.registered()
    first, second = new_ticket(), new_ticket(mini_program=mini_program)
    advance(second, SCAN, by=ada, scanned_by=ada, scanned_at=now())
    newest = AuditEvent.objects.latest("id").pk
    at = move_forward(3600)

    assert len(advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=9)) == 2

    rows = AuditEvent.objects.filter(pk__gt=newest).order_by("id")
    assert [(row.subject_id, row.from_state, row.to_state, row.appid) for row in rows] == [
        (str(first.pk), "waiting", "expired", ""),
        (str(second.pk), "scanned", "expired", mini_program.appid),
    ]
    assert all((row.occurred_at - at).total_seconds() < 60 for row in rows)
    assert all(row.occurred_at >= at and row.recorded_at < at for row in rows)


@pytest.mark.django_db
def test_three_statements_however_many_rows(django_assert_num_queries):
    for _ in range(30):
        new_ticket()

    with django_assert_num_queries(3):
        assert len(advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=30)) == 30
    with django_assert_num_queries(1):
        assert advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=30) == []


@pytest.mark.django_db
def test_only_the_platform_itself_moves_many(ada):
    new_ticket()

    with pytest.raises(TypeError, match="the platform itself"):
        advance_many(ScanTicket.objects.all(), EXPIRE, by=ada, most=1)

    assert ScanTicket.objects.get().status == TicketStatus.WAITING


@pytest.mark.django_db
def test_a_move_of_another_lifecycle_is_a_mistake_of_ours():
    from releases.lifecycle import APPROVE

    with pytest.raises(ValueError, match="no move"):
        advance_many(ScanTicket.objects.all(), APPROVE, by=SYSTEM, most=1)


@pytest.mark.django_db
def test_a_stamp_can_not_smuggle_in_another_state():
    new_ticket()

    with pytest.raises(TypeError):
        advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=1, status=TicketStatus.CONFIRMED)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_a_mistake_of_ours():
    with pytest.raises(RuntimeError, match="open transaction"):
        advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=1)


@pytest.mark.django_db
def test_what_it_did_goes_when_its_transaction_goes():
    new_ticket()

    @transaction.atomic
    def move_and_fail():
        advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        move_and_fail()

    assert ScanTicket.objects.get().status == TicketStatus.WAITING
    assert not AuditEvent.objects.exists()


def remember(event):
    """A reaction that leaves a trace."""
    DONE.append(event.subject_id)


AWAITED = {"accounts.ticket.expired": (remember,)}


@pytest.fixture
def awaited(settings):
    settings.REACTIONS = f"{__name__}.AWAITED"
    DONE.clear()


@pytest.mark.django_db
def test_reactions_follow_each_row_after_commit(awaited, django_capture_on_commit_callbacks):
    tickets = [new_ticket() for _ in range(5)]

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        advance_many(ScanTicket.objects.order_by("pk"), EXPIRE, by=SYSTEM, most=5)
        assert DONE == []

    assert [str(ticket.pk) for ticket in tickets] == DONE
    assert len(callbacks) == 1
    assert not AuditEvent.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db
def test_nothing_rings_where_nobody_waits(django_capture_on_commit_callbacks):
    new_ticket()

    with django_capture_on_commit_callbacks() as callbacks:
        advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=1)

    assert callbacks == []
    assert AuditEvent.objects.get().delivered_at is not None


@pytest.mark.django_db(transaction=True)
def test_sweepers_side_by_side_move_each_row_once():
    for _ in range(60):
        new_ticket(purpose=ScanPurpose.CONSOLE_LOGIN)

    def sweep(i):
        moved = []
        for _ in range(20):
            with transaction.atomic():
                moved += advance_many(ScanTicket.objects.order_by("pk"), EXPIRE, by=SYSTEM, most=7)
        return moved

    outcomes = together(4, sweep)

    assert refusals(outcomes) == []
    assert sorted(pk for moved in outcomes for pk in moved) == [t.pk for t in ScanTicket.objects.order_by("pk")]
    assert AuditEvent.objects.filter(event="accounts.ticket.expired").count() == 60


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer and no row locks")
@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_to_them():
    held, free = new_ticket(), new_ticket()

    with transaction.atomic():
        ScanTicket.objects.select_for_update().get(pk=held.pk)
        outcomes = together(1, lambda i: _expire_all())

    assert outcomes == [[free.pk]]


@transaction.atomic
def _expire_all():
    return advance_many(ScanTicket.objects.all(), EXPIRE, by=SYSTEM, most=9)


@pytest.mark.django_db(transaction=True)
def test_rows_reached_through_another_table_lock_that_table_not():
    mini_program = stories.registered()
    ticket = new_ticket(mini_program=mini_program)
    rows = ScanTicket.objects.filter(mini_program__appid=mini_program.appid)

    with transaction.atomic():
        assert advance_many(rows, EXPIRE, by=SYSTEM, most=9) == [ticket.pk]
        if connection.vendor == "postgresql":
            assert together(1, lambda i: _hold(mini_program)) == [mini_program]


def _hold(mini_program):
    with transaction.atomic():
        return type(mini_program).objects.select_for_update(nowait=True).get(pk=mini_program.pk)


@pytest.mark.django_db
def test_a_move_from_one_state_leaves_rows_in_others_alone(ada):
    new_ticket()

    assert advance_many(ScanTicket.objects.all(), CONFIRM, by=SYSTEM, most=9) == []
    assert ScanTicket.objects.get().status == TicketStatus.WAITING
