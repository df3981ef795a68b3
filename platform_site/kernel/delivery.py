"""Delivery of events to their reactions: a doorbell after commit, and a sweep for what no doorbell announced.

At least once, never inside the writer's transaction. Each reaction runs in a transaction with the row that
says it ran, so that a second delivery does nothing. Source: design/house.md §4 "One row is audit, …".
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from platform_site.kernel.models import AuditEvent, ReactionDone

log = logging.getLogger(__name__)

Reaction = Callable[[AuditEvent], None]
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)  # between attempts; doubled each time
CHUNK = 100  # events that one doorbell names and one worker takes at a time: a second or two of work
LEASE = timedelta(seconds=20)  # how long other workers leave alone what one has taken, in case it is killed
FIRST, LATER = 0, 6  # whose turn it is at the broker (Redis: the lowest first): one person's event, or a sweep's many
_here = threading.local()


def reactions_to(event: str) -> tuple[Reaction, ...]:
    """The reactions that the composition root wires to `event` (settings.REACTIONS names its table)."""
    module, name = settings.REACTIONS.rsplit(".", 1)
    table: Mapping[str, tuple[Reaction, ...]] = getattr(import_module(module), name)
    return table.get(event, ())


def ring_after_commit(row: AuditEvent) -> None:
    """Ring the doorbell once the writer has committed. A lost ring is swept up later."""
    transaction.on_commit(lambda: _announce(row.pk), robust=True)


def _announce(event_id: int) -> None:
    gathered: list[int] | None = getattr(_here, "gathered", None)
    if gathered is None:
        ring("platform_site.react", event_id)
    else:
        gathered.append(event_id)


@contextmanager
def doorbells_gathered() -> Iterator[None]:
    """What the reactions to many events announce is announced at the end, as many: a person's event goes before it."""
    gathered: list[int] = []
    outer: list[int] | None = getattr(_here, "gathered", None)
    _here.gathered = gathered
    try:
        yield
    finally:
        _here.gathered = outer
    if outer is None:
        _ring_for_many(gathered)
    else:
        outer += gathered


def ring_for_many_after_commit(event_ids: Sequence[int]) -> None:
    """Ring for many events once their writer has committed: one doorbell for each CHUNK of them, not one each."""
    transaction.on_commit(lambda: _ring_for_many(event_ids), robust=True)


def _ring_for_many(event_ids: Sequence[int]) -> None:
    for begin in range(0, len(event_ids), CHUNK):
        if not ring("platform_site.deliver_batch", list(event_ids[begin : begin + CHUNK]), turn=LATER):
            return  # each try may take a second


def ring(task: str, *args: object, turn: int = FIRST) -> bool:
    """Wake a worker up; False where that failed, which loses nothing: the sweep comes by."""
    from celery import current_app

    try:
        if current_app.conf.task_always_eager:  # send_task() knows nothing of it
            current_app.tasks[task].apply(args=args)
        else:
            current_app.send_task(task, args=args, priority=turn, retry=False, ignore_result=True)
    except Exception:  # the doorbell may fail in any way a broker can: the sweep delivers
        said = ", ".join(map(str, args))
        log.warning("doorbell %s(%s) failed; the sweep will deliver it", task, said, exc_info=True)
        return False
    return True


def deliver(event_id: int) -> bool:
    """Run every reaction of this event that has not run yet; True once all have."""
    row = AuditEvent.objects.filter(pk=event_id).first()
    if row is None or row.delivered_at is not None:
        return True
    _note_attempt(row)
    outcomes = [_run(reaction, row) for reaction in reactions_to(row.event)]  # one that fails keeps none from running
    if done := all(outcomes):
        AuditEvent.objects.filter(pk=event_id, delivered_at=None).update(delivered_at=timezone.now(), retry_at=None)
    return done


def _note_attempt(row: AuditEvent) -> None:
    """Say when the next attempt is due, before this one begins: a worker may be killed in it."""
    wait = min(FIRST_WAIT * 2 ** min(row.attempts, 16), LONGEST_WAIT)
    row.attempts, row.retry_at = row.attempts + 1, timezone.now() + wait
    row.save(update_fields=["attempts", "retry_at"])


def _run(reaction: Reaction, row: AuditEvent) -> bool:
    name = f"{reaction.__module__}.{reaction.__name__}"
    if ReactionDone.objects.filter(event=row, reaction=name).exists():
        return True
    try:
        with transaction.atomic():
            ReactionDone.objects.create(event=row, reaction=name)
            reaction(row)
    except IntegrityError:
        if ReactionDone.objects.filter(event=row, reaction=name).exists():
            return True  # another worker has just done it
        log.exception("reaction %s to event %s failed", name, row.pk)
        return False
    except Exception:  # one reaction that fails must not keep the others from running
        log.exception("reaction %s to event %s failed", name, row.pk)
        return False
    return True


def deliver_batch(event_ids: Sequence[int]) -> int:
    """Deliver those of these events that nobody else is at; returns how many were delivered."""
    waiting = AuditEvent.objects.filter(pk__in=event_ids, delivered_at=None)
    free = waiting.filter(Q(retry_at=None) | Q(retry_at__lte=timezone.now()))
    return _deliver_all(_take(free, len(event_ids)))


def deliver_overdue(*, older_than: timedelta = FIRST_WAIT, most: int = 500) -> int:
    """Deliver events whose doorbell was lost or whose reactions failed; returns how many were delivered.

    The first attempt is due `older_than` after the event; then the waiting doubles, from 5 seconds to an hour.
    """
    delivered = 0
    for begin in range(0, most, CHUNK):
        chunk = _take(_overdue(older_than), min(CHUNK, most - begin))
        delivered += _deliver_all(chunk)
        if len(chunk) < CHUNK:
            break
    return delivered


def _deliver_all(event_ids: Sequence[int]) -> int:
    with doorbells_gathered():
        return sum(deliver(pk) for pk in event_ids)


def some_are_overdue() -> bool:
    """Whether events wait that no doorbell announced and no worker has taken."""
    return _overdue(FIRST_WAIT).exists()


def _overdue(older_than: timedelta) -> QuerySet[AuditEvent]:
    now = timezone.now()
    first, again = Q(retry_at=None, recorded_at__lte=now - older_than), Q(retry_at__lte=now)
    return AuditEvent.objects.filter(first | again, delivered_at=None)


@transaction.atomic
def _take(events: QuerySet[AuditEvent], most: int) -> list[int]:
    """Take the first of these events: workers side by side share the work. A killed one's are free again soon."""
    taken = list(events.select_for_update(skip_locked=True).order_by("id").values_list("pk", flat=True)[:most])
    if taken:
        AuditEvent.objects.filter(pk__in=taken).update(retry_at=timezone.now() + LEASE)
    return taken
