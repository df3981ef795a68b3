"""Overdue remittances expire in bounded batches, each once, and the database finds them by their index."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram, ServiceNotification
from entities.lifecycle import StandingStatus
from entities.models import Standing
from platform_site import reactions
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.reactions import SWEEPS, sweep_deadlines
from platform_site.simulation import stories
from scripts.bench.crowd import gather
from tests.concurrency import refusals, together
from verification.actions import sweeps
from verification.actions.remittances import expire_if_due
from verification.actions.sweeps import expire_overdue_remittances
from verification.lifecycle import RemittanceStatus
from verification.models import Remittance, Transfer

DAY = 86_400
ON_POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="asks PostgreSQL for its plan")
EXPIRED = "verification.remittance.expired"


def companies(count):
    people = ["ada", "dev", "eve"]
    return [stories.organisation(administrator=people[i % 3], name=f"Harbour {i} Ltd.") for i in range(count)]


def pass_the_deadline():
    clock.move_forward(RULES.remittance.days * DAY + 1)


def expired():
    return Remittance.objects.filter(status=RemittanceStatus.EXPIRED).count()


@pytest.mark.django_db
def test_at_the_deadline_it_expires_and_the_registration_fails_with_one_notice(deliver):
    mini_program = stories.organisation()
    account = mini_program.account
    assert expire_overdue_remittances() == 0

    pass_the_deadline()
    assert [expire_overdue_remittances(), expire_overdue_remittances()] == [1, 0]
    deliver()

    account.refresh_from_db()
    assert MiniProgram.objects.get().user is None
    assert account.status == AccountStatus.REGISTRATION_FAILED
    assert Standing.objects.get().status == StandingStatus.FAILED
    row = AuditEvent.objects.get(event=EXPIRED)
    assert (row.appid, row.from_state, row.to_state, row.actor_kind) == (
        mini_program.appid,
        "open",
        "expired",
        "system",
    )
    assert ServiceNotification.objects.filter(event="entities.standing.failed").count() == 1


@pytest.mark.django_db
def test_what_was_paid_in_time_is_left_alone():
    stories.remitted()
    pass_the_deadline()

    assert expire_overdue_remittances() == 0
    assert Remittance.objects.get().status == RemittanceStatus.PAID


@pytest.mark.django_db
def test_a_sweep_that_comes_late_lets_no_late_payment_through(deliver):
    mini_program = stories.organisation()
    pass_the_deadline()

    stories.transferred(mini_program)
    expire_overdue_remittances()
    deliver()

    assert Remittance.objects.get().status == RemittanceStatus.EXPIRED
    assert Standing.objects.get().status == StandingStatus.FAILED
    assert [transfer.outcome for transfer in Transfer.objects.all()] == ["late"]
    assert AuditEvent.objects.filter(event=EXPIRED).count() == 1


@pytest.mark.django_db
def test_it_goes_in_batches_the_first_due_first(monkeypatch):
    programs = companies(5)
    pass_the_deadline()
    small = replace(RULES, remittance=replace(RULES.remittance, sweep_batch=2))
    monkeypatch.setattr(sweeps, "RULES", small)

    assert expire_overdue_remittances(most=3) == 3
    assert [
        p.remittance.status for p in MiniProgram.objects.filter(pk__in=[p.pk for p in programs]).order_by("pk")
    ] == [
        *["expired"] * 3,
        *["open"] * 2,
    ]
    assert expire_overdue_remittances() == 2


@pytest.mark.django_db(transaction=True)
def test_sweepers_and_people_who_look_at_once_expire_each_once():
    remittances = [program.remittance for program in companies(6)]
    pass_the_deadline()

    def act(i):
        if i < 4:
            return expire_overdue_remittances()
        return expire_if_due(Remittance.objects.select_related("mini_program").get(pk=remittances[i % 6].pk))

    outcomes = together(8, act)

    assert refusals(outcomes) == []
    assert expired() == 6
    rows = AuditEvent.objects.filter(event=EXPIRED).values_list("subject_id", flat=True)
    assert sorted(rows) == sorted(str(remittance.pk) for remittance in remittances)
    assert Standing.objects.filter(status=StandingStatus.FAILED).count() == 6  # doorbells ring at once in tests
    assert AuditEvent.objects.filter(event="entities.standing.failed").count() == 6


@pytest.mark.django_db
def test_it_is_one_of_the_sweeps_of_every_minute():
    stories.organisation()
    pass_the_deadline()

    assert sweep_deadlines()["remittances"] == 1


@pytest.mark.django_db
def test_a_sweep_that_fails_keeps_none_from_running(monkeypatch, caplog):
    stories.organisation()
    pass_the_deadline()
    monkeypatch.setattr(reactions, "SWEEPS", {"broken": lambda: 1 // 0, **SWEEPS})

    fired = sweep_deadlines()

    assert (fired["broken"], fired["remittances"]) == (0, 1)
    assert "the sweep of broken failed" in caplog.text


# --- what the database does for it -----------------------------------------------------------------------------------


def plans_of(queries):
    """{statement: the nodes of its plan} of what was run, EXPLAINed anew."""
    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].startswith(("SELECT", "UPDATE", "INSERT")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                found = cursor.fetchone()[0]
                yield query["sql"], list(nodes(found if isinstance(found, list) else json.loads(found)))


def nodes(plan):
    if isinstance(plan, list):
        for part in plan:
            yield from nodes(part)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for part in plan.values():
            yield from nodes(part)


@ON_POSTGRESQL
@pytest.mark.django_db
def test_remittances_are_found_by_their_index_however_many_are_open():
    """Of 60,000 that are open. Of so few Mini Programs PostgreSQL may read all; of a million it looks up a thousand."""
    with connection.cursor() as cursor:
        gather(cursor, 60_000, due=1_500, first=10**6)
    with CaptureQueriesContext(connection) as captured:
        assert expire_overdue_remittances() == 1_500

    plans = dict(plans_of(captured.captured_queries))
    scanned = {node["Relation Name"] for plan in plans.values() for node in plan if node["Node Type"] == "Seq Scan"}
    used = {node.get("Index Name") for plan in plans.values() for node in plan}

    assert len(plans) >= 6  # two batches of three statements
    assert scanned - {"accounts_miniprogram"} == set()
    assert "remittance_open_by_end" in used
    taking = [plan for sql, plan in plans.items() if "FOR UPDATE" in sql]
    assert all("Sort" not in {node["Node Type"] for node in plan} for plan in taking)  # read in order, not all sorted
