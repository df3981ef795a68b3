"""Delivery of events to their reactions: a doorbell after commit, and a sweep for what no doorbell announced.

At least once, never inside the writer's transaction. Each reaction runs in a transaction with the row that
says it ran, so that a second delivery does nothing. Source: design/house.md §4 "One row is audit, …".
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from platform_site.kernel.models import AuditEvent, ReactionDone

log = logging.getLogger(__name__)

Reaction = Callable[[AuditEvent], None]
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)  # between attempts; doubled each time


def reactions_to(event: str) -> tuple[Reaction, ...]:
    """The reactions that the composition root wires to `event` (settings.REACTIONS names its table)."""
    module, name = settings.REACTIONS.rsplit(".", 1)
    table: Mapping[str, tuple[Reaction, ...]] = getattr(import_module(module), name)
    return table.get(event, ())


def ring_after_commit(row: AuditEvent) -> None:
    """Ring the doorbell once the writer has committed. A lost ring is swept up later."""
    transaction.on_commit(lambda: _ring(row.pk), robust=True)


def _ring(event_id: int) -> None:
    from celery import current_app

    try:
        if current_app.conf.task_always_eager:  # send_task() knows nothing of it
            current_app.tasks["platform_site.react"].apply(args=(event_id,))
        else:
            current_app.send_task("platform_site.react", args=[event_id], retry=False, ignore_result=True)
    except Exception:  # the doorbell may fail in any way a broker can: the sweep delivers
        log.warning("doorbell for event %s failed; the sweep will deliver it", event_id, exc_info=True)


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


def deliver_overdue(*, older_than: timedelta = FIRST_WAIT, most: int = 500) -> int:
    """Deliver events whose doorbell was lost or whose reactions failed; returns how many were delivered.

    The first attempt is due `older_than` after the event; then the waiting doubles, from 5 seconds to an hour.
    """
    now = timezone.now()
    first, again = Q(retry_at=None, recorded_at__lte=now - older_than), Q(retry_at__lte=now)
    due = AuditEvent.objects.filter(first | again, delivered_at=None).order_by("id")
    return sum(deliver(pk) for pk in list(due.values_list("pk", flat=True)[:most]))
