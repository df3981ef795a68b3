"""Days that are over are counted once (DeskDay), so that statistics never read a million submissions."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES
from releases.day_counts import counted_day
from releases.models import AuditOrder, DeskDay


@transaction.atomic
def count_days(*, most: int = 31) -> int:
    """Sweep: count the days that are over and not counted yet, the oldest first; returns how many."""
    if (first := first_day_to_count()) is None:
        return 0
    days = [first + timedelta(days=n) for n in range(min(most, (last_day_over() - first).days + 1))]
    DeskDay.objects.bulk_create([counted_day(day) for day in days], ignore_conflicts=True)
    return len(days)


def last_day_over() -> date:
    """The last day of which nothing more will be written."""
    settled = now() - timedelta(minutes=RULES.desk.day_closes_minutes)
    return timezone.localdate(settled) - timedelta(days=1)


def first_day_to_count() -> date | None:
    """The oldest day that is over and not counted; None while there is none."""
    if (last := DeskDay.objects.order_by("-day").values_list("day", flat=True).first()) is not None:
        first = last + timedelta(days=1)
    elif (order := AuditOrder.objects.order_by("submitted_at").only("submitted_at").first()) is not None:
        first = timezone.localdate(order.submitted_at)
    else:
        return None
    return first if first <= last_day_over() else None
