"""Every lifecycle, swept: each move from each state, births, what the database refuses. Nothing is listed by hand."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, models, transaction

from accounts.permissions import MEMBER_PERMISSIONS, STAFF_PERMISSIONS, Permission
from platform_site.kernel import diagrams
from platform_site.kernel.clock import now
from platform_site.kernel.diagrams import lifecycle_models
from platform_site.kernel.lifecycle import SYSTEM, IllegalMove, advance
from platform_site.kernel.models import AuditEvent, LifecycleQuerySet
from platform_site.simulation import stories
from releases.lifecycle import DECIDED

MODELS = lifecycle_models()
MOVES = [(model, move) for model in MODELS for move in model.lifecycle.moves]
CASES = [(model, move, str(state)) for model, move in MOVES for state in model.lifecycle.statuses.values]


def case_id(value):
    return getattr(value, "__name__", None) or getattr(value, "name", None) or str(value)


def a_row(model):
    """Any row of this model in its initial state, by real actions."""
    makers = {
        "accounts.user": stories.account,
        "accounts.scanticket": _ticket,
        "developers.build": stories.uploaded,
        "releases.auditorder": stories.submitted,
        "releases.release": _release,
        "releases.service": _service,
        "entities.standing": lambda: stories.organisation(type="government").standing,
        "entities.servicecategory": _category,
        "entities.nameapplication": _name_application,
        "openplatform.openaccount": _open_account,
        "openplatform.qualification": lambda: stories.qualification_applied(stories.open_account()),
        "openplatform.application": lambda: stories.application_handed_in(stories.open_account()),
        "payments.payapplication": _pay_application,
        "payments.merchantlink": _merchant_link,
        "verification.remittance": lambda: stories.organisation().remittance,
        "verification.transfer": _transfer,
        "verification.paymentorder": _payment_order,
        "verification.verification": _application,
    }
    return makers[model._meta.label_lower]()


def _open_account():
    from openplatform.models import OpenAccount

    return OpenAccount.objects.create(open_appid="wx0123456789abcdef", made_for=stories.registered(), created_at=now())


def _pay_application():
    from payments.models import PayApplication

    return PayApplication.objects.create(mini_program=stories.registered(), started_at=now())


def _merchant_link():
    from payments.models import Merchant, MerchantLink

    application, ada = _pay_application(), stories.person("ada")
    merchant = Merchant.objects.create(
        mchid="1000000001",
        mini_program=application.mini_program,
        application=application,
        short_name="Tea",
        entity_name="Tea",
        entity_digest="0" * 64,
        opened_at=now(),
        signed_by=ada,
    )
    return MerchantLink.objects.create(
        merchant=merchant, mini_program=application.mini_program, asked_by=ada, asked_at=now()
    )


def _release():
    from releases.models import Release

    order = stories.approved()
    by = stories.person("ada")
    return Release.objects.create(mini_program=order.mini_program, order=order, published_by=by, published_at=now())


def _service():
    from releases.models import Service

    return Service.objects.create(mini_program=stories.registered(), changed_at=now())


def _category():
    from entities.models import ServiceCategory

    return ServiceCategory.objects.create(
        mini_program=stories.registered(), code="catering.restaurant", position=1, submitted_at=now()
    )


def _name_application():
    from entities.models import NameApplication

    return NameApplication.objects.create(
        mini_program=stories.registered(), name="Harbour", name_key="harbour", submitted_at=now(), due_at=now()
    )


def _transfer():
    from verification.models import Transfer

    return Transfer.objects.create(
        from_holder="x", from_account="1", amount_fen=1, outcome="unknown", received_at=now()
    )


def _payment_order():
    from verification.models import PaymentOrder

    return PaymentOrder.objects.create(
        number="1", purpose="x", subject="x:1", amount_fen=1, opened_at=now(), expires_at=now()
    )


def _application():
    from verification.models import Verification

    mini_program = stories.organisation(type="government")
    return Verification.objects.create(mini_program=mini_program, started_by=stories.person("ada"), started_at=now())


def _ticket():
    from accounts.actions.tickets import open_ticket
    from accounts.purposes import ScanPurpose

    return open_ticket(ScanPurpose.CONSOLE_LOGIN, holder="x", facts={})


def stamps_for(model, state):
    """Values for the columns that the model's constraints tie to this state."""
    person, staff = stories.person("ada"), stories.staff()
    filled = {
        "scanned_by": person,
        "scanned_at": now(),
        "answered_at": now(),
        "consumed_at": now(),
        "decided_by": staff,
        "decided_at": now(),
        "ended_at": now(),
        "full_at": now(),
        "asked_at": now(),
        "withdrawn_at": now(),
        "claimed_by": staff,
        "claimed_at": now(),
        "claimed_until": now(),
        "verified_until": now(),
        "failed_at": now(),
        "paid_at": now(),
        "paid_by": person,
        "returned_at": now(),
        "refill_due_at": now(),
        "app_id": "wx0123456789abcdef",
    }
    groups = {
        "scanticket": {
            "waiting": set(),
            "scanned": {"scanned_by", "scanned_at"},
            "confirmed": {"scanned_by", "scanned_at", "answered_at"},
            "refused": {"scanned_by", "scanned_at", "answered_at"},
            "consumed": {"scanned_by", "scanned_at", "answered_at", "consumed_at"},
        },
        "auditorder": {
            **{s: {"decided_by", "decided_at"} for s in sorted(DECIDED)},
            "claimed": {"claimed_by", "claimed_at", "claimed_until"},
            "waiting_developer": {"asked_at"},
            "withdrawn": {"withdrawn_at"},
        },
        "release": {
            **{s: {"ended_at"} for s in ("replaced", "rolled_back", "cancelled")},
            "phased": {"full_at"},
            "paused": {"full_at"},
        },
        "openaccount": {"verified": {"verified_until"}, "lapsed": {"verified_until"}},
        "qualification": {s: {"decided_by", "decided_at"} for s in ("passed", "rejected")},
        "application": {"approved": {"app_id"}},
        "standing": {"verified": {"verified_until"}, "lapsed": {"verified_until"}, "failed": {"failed_at"}},
        "nameapplication": {s: {"decided_by", "decided_at"} for s in ("approved", "rejected")},
        "remittance": {"paid": {"paid_at"}},
        "transfer": {"returned": {"returned_at"}},
        "paymentorder": {"paid": {"paid_at", "paid_by"}},
        "verification": {
            "refill": {"refill_due_at"},
            "passed": {"decided_by", "decided_at"},
            "failed": {"decided_by", "decided_at"},
        },
    }
    names = groups.get(model._meta.model_name, {}).get(state, set())
    tied = {name for states in groups.get(model._meta.model_name, {}).values() for name in states}
    return {name: filled[name] if name in names else None for name in tied}


