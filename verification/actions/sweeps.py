"""Deadlines of verification that many rows may pass at one moment: swept in bounded batches."""

from django.db import transaction

from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.many import advance_many
from platform_site.kernel.rulebook import RULES
from verification.lifecycle import EXPIRE_REMITTANCE
from verification.models import Remittance

MOST_BATCHES = 20  # in one run; the next comes within a minute


def expire_overdue_remittances(*, most: int = MOST_BATCHES * RULES.remittance.sweep_batch) -> int:
    """Sweep: remittances that were not made in time; returns how many expired. Their registrations fail after it.

    One transaction for each batch, so that a killed worker loses one at most, and nobody waits for long. A payment does
    not wait for it: a transfer looks at the deadline itself.
    """
    expired = 0
    while expired < most:
        wanted = min(RULES.remittance.sweep_batch, most - expired)
        batch = _expire_some(wanted)
        expired += batch
        if batch < wanted:
            break
    return expired


@transaction.atomic
def _expire_some(most: int) -> int:
    due = Remittance.objects.filter(expires_at__lte=now()).order_by("expires_at")
    return len(advance_many(due, EXPIRE_REMITTANCE, by=SYSTEM, most=most))
