"""Expedite a submission: it goes into the first lane, and is due within hours (review.md §3.3, 89401-89405)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from accounts.permissions import Permission
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.claims import facts_of
from releases.actions.orders import lock
from releases.lifecycle import Lane, OrderStatus, ServiceStatus
from releases.models import AuditOrder, Service

EXPEDITED = "releases.order.expedited"


def expedites_left(mini_program: MiniProgram) -> int:
    """How often this Mini Program may still expedite this month."""
    used = mini_program.orders.filter(expedited_at__gte=month_of(now())).count()
    return max(0, RULES.review.expedites_per_month - used)


@transaction.atomic
def expedite(order: AuditOrder, *, by: Member, reason: str) -> None:
    """Ask for a faster verdict, with a reason; once for a submission, and so often in a month."""
    lock(order.mini_program)
    order.refresh_from_db(from_queryset=AuditOrder.objects.select_related("mini_program", "build"))
    if not by.may(Permission.ORDER_SUBMIT, order):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    check_may_expedite(order)
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise Refused(_("Say why it is urgent."), code="reason_missing", field="reason")
    if len(reason) > (most := RULES.version.notes_characters):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="reason_too_long", field="reason")
    at = now()
    order.lane, order.expedited_at = Lane.EXPEDITED, at
    order.due_at = min(order.due_at, at + timedelta(hours=RULES.review.expedited_hours))
    order.save(update_fields=["lane", "expedited_at", "due_at"])
    record(EXPEDITED, order, by=by, reason=reason, data=facts_of(order))


def check_may_expedite(order: AuditOrder) -> None:
    """Refused, in words, when this submission can't be expedited now."""
    if Service.objects.filter(mini_program=order.mini_program_id, status=ServiceStatus.SUSPENDED).exists():
        words = _("The platform has suspended the service: nothing of it is expedited until that is lifted.")
        raise Refused(words, code="89401")
    if order.expedited_at is not None:
        raise Refused(_("It is expedited already."), code="89404")
    if order.status != OrderStatus.QUEUED:
        words = _("Only what waits for review can be expedited; this one is “%(state)s”.")
        raise Refused(words % {"state": order.get_status_display()}, code="89402")
    if order.lane == Lane.APPEAL:
        raise Refused(_("Appeals are not expedited."), code="89403")
    if expedites_left(order.mini_program) <= 0:
        words = _("Nothing more can be expedited this month (%(most)d a month).")
        raise Refused(words % {"most": RULES.review.expedites_per_month}, code="89405")
