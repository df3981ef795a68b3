"""Quotas of the server API: never exceeded, and cheap.

A process takes a handful of calls at once from the count in the database (a lease) and spends them in memory: one
write for up to a hundred calls, and near the limit one for each. Several processes together may turn a call away
while another still holds some of its lease; none lets one too many in.
"""

import threading
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from openplatform.call_queries import beginning_of
from openplatform.models import ApiQuota, Period
from platform_site.kernel.lifecycle import Refused

SHARE, HANDFUL = 20, 100  # a lease is a twentieth of what is left, at most a hundred
MOST_LEASES = 20_000

Key = tuple[str, str, str]
_lock = threading.Lock()
_leases: dict[Key, tuple[datetime, int]] = {}


def spend_quota(mini_program: MiniProgram, name: str, *, period: Period, most: int) -> None:
    """Count one call; Refused (quota_minute, …_day, …_month, …_ever) when `most` are used up in this period."""
    since = beginning_of(period)
    key = (mini_program.appid, name, str(period))
    if _spend_lease(key, since):
        return
    granted = _lease(mini_program, name, period, since, most)
    if not granted:
        raise Refused(_("The quota of this call is used up."), code=f"quota_{period}")
    with _lock:
        if len(_leases) > MOST_LEASES:
            _leases.clear()
        kept_since, kept = _leases.get(key, (since, 0))
        _leases[key] = (since, granted - 1 + (kept if kept_since == since else 0))


def forget_leases() -> None:
    """Spend nothing more of what was leased: the world it was counted in has ended."""
    with _lock:
        _leases.clear()


def _spend_lease(key: Key, since: datetime) -> bool:
    with _lock:
        kept_since, left = _leases.get(key, (since, 0))
        if kept_since != since or left < 1:
            return False
        _leases[key] = (since, left - 1)
        return True


def _lease(mini_program: MiniProgram, name: str, period: Period, since: datetime, most: int) -> int:
    """How many calls the database grants now: several, one, or none."""
    rows = ApiQuota.objects.filter(mini_program=mini_program, name=name, period=period, since=since)
    row, _is_new = rows.get_or_create(
        mini_program=mini_program, name=name, period=period, since=since, defaults={"granted": 0}
    )
    wanted = max(1, min((most - row.granted) // SHARE, HANDFUL)) if period != Period.EVER else 1
    for several in (wanted, 1):
        if ApiQuota.objects.filter(pk=row.pk, granted__lte=most - several).update(granted=F("granted") + several):
            return several
    return 0


def purge_quotas(*, most: int = 5000) -> int:
    """Sweep: forget the counts of days and months that are over; returns how many."""
    days = Q(period__in=(Period.MINUTE, Period.DAY), since__lt=beginning_of(Period.DAY) - timedelta(days=1))
    old = ApiQuota.objects.filter(days | Q(period=Period.MONTH, since__lt=beginning_of(Period.MONTH)))
    return ApiQuota.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]
