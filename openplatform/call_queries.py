"""Reads of what the server of a Mini Program has called: the log, and how much of each quota is taken."""

import re
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from accounts.models import MiniProgram
from openplatform.models import ApiCall, ApiQuota, Period
from platform_site.kernel.clock import day_of, month_of, now
from platform_site.web.keyset import Keyset

NEWEST_FIRST = Keyset(("id",), descending=True)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


def calls_of(mini_program: MiniProgram, *, words: str = "", refused_only: bool = False) -> QuerySet[ApiCall]:
    """Its calls; with `words` the one whose rid stands in them (a whole errmsg may be pasted), or none."""
    rows = ApiCall.objects.filter(mini_program=mini_program)
    if words:
        found = RID.search(words.lower())
        return rows.filter(rid=found[0]) if found else rows.none()
    return rows.exclude(errcode=0) if refused_only else rows


def beginning_of(period: Period) -> datetime:
    """When the minute, day or month that runs now began; what counts for ever began before all."""
    if period == Period.EVER:
        return EVER
    if period == Period.MINUTE:
        return now().replace(second=0, microsecond=0)
    return day_of(now()) if period == Period.DAY else month_of(now())


def taken(mini_program: MiniProgram) -> dict[tuple[str, str], int]:
    """{(name, period): calls taken from the quota} in this minute, today, in this month and for ever. One query.

    What a process has set aside for its next calls counts as taken.
    """
    running = Q()
    for period in Period:
        running |= Q(period=period, since=beginning_of(period))
    return {(row.name, row.period): row.granted for row in ApiQuota.objects.filter(running, mini_program=mini_program)}
