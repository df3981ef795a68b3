"""Events reach their reactions: at least once, each once, whatever fails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import WeChatPerson
from platform_site.celery import app
from platform_site.kernel import delivery
from platform_site.kernel.delivery import deliver, deliver_batch, deliver_overdue
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.models import AuditEvent, ReactionDone, record
from platform_site.simulation import stories
from tests.concurrency import together

CALLS: list[str] = []
BROKEN: set[str] = set()


def first(event: AuditEvent) -> None:
    """A reaction that leaves a row, so that one can see whether it was rolled back."""
    CALLS.append("first")
    WeChatPerson.objects.filter(pk=int(event.subject_id)).update(nickname="first was here")
    if "first" in BROKEN:
        raise RuntimeError("broken on purpose")


def second(event: AuditEvent) -> None:
    """Another reaction to the same event."""
    CALLS.append("second")
    if "second" in BROKEN:
        raise RuntimeError("broken on purpose")


TABLE = {"tests.thing.done": (first, second)}


@pytest.fixture(autouse=True)
def _table(settings):
    settings.REACTIONS = f"{__name__}.TABLE"
    CALLS.clear()
    BROKEN.clear()


@pytest.fixture
def done(ada):
    return record("tests.thing.done", ada, by=ada)


@pytest.mark.django_db
def test_each_reaction_runs_once_and_the_event_is_delivered(done):
    assert deliver(done.pk) is True

    done.refresh_from_db()
    assert (CALLS, done.attempts, done.delivered_at is not None, done.retry_at) == (["first", "second"], 1, True, None)


@pytest.mark.django_db
def test_a_second_delivery_does_nothing(done):
    deliver(done.pk)

    assert deliver(done.pk) is True

    assert CALLS == ["first", "second"]


@pytest.mark.django_db
def test_one_reaction_that_fails_is_undone_and_keeps_no_other_from_running(done, ada):
    BROKEN.add("first")

    assert deliver(done.pk) is False

    ada.refresh_from_db()
    assert (CALLS, ada.nickname) == (["first", "second"], "Ada")
    assert [row.reaction.rsplit(".", 1)[1] for row in ReactionDone.objects.all()] == ["second"]


@pytest.mark.django_db
def test_the_next_attempt_runs_only_what_failed(done, ada):
    BROKEN.add("first")
    deliver(done.pk)
    BROKEN.clear()

    assert deliver(done.pk) is True

    ada.refresh_from_db()
    assert (CALLS, ada.nickname) == (["first", "second", "first"], "first was here")


@pytest.mark.django_db
def test_an_event_without_reactions_is_born_delivered(ada):
    row = record("tests.thing.ignored", ada, by=ada)

    assert row.delivered_at is not None
    assert deliver(row.pk) is True
    assert deliver(10**9) is True


@pytest.mark.django_db
def test_the_sweep_waits_for_the_doorbell_first(done):
    assert deliver_overdue() == 0

    assert deliver_overdue(older_than=timedelta(0)) == 1
    assert CALLS == ["first", "second"]


@pytest.mark.django_db
def test_waiting_doubles_from_5_seconds_to_an_hour(done):
    BROKEN.add("first")
    waits = []
    for _attempt in range(12):
        deliver(done.pk)
        done.refresh_from_db()
        waits.append(round((done.retry_at - timezone.now()).total_seconds()))

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


@pytest.mark.django_db
def test_the_sweep_leaves_a_failed_event_until_its_next_attempt_is_due(done):
    BROKEN.add("first")
    deliver(done.pk)
    BROKEN.clear()

    assert deliver_overdue(older_than=timedelta(0)) == 0
    AuditEvent.objects.filter(pk=done.pk).update(retry_at=timezone.now())
    assert deliver_overdue(older_than=timedelta(0)) == 1


@pytest.mark.django_db
def test_an_event_that_can_not_be_delivered_does_not_keep_later_ones_waiting(done, ada):
    BROKEN.add("first")
    deliver(done.pk)
    BROKEN.clear()
    later = record("tests.thing.done", ada, by=ada)

    assert deliver_overdue(older_than=timedelta(0), most=1) == 1

    later.refresh_from_db()
    assert later.delivered_at is not None


@pytest.mark.django_db
def test_a_worker_that_is_killed_in_a_reaction_is_followed_by_the_sweep(done, monkeypatch):
    def first(event):
        raise SystemExit  # what a killed worker looks like from inside: nothing after it runs

    with monkeypatch.context() as patched:
        patched.setitem(TABLE, "tests.thing.done", (first,))
        with pytest.raises(SystemExit):
            deliver(done.pk)

    done.refresh_from_db()
    assert (done.attempts, done.delivered_at, ReactionDone.objects.count()) == (1, None, 0)
    AuditEvent.objects.filter(pk=done.pk).update(retry_at=timezone.now())
    assert deliver_overdue() == 1
    assert CALLS == ["first", "second"]


@pytest.mark.django_db
def test_nothing_rings_for_what_was_rolled_back(ada, django_capture_on_commit_callbacks):
    @transaction.atomic
    def record_and_fail():
        record("tests.thing.done", ada, by=ada)
        raise ZeroDivisionError

    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(ZeroDivisionError):
        record_and_fail()

    assert callbacks == []
    assert not AuditEvent.objects.filter(event="tests.thing.done").exists()


@pytest.mark.django_db
def test_the_doorbell_rings_after_commit_and_only_for_what_is_awaited(ada, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record("tests.thing.ignored", ada, by=ada)
        record("tests.thing.done", ada, by=ada)
        assert CALLS == []

    assert CALLS == ["first", "second"]


@pytest.mark.django_db
def test_a_broker_that_is_down_loses_nothing(ada, django_capture_on_commit_callbacks, monkeypatch, caplog):
    monkeypatch.setattr(app.tasks["platform_site.react"], "apply", _down)
    with django_capture_on_commit_callbacks(execute=True):
        row = record("tests.thing.done", ada, by=ada)

    assert CALLS == []
    assert f"doorbell platform_site.react({row.pk}) failed" in caplog.text
    assert deliver_overdue(older_than=timedelta(0)) == 1


def _down(*args, **kwargs):
    raise ConnectionError("the broker is down")


def _several(ada, count):
    return [record("tests.thing.done", ada, by=ada).pk for _ in range(count)]


@pytest.mark.django_db
def test_a_batch_is_delivered_but_for_what_was_delivered_or_is_due_later(ada):
    events = _several(ada, 4)
    deliver(events[0])
    AuditEvent.objects.filter(pk=events[1]).update(retry_at=timezone.now() + timedelta(seconds=9))

    assert deliver_batch([*events, 10**9]) == 2

    waiting = AuditEvent.objects.filter(delivered_at=None, pk__in=events)
    assert [row.pk for row in waiting] == [events[1]]


@pytest.mark.django_db
def test_what_a_killed_worker_had_taken_is_left_alone_for_a_while_and_then_delivered(ada, monkeypatch):
    events = _several(ada, 3)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "deliver", _killed)
        with pytest.raises(SystemExit):
            deliver_batch(events)

    assert deliver_overdue(older_than=timedelta(0)) == 0
    monkeypatch.setattr(delivery, "LEASE", timedelta(0))
    AuditEvent.objects.filter(pk__in=events).update(retry_at=timezone.now())
    assert deliver_overdue(older_than=timedelta(0)) == 3


def _killed(event_id):
    raise SystemExit


@pytest.mark.django_db
def test_the_sweep_delivers_as_many_as_it_was_told_and_no_more(ada, monkeypatch):
    monkeypatch.setattr(delivery, "CHUNK", 2)
    _several(ada, 8)

    assert deliver_overdue(older_than=timedelta(0), most=5) == 5
    assert deliver_overdue(older_than=timedelta(0), most=5) == 3


@pytest.mark.django_db
def test_one_run_rings_for_the_rest_until_nothing_is_overdue(ada, monkeypatch):
    monkeypatch.setattr(delivery, "CHUNK", 2)
    events = _several(ada, 7)
    AuditEvent.objects.filter(pk__in=events).update(retry_at=timezone.now())

    assert app.tasks["platform_site.deliver_overdue"].apply(args=(2,)).get() == 2
    assert AuditEvent.objects.filter(delivered_at=None).count() == 3  # two turns
    app.tasks["platform_site.deliver_overdue"].apply()
    assert not AuditEvent.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db
def test_many_events_ring_once_for_each_chunk_after_commit(ada, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(delivery, "CHUNK", 2)
    rung = []
    monkeypatch.setattr(app.tasks["platform_site.deliver_batch"], "apply", lambda args: rung.append(args))

    with django_capture_on_commit_callbacks(execute=True):
        delivery.ring_for_many_after_commit([1, 2, 3, 4, 5])
        assert rung == []

    assert rung == [([1, 2],), ([3, 4],), ([5],)]


def announces(event: AuditEvent) -> None:
    """A reaction that something else follows from."""
    record("tests.thing.done", WeChatPerson.objects.get(pk=int(event.subject_id)), by=SYSTEM)


CHAIN = {"tests.chain.begun": (announces,), "tests.thing.done": (second,)}


@pytest.mark.django_db(transaction=True)
def test_what_follows_from_a_batch_is_announced_as_a_batch(ada, settings, monkeypatch):
    settings.REACTIONS = f"{__name__}.CHAIN"
    rung = []
    monkeypatch.setattr(delivery, "ring", lambda task, *args, turn=0: rung.append((task, *args)) or True)
    begun = [record("tests.chain.begun", ada, by=ada).pk for _ in range(3)]
    rung.clear()

    assert deliver_batch(begun) == 3

    followed = list(AuditEvent.objects.filter(event="tests.thing.done").order_by("id").values_list("pk", flat=True))
    assert rung == [("platform_site.deliver_batch", followed)]
    record("tests.thing.done", ada, by=ada)
    assert [task for task, *_ids in rung] == ["platform_site.deliver_batch", "platform_site.react"]


@pytest.mark.django_db
def test_a_broker_that_is_down_is_tried_once_for_many_events(monkeypatch, django_capture_on_commit_callbacks, caplog):
    monkeypatch.setattr(delivery, "CHUNK", 2)
    monkeypatch.setattr(app.tasks["platform_site.deliver_batch"], "apply", _down)

    with django_capture_on_commit_callbacks(execute=True):
        delivery.ring_for_many_after_commit([1, 2, 3, 4, 5])

    assert caplog.text.count("the sweep will deliver it") == 1


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_share_what_is_overdue(ada):
    rows = [AuditEvent(**_waiting(ada)) for _ in range(40)]
    AuditEvent.objects.bulk_create(rows)

    outcomes = together(4, lambda i: deliver_overdue(older_than=timedelta(seconds=-1)))

    assert sum(outcomes) == 40
    assert sorted(CALLS) == ["first"] * 40 + ["second"] * 40


def _waiting(ada):
    return {
        "event": "tests.thing.done",
        "subject_type": "accounts.wechatperson",
        "subject_id": str(ada.pk),
        "actor_kind": "system",
        "actor_id": "system",
        "actor_name": "x",
        "occurred_at": timezone.now(),
    }


@pytest.mark.django_db(transaction=True)
def test_eight_workers_with_one_event_run_each_reaction_once():
    ada = stories.person("ada")
    row = AuditEvent.objects.create(**_waiting(ada))

    outcomes = together(8, lambda i: deliver(row.pk))

    assert outcomes == [True] * 8
    assert sorted(done.reaction.rsplit(".", 1)[1] for done in ReactionDone.objects.all()) == ["first", "second"]
    # a reaction may begin twice, but the second beginning is refused before it does anything
    assert sorted(CALLS) == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_reactions_run_at_once_where_tasks_are_eager(ada):
    with transaction.atomic():
        record("tests.thing.done", ada, by=ada)
        assert CALLS == []

    assert CALLS == ["first", "second"]


@pytest.mark.django_db
def test_doorbells_that_are_gathered_ring_once_at_the_end_also_those_gathered_within(
    ada, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(delivery, "ring", lambda task, *args, turn=0: rung.append((task, *args)) or True)
    with delivery.doorbells_gathered():
        with delivery.doorbells_gathered(), django_capture_on_commit_callbacks(execute=True):
            within = record("tests.thing.done", ada, by=ada).pk
        with django_capture_on_commit_callbacks(execute=True):
            after = record("tests.thing.done", ada, by=ada).pk
        assert rung == []

    assert rung == [("platform_site.deliver_batch", [within, after])]
