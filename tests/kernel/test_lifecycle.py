"""advance() and the models that it moves."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.lifecycle import CONFIRM, SCAN, TicketStatus
from accounts.models import ScanTicket, User
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from developers.models import Build
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, IllegalMove, LostRace, Move, NotAllowed, advance
from platform_site.kernel.models import AuditEvent, ImmutableModel, record
from platform_site.simulation import stories
from releases.actions.claims import claim_stamps
from releases.lifecycle import APPROVE, CLAIM, PUBLISH, OrderStatus
from releases.models import AuditOrder, FunctionPage

pytestmark = pytest.mark.django_db


def new_ticket(**given):
    codes = ScanTicket.objects.count()
    return ScanTicket.objects.create(
        **{
            "code": "c",
            "code_digest": f"c{codes}",
            "typed_code": "t",
            "typed_code_digest": f"t{codes}",
            "holder_digest": "h",
            "purpose": ScanPurpose.CONSOLE_LOGIN,
            "created_at": now(),
            "expires_at": now(),
            **given,
        }
    )


class Nobody:
    """An actor without rights."""

    actor_kind, actor_id, actor_name = "nobody", "0", "Nobody"

    def may(self, permission, subject):
        return False


def test_a_move_changes_the_state_the_stamps_and_leaves_one_audit_row(ada):
    ticket, at = new_ticket(), now()

    row = advance(ticket, SCAN, by=ada, reason="why", data={"k": 1}, scanned_by=ada, scanned_at=at)

    assert (ticket.status, ticket.scanned_at) == (TicketStatus.SCANNED, at)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.scanned_by, ticket.scanned_at) == (TicketStatus.SCANNED, ada, at)
    assert AuditEvent.objects.filter(event="accounts.ticket.scanned").get() == row
    told = ("subject_type", "subject_id", "appid", "actor_kind", "actor_id", "actor_name")
    assert {name: getattr(row, name) for name in (*told, "from_state", "to_state", "reason", "data")} == {
        "subject_type": "accounts.scanticket",
        "subject_id": str(ticket.pk),
        "appid": "",
        "actor_kind": "person",
        "actor_id": str(ada.pk),
        "actor_name": "Ada (ada_lin)",
        "from_state": "waiting",
        "to_state": "scanned",
        "reason": "why",
        "data": {"k": 1},
    }


@pytest.mark.django_db(transaction=True)
def test_a_move_outside_a_transaction_is_a_mistake_of_ours():
    ticket = new_ticket()

    with pytest.raises(RuntimeError, match="open transaction"):
        advance(ticket, SCAN, by=SYSTEM)


def test_a_move_from_a_wrong_state_is_illegal_and_says_which_state_it_is():
    ticket = new_ticket()

    with pytest.raises(IllegalMove) as refused:
        advance(ticket, CONFIRM, by=SYSTEM)

    assert (refused.value.code, "Waiting for a scan" in refused.value.message) == ("illegal_move", True)
    assert ScanTicket.objects.get().status == TicketStatus.WAITING
    assert not AuditEvent.objects.exists()


def test_a_move_of_another_lifecycle_is_illegal():
    with pytest.raises(IllegalMove):
        advance(new_ticket(), APPROVE, by=SYSTEM)


def test_a_move_that_is_not_in_the_table_is_illegal():
    made_up = Move.of("jump", TicketStatus.WAITING, TicketStatus.CONSUMED, "accounts.ticket.jumped")

    with pytest.raises(IllegalMove):
        advance(new_ticket(), made_up, by=SYSTEM)


def test_a_move_wants_the_permission_that_its_table_names():
    order = stories.submitted()

    with pytest.raises(NotAllowed) as refused:
        advance(order, CLAIM, by=Nobody(), **claim_stamps(stories.staff()))

    assert refused.value.code == "not_allowed"
    assert AuditOrder.objects.get().status == OrderStatus.QUEUED


def test_an_administrator_of_another_mini_program_lacks_the_permission():
    order = stories.approved()
    stranger = stories.administrator_of(stories.registered(administrator="eve"))

    with pytest.raises(NotAllowed):
        advance(order, PUBLISH, by=stranger)


def test_a_stale_copy_loses_the_race_and_leaves_nothing(ada):
    ticket = new_ticket()
    stale = ScanTicket.objects.get()
    advance(ticket, SCAN, by=ada, scanned_by=ada, scanned_at=now())

    with pytest.raises(LostRace) as refused:
        advance(stale, SCAN, by=ada, scanned_by=ada, scanned_at=now())

    assert refused.value.code == "lost_race"
    assert AuditEvent.objects.filter(event="accounts.ticket.scanned").count() == 1
    assert stale.status == TicketStatus.WAITING


def test_a_stamp_can_not_smuggle_in_another_state(ada):
    with pytest.raises(TypeError):
        advance(new_ticket(), SCAN, by=ada, status=TicketStatus.CONFIRMED)


def test_what_a_move_did_goes_when_its_transaction_goes(ada):
    ticket = new_ticket()

    @transaction.atomic
    def scan_and_fail():
        advance(ticket, SCAN, by=ada, scanned_by=ada, scanned_at=now())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scan_and_fail()

    assert ScanTicket.objects.get().status == TicketStatus.WAITING
    assert not AuditEvent.objects.filter(event="accounts.ticket.scanned").exists()


def test_the_table_says_what_can_be_done_from_a_state(ada):
    ticket = new_ticket()
    assert {name: ticket.can(name) for name in ("scan", "confirm", "jump")} == {
        "scan": True,
        "confirm": False,
        "jump": False,
    }


# --- births and saves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [TicketStatus.CONFIRMED, "banana", ""])
def test_a_row_is_born_in_the_initial_state_only(status):
    with pytest.raises(ValueError, match="is born waiting"):
        new_ticket(status=status)

    assert ScanTicket.objects.count() == 0


def test_save_does_not_write_the_status(ada):
    ticket = new_ticket()
    ticket.status = TicketStatus.CONSUMED
    ticket.from_browser = "Firefox"

    ticket.save()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.from_browser) == (TicketStatus.WAITING, "Firefox")


def test_a_stale_copy_that_is_saved_does_not_take_the_state_back(ada):
    ticket = new_ticket()
    stale = ScanTicket.objects.get()
    advance(ticket, SCAN, by=ada, scanned_by=ada, scanned_at=now())

    stale.save()

    assert ScanTicket.objects.get().status == TicketStatus.SCANNED


def test_save_leaves_columns_alone_that_were_not_read():
    new_ticket(from_browser="Firefox")
    part = ScanTicket.objects.only("from_address").get()
    ScanTicket.objects.update(from_browser="Chrome")
    part.from_address = "127.0.0.1"

    part.save()

    whole = ScanTicket.objects.get()
    assert (whole.from_address, whole.from_browser) == ("127.0.0.1", "Chrome")


@pytest.mark.parametrize(
    "write",
    [
        lambda ticket: ticket.save(update_fields=["status"]),
        lambda ticket: ScanTicket.objects.update(status=TicketStatus.CONSUMED),
        lambda ticket: ScanTicket.objects.filter(pk=ticket.pk).update(status=TicketStatus.CONSUMED),
        lambda ticket: ScanTicket.objects.bulk_update([ticket], ["status"]),
        lambda ticket: ScanTicket.objects.update_or_create(pk=ticket.pk, defaults={"status": TicketStatus.CONSUMED}),
        lambda ticket: ScanTicket.objects.bulk_create([ScanTicket(status=TicketStatus.CONFIRMED)]),
    ],
    ids=["save", "update", "filtered update", "bulk_update", "update_or_create", "bulk_create"],
)
def test_no_other_way_writes_a_status(write):
    ticket = new_ticket()

    with pytest.raises(TypeError):
        write(ticket)

    assert [row.status for row in ScanTicket.objects.all()] == [TicketStatus.WAITING]


def test_related_rows_have_the_same_guard():
    build = stories.uploaded()

    with pytest.raises(TypeError, match="advance"):
        build.mini_program.builds.update(status="deleted")
    with pytest.raises(TypeError, match="advance"):
        build.mini_program.builds.ready().update(status="deleted")

    assert Build.objects.get().status == "ready"


def test_a_second_row_with_the_number_of_the_first_does_not_write_over_it(ada):
    ticket = new_ticket()
    advance(ticket, SCAN, by=ada, scanned_by=ada, scanned_at=now())

    with pytest.raises(IntegrityError), transaction.atomic():
        new_ticket(pk=ticket.pk)

    assert ScanTicket.objects.get().status == TicketStatus.SCANNED


def test_other_columns_may_be_updated_in_numbers():
    new_ticket()

    assert ScanTicket.objects.filter(status=TicketStatus.WAITING).update(from_browser="x") == 1


def test_the_last_login_of_an_account_can_be_saved():
    user = stories.account()
    user.last_login = now()
    user.save(update_fields=["last_login"])

    assert User.objects.get().last_login == user.last_login


# --- rows that are written once ------------------------------------------------------------------------------------


def test_a_row_written_once_is_neither_saved_again_nor_deleted():
    page = stories.submitted().function_pages.first()
    assert isinstance(page, ImmutableModel)

    with pytest.raises(TypeError, match="can't be changed"):
        page.save()
    with pytest.raises(TypeError, match="can't be deleted"):
        page.delete()


def test_a_row_written_once_is_not_written_over_by_one_with_its_number():
    page = stories.submitted().function_pages.first()
    twin = FunctionPage(pk=page.pk, order=page.order, position=5, path="x", title="x", category="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()

    assert FunctionPage.objects.get(pk=page.pk).title == page.title


@pytest.mark.parametrize("column", ["event", "actor_name", "appid", "occurred_at", "data", "to_state"])
def test_the_database_refuses_to_change_what_happened(column, ada):
    row = record("tests.thing.done", ada, by=ada)

    with pytest.raises(IntegrityError, match="can't be changed"), transaction.atomic():
        AuditEvent.objects.filter(pk=row.pk).update(**{column: now() if column == "occurred_at" else "x"})


def test_the_database_refuses_to_delete_what_happened(ada):
    row = record("tests.thing.done", ada, by=ada)

    with pytest.raises(IntegrityError, match="can't be changed"), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError, match="can't be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditevent")

    assert AuditEvent.objects.filter(pk=row.pk).exists()


def test_an_order_keeps_the_permission_of_its_program_only(rev):
    order = stories.submitted()

    assert rev.may(Permission.ORDER_DECIDE, order) is True
    assert stories.administrator_of(order.mini_program).may(Permission.ORDER_DECIDE, order) is False
