"""Sweeps over all models: migrations, rows written once, events that somebody waits for, words for them."""

import ast
import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from accounts.notices import NOTICES
from accounts.permissions import STAFF_PERMISSIONS, Permission
from entities.models import EntityPaper, NameApplication, NamePaper, Paper
from platform_site.kernel.clock import now
from platform_site.kernel.diagrams import lifecycle_models
from platform_site.kernel.models import AuditEvent, ImmutableModel, LifecycleModel
from platform_site.reactions import REACTIONS, SWEEPS
from platform_site.simulation import stories
from platform_site.web.event_words import EVENT_WORDS, ONLY_IN_THE_AUDIT
from releases.models import OrderMessage, StaffNote
from tests.house import sources
from tests.house.test_lifecycles import a_row
from verification.models import ContactCall, LedgerAccount, Posting, RefillReason, Verification

OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] not in ("django", "allauth", "captcha")]
WRITTEN_ONCE = [model for model in OURS if issubclass(model, ImmutableModel)]
EVENT = re.compile(r"[a-z]+(\.[a-z_]+){2}")
ANNOUNCE_NOTHING = {"platform_site/reactions.py", "accounts/notices.py", "platform_site/web/event_words.py"}


def label(model):
    return model._meta.label


def written_once(model):
    """A row of this model: by a story where one has it, else born as its action would."""
    makers = {
        "entities.EntityPaper": lambda: EntityPaper(entity=stories.registered().entity, paper=_paper(), position=1),
        "entities.NamePaper": lambda: NamePaper(application=a_row(NameApplication), paper=_paper()),
        "verification.RefillReason": lambda: RefillReason(
            verification=a_row(Verification), round=1, field="letter", text="no seal"
        ),
        "verification.ContactCall": lambda: ContactCall(
            verification=a_row(Verification), outcome="confirmed", called_by=stories.staff(), called_at=now()
        ),
        "verification.Posting": lambda: Posting(
            source=LedgerAccount.objects.create(kind="outside", opened_at=now()),
            target=LedgerAccount.objects.create(kind="bank", opened_at=now()),
            amount_fen=1,
            key="house",
            memo="house",
            posted_at=now(),
        ),
    }
    if model._meta.label == "releases.OrderMessage":
        order = stories.submitted()
        return OrderMessage.objects.create(order=order, kind="note", text="x", staff=stories.staff(), written_at=now())
    if model._meta.label == "releases.StaffNote":
        program = stories.registered()
        return StaffNote.objects.create(mini_program=program, text="x", written_by=stories.staff(), written_at=now())
    if model._meta.label in makers:
        row = makers[model._meta.label]()
        row.save()
        return row
    stories.rejected()
    row = model._base_manager.first()
    assert row is not None
    return row


def _paper():
    return Paper.objects.create(sha256="0" * 64, name="x.png", width=1, height=1, bytes=1, uploaded_at=now())


@pytest.mark.django_db
def test_migrations_are_complete():
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, skip_checks=True)
    except SystemExit:
        pytest.fail(f"a migration is missing:\n{out.getvalue()}")


@pytest.mark.django_db
@pytest.mark.parametrize("model", WRITTEN_ONCE, ids=label)
def test_the_database_refuses_to_change_a_row_written_once(model):
    row = written_once(model)
    column = next(field.name for field in model._meta.concrete_fields if not field.primary_key)

    with pytest.raises(IntegrityError, match="can't be changed"), transaction.atomic():
        model._base_manager.filter(pk=row.pk).update(**{column: getattr(row, column)})
    with pytest.raises(IntegrityError, match="can't be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 -- our own table


def test_some_rows_are_written_once():
    assert {model._meta.label for model in WRITTEN_ONCE} >= {
        "entities.Entity",
        "releases.FunctionPage",
        "releases.RejectionReason",
    }


@pytest.mark.parametrize("model", [model for model in OURS if model is not AuditEvent], ids=label)
def test_every_model_says_in_one_sentence_what_it_is_and_has_a_name_of_its_own(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
    assert model.__str__ is not models.Model.__str__


@pytest.mark.parametrize("model", OURS, ids=label)
def test_a_status_belongs_to_a_lifecycle(model):
    has_status = any(field.name == "status" for field in model._meta.concrete_fields)

    assert has_status == issubclass(model, LifecycleModel)


@pytest.mark.parametrize("model", OURS, ids=label)
def test_no_model_orders_its_rows_behind_the_readers_back(model):
    assert model._meta.ordering == []


@pytest.mark.parametrize("model", OURS, ids=label)
def test_what_belongs_to_a_mini_program_says_so_to_the_audit_trail(model):
    """A model that actions record events of must name its tenant: `audit_appid`."""
    belongs = any(field.name == "mini_program" and not field.null for field in model._meta.concrete_fields)
    silent = {
        "releases.ProgramCode",
        "accounts.ConsoleNotice",
        "entities.ProfileChange",
    }  # nothing is ever recorded of these

    assert not belongs or hasattr(model, "audit_appid") or model._meta.label in silent


def announced():
    """Every event that a lifecycle or the source names, other than where one only listens."""
    named = {move.event for model in lifecycle_models() for move in model.lifecycle.moves}
    for path, tree in sources():
        if path not in ANNOUNCE_NOTHING:
            named |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value)
            }
    return named


@pytest.mark.parametrize(
    "table", [REACTIONS, EVENT_WORDS, ONLY_IN_THE_AUDIT], ids=["reactions", "words", "audit words"]
)
def test_nobody_waits_for_an_event_that_never_comes(table):
    assert set(table) - announced() == set()


def test_every_notice_is_sent_for_an_event_that_comes():
    assert set(NOTICES) - announced() == set()


def test_events_are_named_app_noun_past():
    labels = {config.label for config in apps.get_app_configs()}

    wrong = {event for event in REACTIONS if not EVENT.fullmatch(event) or event.split(".")[0] not in labels}
    assert wrong == set()
    assert all(len(event) <= AuditEvent._meta.get_field("event").max_length for event in announced())


def test_reactions_and_sweeps_are_functions_with_names_of_their_own():
    names = [f"{reaction.__module__}.{reaction.__name__}" for row in REACTIONS.values() for reaction in row]

    assert all(len(name) <= 128 and "<lambda>" not in name for name in names)
    assert all(len(set(row)) == len(row) for row in REACTIONS.values())
    assert all(callable(sweep) for sweep in SWEEPS.values())


def test_permissions_are_alphabetical_and_written_noun_verb():
    for group in (set(Permission) - STAFF_PERMISSIONS, STAFF_PERMISSIONS):
        names = [p.name for p in Permission if p in group]
        assert names == sorted(names)
    assert all(re.fullmatch(r"[a-z]+:[a-z]+", p.value) for p in Permission)
