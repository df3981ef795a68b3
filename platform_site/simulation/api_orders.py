"""The call of the control API that decides on a submission: by the desk's own table, as a reviewer of the cast."""

from dataclasses import dataclass, field
from typing import Annotated, TypedDict

from django.utils.translation import gettext as _

from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from platform_site.simulation.api import Missing, Reason, call
from releases import desk
from releases.actions.verdicts import ReasonInput
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder
from releases.reasons import REASONS

DECISIONS = ("approve", "reject", "delay", "ask_test_account")
LEAST_DELAY = 1  # day


@dataclass(frozen=True)
class OrderBody:
    """A decision: approve, reject, delay or ask_test_account.

    `reasons` are at least one to reject; without a text the reason's own explanation is given.
    `words` reach the administrator (to delay, and to ask for a test account); `days` is how long a delay takes.
    """

    decision: Annotated[str, DECISIONS]
    reasons: list[Reason] = field(default_factory=list)
    words: str = ""
    days: int = LEAST_DELAY


class Decided(TypedDict):
    """How the submission stands now."""

    status: Annotated[str, OrderStatus]


@call("POST", "audit-orders/<int:pk>/decisions", OrderBody)
def decide(body: OrderBody, pk: int) -> Decided:
    """Decide on a submission as a reviewer of the cast does at the desk; some wait for a second opinion then."""
    order = AuditOrder.objects.filter(pk=pk).first() if pk < 2**63 else None
    if order is None:
        raise Missing(_("There is no such row."), code="not_found")
    if body.decision not in DECISIONS:
        message = _("Choose one of: %(known)s.") % {"known": ", ".join(DECISIONS)}
        raise Refused(message, code="unknown_choice", field="decision")
    desk.perform(body.decision, order, _given(body), by=stories.staff())
    order.refresh_from_db()
    return {"status": order.status}


def _given(body: OrderBody) -> desk.Given:
    reasons = tuple(_reason(given) for given in body.reasons)
    words = body.words or (reasons[0].text if reasons else "")
    if body.decision == "delay" and not words:
        words = _("More submissions than usual wait for their review.")
    return desk.Given(reasons=reasons, words=words, days=body.days)


def _reason(given: Reason) -> ReasonInput:
    code = given.get("code", "")
    known = REASONS.get(code)
    return ReasonInput(code, given.get("text", "") or (known.explanation if known else ""))
