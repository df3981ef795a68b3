"""What the administrator may do about a submission now: withdraw, expedite, appeal, publish; or why not, how often."""

from collections.abc import Callable
from dataclasses import dataclass

from platform_site.kernel.lifecycle import Refused
from releases.actions.appeals import check_may_appeal
from releases.actions.expedites import check_may_expedite, expedites_left
from releases.actions.publishing import check_may_publish
from releases.actions.withdrawals import Quota, check_may_withdraw, withdrawals_left
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder


@dataclass(frozen=True)
class Offers:
    """For each thing why it can't be done now ("" if it can; None where it is out of the question); the quotas."""

    withdraw: str | None = None
    expedite: str | None = None
    appeal: str | None = None
    publish: str | None = None
    withdrawals: Quota | None = None
    expedites: int = 0


def offers_of(order: AuditOrder) -> Offers:
    """What the Review module offers for this submission."""
    if order.is_open:
        return Offers(
            withdraw=_why_not(check_may_withdraw, order),
            expedite=_why_not(check_may_expedite, order),
            withdrawals=withdrawals_left(order.mini_program),
            expedites=expedites_left(order.mini_program),
        )
    if order.status == OrderStatus.REJECTED:
        return Offers(appeal=_why_not(check_may_appeal, order))
    if order.status == OrderStatus.APPROVED:
        return Offers(publish=_why_not(check_may_publish, order))
    return Offers()


def _why_not(check: Callable[[AuditOrder], None], order: AuditOrder) -> str:
    try:
        check(order)
    except Refused as refusal:
        return refusal.message
    return ""