def put_into(row, state):
    """Only here, where every state is needed: a state set behind advance()'s back."""
    type(row)._base_manager.filter(pk=row.pk).update(status=state, **stamps_for(type(row), state))
    row.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "move", "state"), CASES, ids=case_id)
def test_each_move_starts_from_its_sources_only(model, move, state):
    row = a_row(model)
    put_into(row, state)
    before = AuditEvent.objects.count()
    stamps = stamps_for(model, str(move.target))

    if state in move.sources:
        event = advance(row, move, by=SYSTEM, **stamps)
        row.refresh_from_db()
        assert (row.status, event.event, event.from_state, event.to_state) == (
            move.target,
            move.event,
            state,
            move.target,
        )
        assert AuditEvent.objects.count() == before + 1
    else:
        with pytest.raises(IllegalMove):
            advance(row, move, by=SYSTEM, **stamps)
        row.refresh_from_db()
        assert (row.status, AuditEvent.objects.count()) == (state, before)


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_the_database_refuses_an_unknown_state(model):
    row = a_row(model)

    with pytest.raises(IntegrityError), transaction.atomic():
        model._base_manager.filter(pk=row.pk).update(status="banana")
    table = connection.ops.quote_name(model._meta.db_table)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET status = 'banana' WHERE id = %s", [row.pk])  # noqa: S608 -- our own table


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_save_never_writes_the_status(model):
    row = a_row(model)
    born = row.status
    row.status = next(state for state in model.lifecycle.statuses.values if state != born)

    row.save()

    row.refresh_from_db()
    assert row.status == born


@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_a_row_is_born_in_a_state_from_which_it_can_move(model):
    lifecycle = model.lifecycle
    field = model._meta.get_field("status")

    assert field.default == lifecycle.initial
    assert lifecycle.initial in lifecycle.statuses.values
    assert any(lifecycle.initial in move.sources for move in lifecycle.moves)


@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_every_state_can_be_reached_and_every_move_names_known_states(model):
    lifecycle, known = model.lifecycle, set(model.lifecycle.statuses.values)
    reached = {str(lifecycle.initial)}
    for _step in known:
        reached |= {str(move.target) for move in lifecycle.moves if reached & {str(s) for s in move.sources}}

    assert reached == known
    assert {str(s) for move in lifecycle.moves for s in move.sources} <= known
    assert {str(s) for states in lifecycle.groups.values() for s in states} <= known
    assert all(move.target not in move.sources for move in lifecycle.moves)


@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_names_of_moves_and_events_are_unique_and_fit_their_columns(model):
    moves = model.lifecycle.moves

    assert len({move.name for move in moves}) == len(moves)
    assert len({move.event for move in moves}) == len(moves)
    assert all(move.event.startswith(f"{model._meta.app_label}.{model.lifecycle.name}.") for move in moves)
    assert all(len(move.event) <= 64 for move in moves)
    assert all(len(state) <= 32 for state in model.lifecycle.statuses.values)


@pytest.mark.parametrize("model", MODELS, ids=case_id)
def test_its_rows_are_guarded_in_numbers_too_and_its_states_by_the_database(model):
    names = {constraint.name for constraint in model._meta.constraints}

    assert isinstance(model._default_manager.get_queryset(), LifecycleQuerySet)
    assert f"{model.lifecycle.name}_status_is_known" in names
    assert isinstance(model._meta.get_field("status"), models.CharField)


def test_lifecycles_have_names_of_their_own():
    names = [model.lifecycle.name for model in MODELS]

    assert len(set(names)) == len(names)


def test_every_permission_that_a_move_asks_for_is_in_the_matrix():
    in_the_matrix = set().union(*MEMBER_PERMISSIONS.values()) | STAFF_PERMISSIONS

    assert {move.permission for _model, move in MOVES if move.permission} <= in_the_matrix
    assert set(Permission) == in_the_matrix


def test_no_permission_is_both_a_members_and_a_staffs():
    assert set().union(*MEMBER_PERMISSIONS.values()) & STAFF_PERMISSIONS == set()


def test_the_page_of_lifecycles_is_up_to_date():
    call_command("lifecycles", check=True)


def test_a_stale_page_of_lifecycles_is_told(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="stale"):
        call_command("lifecycles", check=True)

    call_command("lifecycles")

    assert (tmp_path / "docs" / "lifecycles.md").read_text(encoding="utf-8") == diagrams.page()
    call_command("lifecycles", check=True)
