"""The simulated world's clock: the only clock a rule may read.

It runs with the machine's, shifted by `WorldClock.ahead_seconds`. The shift is read once per request, task
or command (`forget()` is called when one begins), so that a page never sees two different times.
"""

import threading
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

FARTHEST = timedelta(days=36_525)  # a century: dates stay within what databases and libraries can hold
_here = threading.local()


def now() -> datetime:
    """The world's time, timezone-aware, UTC."""
    return timezone.now() + timedelta(seconds=_ahead())


def month_of(time: datetime) -> datetime:
    """The beginning of this calendar month in the platform's time zone: monthly quotas count from it."""
    return timezone.localtime(time).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def day_of(time: datetime) -> datetime:
    """The beginning of this calendar day in the platform's time zone: daily quotas count from it."""
    return timezone.localtime(time).replace(hour=0, minute=0, second=0, microsecond=0)


def forget() -> None:
    """Read the shift anew at the next `now()`."""
    _here.ahead = None


def move_forward(seconds: int) -> datetime:
    """Move the world's clock forward by `seconds` (> 0) and return the new time; ValueError beyond a century ahead.

    Never back: deadlines that fired stay fired.
    """
    from django.db import transaction
    from django.db.models import F

    from platform_site.kernel.models import WorldClock

    if seconds <= 0:
        raise ValueError("the world's clock only moves forward")
    with transaction.atomic():
        WorldClock.objects.get_or_create(id=1)
        near = WorldClock.objects.filter(id=1, ahead_seconds__lte=int(FARTHEST.total_seconds()) - seconds)
        if not near.update(ahead_seconds=F("ahead_seconds") + seconds):
            raise ValueError("the world's clock can be at most a century ahead")
    forget()
    return now()


def ahead() -> timedelta:
    """How far the world is ahead of the machine."""
    return timedelta(seconds=_ahead())


def _ahead() -> int:
    value: int | None = getattr(_here, "ahead", None)
    if value is None:
        value = _here.ahead = _shift()
    return value


def _shift() -> int:
    """The kept shift. In plain SQL: every request reads it, and the ORM costs ten times the read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ahead_seconds FROM kernel_worldclock WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0
