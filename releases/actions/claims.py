"""Claims: who of the desk has a submission. Only the claimer decides; nobody reviews what they belong to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import check_reviewer, checked_reason
from accounts.models import User
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.lifecycle import CLAIM, RELEASE_CLAIM, OrderStatus
from releases.models import AuditOrder, HeldDecision, HeldOutcome

SECOND_CLAIMED = "releases.order.second_claimed"
SECOND_RELEASED = "releases.order.second_released"
TAKEN_OVER = "releases.order.taken_over"
UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "claimed_until": None}


def claim_stamps(by: User) -> dict[str, Any]:
    """The columns that say who has it and until when."""
    began = now()
    until = began + timedelta(minutes=RULES.desk.claim_minutes)
    return {"claimed_by": by, "claimed_at": began, "claimed_until": until}


@transaction.atomic
def claim(order: AuditOrder, *, by: User) -> AuditOrder:
    """Claim a submission, or a held decision for the second opinion; claimed again by the same person, it stays so.

    Refused (`claimed_by_other`) while somebody else has it, (`own_decision`) for the second opinion on one's own.
    """
    order = locked(order)
    check_may_decide(order, by=by)
    if order.claimed_by_id is not None:
        return _again(order, by=by)
    if order.status == OrderStatus.SECOND_OPINION:
        check_other_person(order, by=by)
        _write(order, SECOND_CLAIMED, by=by, stamps=claim_stamps(by))
    else:
        advance(order, CLAIM, by=by, data=facts_of(order), **claim_stamps(by))
    return order


def _again(order: AuditOrder, *, by: User) -> AuditOrder:
    """The claimer asks again: the claim lasts longer. Anybody else is told who has it."""
    if order.claimed_by_id != by.pk:
        raise claimed_by_other(order)
    stamps = claim_stamps(by)
    order.claimed_until = stamps["claimed_until"]
    order.save(update_fields=["claimed_until"])
    return order


@transaction.atomic
def release_claim(order: AuditOrder, *, by: User) -> AuditOrder:
    """Give a claimed submission back to the queue."""
    order = locked(order)
    check_is_claimer(order, by=by)
    if order.status == OrderStatus.SECOND_OPINION and order.claimed_by_id is not None:
        _write(order, SECOND_RELEASED, by=by, stamps=UNCLAIMED)
    else:
        advance(order, RELEASE_CLAIM, by=by, data=facts_of(order), **UNCLAIMED)
    return order


@transaction.atomic
def take_over(order: AuditOrder, *, by: User, reason: str) -> AuditOrder:
    """Take a submission over from the colleague who has it; the reason is kept."""
    order = locked(order)
    check_may_decide(order, by=by)
    reason = checked_reason(reason)
    if order.claimed_by_id == by.pk:
        raise Refused(_("You have it already."), code="claimed_by_you")
    if order.status == OrderStatus.SECOND_OPINION:
        check_other_person(order, by=by)
    if order.claimed_by is None:
        raise Refused(_("Nobody has it: claim it."), code="not_claimed")
    before = {"from": str(order.claimed_by)}
    _write(order, TAKEN_OVER, by=by, stamps=claim_stamps(by), reason=reason, data=before)
    return order


def _write(
    order: AuditOrder,
    event: str,
    *,
    by: Actor,
    stamps: dict[str, Any],
    reason: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Who has the locked order, and the audit row of it: its state stays what it is."""
    for name, value in stamps.items():
        setattr(order, name, value)
    order.save(update_fields=[*stamps])
    record(event, order, by=by, reason=reason, data={**facts_of(order), **(data or {})})


def claimed_for(order: AuditOrder, *, by: User) -> AuditOrder:
    """The submission, locked in the caller's transaction and claimed by who decides; a free one is claimed now."""
    order = locked(order)
    check_may_decide(order, by=by)
    if order.claimed_by_id is None and order.status in (OrderStatus.QUEUED, OrderStatus.DELAYED):
        advance(order, CLAIM, by=by, data=facts_of(order), **claim_stamps(by))
    check_is_claimer(order, by=by)
    return order


def locked(order: AuditOrder) -> AuditOrder:
    """The same object as the row is now, locked until the transaction ends."""
    rows = AuditOrder.objects.select_related("mini_program", "build", "claimed_by", "appeal_of").select_for_update(
        of=("self",)
    )
    order.refresh_from_db(from_queryset=rows)
    return order


def check_may_decide(order: AuditOrder, *, by: Actor) -> None:
    """NotAllowed when the reviewer is a member of the Mini Program, or no reviewer at all (security.md C3)."""
    check_not_who_rejected(order, by=by)
    check_reviewer(Permission.ORDER_DECIDE, order, by=by)


def check_is_claimer(order: AuditOrder, *, by: User) -> None:
    """Refused unless this reviewer has it, where somebody has it."""
    if order.claimed_by_id is not None and order.claimed_by_id != by.pk:
        raise claimed_by_other(order)


def check_not_who_rejected(order: AuditOrder, *, by: Actor) -> None:
    """NotAllowed for the reviewer against whose verdict an appeal is made."""
    rejected = order.appeal_of
    if rejected is None or by.actor_kind != "staff":
        return
    first = rejected.held_decisions.filter(outcome=HeldOutcome.CONFIRMED).values_list("held_by_id", flat=True)
    if by.actor_id in {str(pk) for pk in (rejected.decided_by_id, *first)}:
        raise NotAllowed(_("The appeal is against your verdict: somebody else must decide."), code="own_verdict")


def check_other_person(order: AuditOrder, *, by: User) -> None:
    """Refused for the reviewer whose own decision is held."""
    if HeldDecision.objects.filter(order=order, outcome=HeldOutcome.OPEN, held_by=by).exists():
        raise NotAllowed(_("It is your own decision that waits: somebody else must look."), code="own_decision")


def claimed_by_other(order: AuditOrder) -> Refused:
    """Who has it, in words."""
    words = _("%(who)s has claimed this submission. Take it over, with a reason, if you must.")
    return Refused(words % {"who": order.claimed_by}, code="claimed_by_other")


def facts_of(order: AuditOrder) -> dict[str, object]:
    """What the audit row says about the order."""
    return {"version": order.build.version, "attempt": order.attempt}
