"""Withdraw a submission: the Review module empties, the development version stays (console.md §9.3)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, MiniProgram
from platform_site.kernel.clock import day_of, month_of, now
from platform_site.kernel.lifecycle import IllegalMove, Refused, advance
from platform_site.kernel.rulebook import RULES
from releases.actions.claims import UNCLAIMED, facts_of
from releases.actions.orders import lock
from releases.lifecycle import WITHDRAW
from releases.models import AuditOrder, HeldOutcome


@dataclass(frozen=True)
class Quota:
    """How often something may still be done."""

    today: int
    this_month: int

    @property
    def left(self) -> int:
        return max(0, min(self.today, self.this_month))


def withdrawals_left(mini_program: MiniProgram) -> Quota:
    """How often this Mini Program may still withdraw: today and this month, on the world's calendar."""
    rows = mini_program.orders.filter(withdrawn_at__isnull=False)
    rules = RULES.review
    return Quota(
        today=rules.withdrawals_per_day - rows.filter(withdrawn_at__gte=day_of(now())).count(),
        this_month=rules.withdrawals_per_month - rows.filter(withdrawn_at__gte=month_of(now())).count(),
    )


@transaction.atomic
def withdraw(order: AuditOrder, *, by: Member) -> None:
    """Take a submission back while there is no verdict. Refused (87013) when the day's or the month's are used up."""
    lock(order.mini_program)
    order.refresh_from_db(from_queryset=AuditOrder.objects.select_related("mini_program", "build"))
    check_may_withdraw(order)
    order.held_decisions.filter(outcome=HeldOutcome.OPEN).update(outcome=HeldOutcome.DROPPED)
    advance(order, WITHDRAW, by=by, data=facts_of(order), withdrawn_at=now(), asked_at=None, **UNCLAIMED)


def check_may_withdraw(order: AuditOrder) -> None:
    """Refused, in words, when this submission can't be withdrawn now."""
    if not order.is_open:
        words = _("There is a verdict already: it is “%(state)s”.")
        raise IllegalMove(words % {"state": order.outside_status}, code="illegal_move")
    quota, rules = withdrawals_left(order.mini_program), RULES.review
    if quota.today <= 0:
        most = rules.withdrawals_per_day
        words = ngettext(
            "The %(most)d withdrawal of today is used up. Withdraw tomorrow, or wait for the verdict.",
            "The %(most)d withdrawals of today are used up. Withdraw tomorrow, or wait for the verdict.",
            most,
        )
        raise Refused(words % {"most": most}, code="87013")
    if quota.this_month <= 0:
        words = _("The %(most)d withdrawals of this month are used up. Wait for the verdict.")
        raise Refused(words % {"most": rules.withdrawals_per_month}, code="87013")
