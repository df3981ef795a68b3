"""The end of a WeChat Verification comes near: its administrator is reminded, twice."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from entities.lifecycle import StandingStatus
from entities.models import Standing
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

REMINDERS_MOST = 500  # in one sweep
FIRST, LAST = 1, 2  # Standing.reminded_of


def remind_of_expiry(*, most: int = REMINDERS_MOST) -> int:
    """Sweep: say that a verification ends in three months, and in a week; each once, of two that are due the last only.

    A renewal begins anew. Source: console.md §12.3 "annual review reminder, 3 months before".
    """
    rules, at = RULES.verification, now()
    holding = Standing.objects.filter(status=StandingStatus.VERIFIED, verified_until__gt=at)
    last = holding.filter(reminded_of__lt=LAST, verified_until__lte=at + timedelta(days=rules.last_reminder_days))
    first = holding.filter(reminded_of__lt=FIRST, verified_until__lte=at + timedelta(days=rules.first_reminder_days))
    reminded = 0
    for due, which in ((last, LAST), (first, FIRST)):
        for standing in due.select_related("mini_program").order_by("verified_until")[: most - reminded]:
            reminded += _remind(standing, which)
    return reminded


@transaction.atomic
def _remind(standing: Standing, which: int) -> bool:
    """Compare and set: of two sweeps at once one reminds, and none of a verification renewed meanwhile."""
    still = Standing.objects.filter(
        pk=standing.pk,
        status=StandingStatus.VERIFIED,
        verified_until=standing.verified_until,
        reminded_of__lt=which,
    )
    if standing.verified_until is None or not still.update(reminded_of=which):
        return False
    until = timezone.localtime(standing.verified_until).strftime("%Y-%m-%d")
    record("entities.standing.expiring", standing, by=SYSTEM, data={"date": until, "reminder": which})
    return True
