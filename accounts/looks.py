"""Who of the staff has had people's data shown, and may still see what was shown (security.md: people's data)."""

from datetime import timedelta

from django.db.models import Model, QuerySet

from accounts.models import User
from platform_site.kernel.clock import now
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.kernel.rulebook import RULES


def recent_looks(event: str, row: Model, *, reviewer: User) -> QuerySet[AuditEvent]:
    """The times that this reviewer had `row` shown by `event`, within `reveal_minutes` of the world's clock."""
    return events_about(row).filter(
        event=event,
        actor_kind=reviewer.actor_kind,
        actor_id=reviewer.actor_id,
        occurred_at__gt=now() - timedelta(minutes=RULES.verification.reveal_minutes),
    )
