"""What the desk did on a day, counted from its submissions: only those of this day are read."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from math import ceil

from django.db.models import Exists, OuterRef
from django.utils import timezone

from releases.models import AuditOrder, DeskDay, HeldDecision, HeldOutcome, RejectionReason

SECONDS_OF_AN_HOUR = 3600


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day of the platform's calendar and the first one after it."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def counted_day(day: date) -> DeskDay:
    """The counts of a day, as they are now; not saved."""
    begin, end = bounds_of(day)
    rejected = Exists(RejectionReason.objects.filter(order=OuterRef("pk")))
    rows = list(
        AuditOrder.objects.filter(decided_at__gte=begin, decided_at__lt=end)
        .annotate(is_rejected=rejected)
        .only("submitted_at", "asked_seconds", "due_at", "decided_at", "decided_by_id", "appeal_of_id", "expedited_at")
    )
    turned_down = [row for row in rows if row.is_rejected]  # type: ignore[attr-defined]
    appeals = [row for row in rows if row.appeal_of_id is not None]
    seconds = list(
        HeldDecision.objects.filter(second_at__gte=begin, second_at__lt=end).values_list("outcome", flat=True)
    )
    return DeskDay(
        day=day,
        submitted=AuditOrder.objects.filter(submitted_at__gte=begin, submitted_at__lt=end).count(),
        withdrawn=AuditOrder.objects.filter(withdrawn_at__gte=begin, withdrawn_at__lt=end).count(),
        approved=len(rows) - len(turned_down),
        rejected=len(turned_down),
        in_time=sum(_decided_at(row) <= row.due_at for row in rows),
        expedited=sum(row.expedited_at is not None for row in rows),
        appeals=len(appeals),
        appeals_granted=len([row for row in appeals if row not in turned_down]),
        second_opinions=len(seconds),
        overturned=seconds.count(HeldOutcome.SENT_BACK),
        waits=dict(Counter(str(hours_waited(row)) for row in rows)),
        reviewers=dict(Counter(str(row.decided_by_id) for row in rows)),
    )


def hours_waited(order: AuditOrder) -> int:
    """How many hours a decided submission waited for us, rounded up: not while its developer was asked."""
    waited = (_decided_at(order) - order.submitted_at).total_seconds() - order.asked_seconds
    return max(1, ceil(waited / SECONDS_OF_AN_HOUR))


def _decided_at(order: AuditOrder) -> datetime:
    if order.decided_at is None:
        raise ValueError(f"{order.pk} is not decided")
    return order.decided_at
