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
from django.db.models import F, Q
from django.utils import timezone

from platform_site.kernel.models import AuditEvent, ReactionDone

log = logging.getLogger(__name__)

Reaction = Callable[[AuditEvent], None]


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
        current_app.send_task("platform_site.react", args=[event_id], retry=False, ignore_result=True)
    except Exception:  # the doorbell may fail in any way a broker can: the sweep delivers
        log.warning("doorbell for event %s failed; the sweep will deliver it", event_id, exc_info=True)


def deliver(event_id: int) -> bool:
    """Run every reaction of this event that has not run yet; True once all have."""
    row = AuditEvent.objects.filter(pk=event_id).first()
    if row is None or row.delivered_at is not None:
        return True
    AuditEvent.objects.filter(pk=event_id).update(attempts=F("attempts") + 1)
    done = all([_run(reaction, row) for reaction in reactions_to(row.event)])
    if done:
        AuditEvent.objects.filter(pk=event_id, delivered_at=None).update(delivered_at=timezone.now())
    return done


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


def deliver_overdue(*, older_than: timedelta = timedelta(seconds=5), most: int = 500) -> int:
    """Deliver events whose doorbell was lost or whose reactions failed; returns how many were delivered.

    Waiting grows with the number of attempts (5 s, 10 s, 20 s … at most about an hour).
    """
    cutoff = timezone.now() - older_than
    due = AuditEvent.objects.filter(delivered_at=None, recorded_at__lte=cutoff).order_by("id")
    waiting = Q()
    for attempts in range(1, 11):
        waiting |= Q(attempts=attempts, recorded_at__gt=timezone.now() - older_than * 2**attempts)
    return sum(deliver(pk) for pk in due.exclude(waiting).values_list("pk", flat=True)[:most])
