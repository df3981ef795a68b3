"""Reads of what the server of a Mini Program has called: the log, and how much of each quota is taken."""

import re
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import MiniProgram
from openplatform.models import ApiCall, ApiQuota, Period
from platform_site.kernel.clock import day_of, now
from platform_site.web.keyset import Keyset

NEWEST_FIRST = Keyset(("id",), descending=True)
RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


def calls_of(mini_program: MiniProgram, *, words: str = "", refused_only: bool = False) -> QuerySet[ApiCall]:
    """Its calls; with `words` the one whose rid stands in them (a whole errmsg may be pasted), or none."""
    rows = ApiCall.objects.filter(mini_program=mini_program)
    if words:
        found = RID.search(words.lower())
        return rows.filter(rid=found[0]) if found else rows.none()
    return rows.exclude(errcode=0) if refused_only else rows


def taken(mini_program: MiniProgram) -> dict[tuple[str, str], int]:
    """{(name, period): calls taken from the quota} in this minute, today and for ever. One query.

    What a process has set aside for its next calls counts as taken.
    """
    begun: dict[str, datetime | None] = {
        Period.MINUTE: now().replace(second=0, microsecond=0),
        Period.DAY: day_of(now()),
        Period.EVER: None,
    }
    rows = ApiQuota.objects.filter(mini_program=mini_program)
    rows = rows.filter(period=Period.EVER) | rows.filter(since__gte=min(t for t in begun.values() if t is not None))
    return {
        (row.name, row.period): row.granted
        for row in rows
        if begun[row.period] is None or row.since == begun[row.period]
    }
