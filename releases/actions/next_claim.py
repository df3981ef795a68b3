"""Next: a reviewer is given the most urgent submission that they may take; claims that have lapsed go back."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import is_member
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, NotAllowed, Refused
from platform_site.kernel.many import advance_many
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.claims import UNCLAIMED, claim, facts_of
from releases.lifecycle import LAPSE_CLAIM, OrderStatus
from releases.models import AuditOrder, HeldDecision, HeldOutcome
from releases.queue import URGENCY, WAITING

SECOND_LAPSED = "releases.order.second_lapsed"


@transaction.atomic
def claim_next(*, by: User) -> AuditOrder | None:
    """Claim the most urgent submission that this reviewer may take; None where nothing waits for them.

    Reviewers who ask at one moment get different ones: who comes second does not wait for the row that the first
    holds, but takes the one after it. Refused (`claims_max`) for who has as many as one may have.
    """
    if not by.may(Permission.ORDER_DECIDE, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two windows of one reviewer, one after the other
    lapse_overdue_claims()
    check_claims_left(by)
    order = takable(by).select_for_update(skip_locked=True, of=("self",)).first()
    return claim(order, by=by) if order is not None else None


@transaction.atomic
def claim_this(order: AuditOrder, *, by: User) -> AuditOrder:
    """Claim one submission that the reviewer chose. Refused (`claims_max`) for who has as many as one may have."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if order.claimed_by_id != by.pk:
        check_claims_left(by)
    return claim(order, by=by)


def takable(by: User) -> QuerySet[AuditOrder]:
    """What "Next" may give this reviewer, the most urgent first.

    Unclaimed; of no Mini Program that they belong to; no appeal against their own verdict, no second opinion on their
    own decision. What is delayed comes when its new time has come.
    """
    rows = AuditOrder.objects.filter(WAITING, claimed_by=None)
    rows = rows.exclude(Q(status=OrderStatus.DELAYED, due_at__gt=now()))
    rows = rows.exclude(appeal_of__decided_by=by)
    own = HeldDecision.objects.filter(outcome=HeldOutcome.OPEN, held_by=by).values("order_id")
    rows = rows.exclude(Q(status=OrderStatus.SECOND_OPINION, pk__in=own))
    rows = rows.exclude(is_member(by))
    return rows.order_by(*URGENCY.order())


def claims_left(by: User) -> int:
    """How many more submissions this reviewer may claim."""
    return max(0, RULES.desk.claims_max - AuditOrder.objects.filter(claimed_by=by).count())


def check_claims_left(by: User) -> None:
    """Refused when the reviewer has as many submissions as one may have at a time."""
    if not claims_left(by):
        words = _("You have %(most)d submissions, as many as one may have. Decide on one of them, or give it back.")
        raise Refused(words % {"most": RULES.desk.claims_max}, code="claims_max")


@transaction.atomic
def lapse_overdue_claims(*, most: int = 500) -> int:
    """Sweep, and for whoever looks: claims whose time is over end, and what was claimed waits again; how many."""
    over = AuditOrder.objects.filter(claimed_by__isnull=False, claimed_until__lte=now())  # as its index has it
    if not over.exists():
        return 0
    first = over.order_by("claimed_until", "pk")
    lapsed = advance_many(first, LAPSE_CLAIM, by=SYSTEM, most=most, **UNCLAIMED)
    held = first.filter(status=OrderStatus.SECOND_OPINION).select_related("mini_program", "build")
    seconds = list(held.select_for_update(skip_locked=True, of=("self",))[:most])
    for order in seconds:
        for name, value in UNCLAIMED.items():
            setattr(order, name, value)
        order.save(update_fields=[*UNCLAIMED])
        record(SECOND_LAPSED, order, by=SYSTEM, data=facts_of(order))
    return len(lapsed) + len(seconds)
