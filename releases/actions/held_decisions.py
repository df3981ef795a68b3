"""Held decisions: another reviewer confirms one, or sends the submission back (review.md §2.7)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, advance
from releases.actions import verdicts
from releases.actions.claims import UNCLAIMED, check_is_claimer, check_may_decide, check_other_person, facts_of, locked
from releases.actions.conversation import checked_words
from releases.lifecycle import SEND_BACK, OrderStatus
from releases.models import AuditOrder, HeldDecision, HeldOutcome


@transaction.atomic
def confirm_held(order: AuditOrder, *, by: User) -> None:
    """The second reviewer agrees: the held verdict is carried out as it was given."""
    order, held = _opened(order, by=by)
    _close(held, HeldOutcome.CONFIRMED, by=by)
    if held.action == "approve":
        verdicts.carry_out_approval(order, by=by)
    else:
        verdicts.carry_out_rejection(order, verdicts.reasons_kept(held.payload), by=by)


@transaction.atomic
def send_back(order: AuditOrder, *, by: User, words: str) -> None:
    """The second reviewer does not agree, and says why: the submission waits for another verdict."""
    order, held = _opened(order, by=by)
    words = checked_words(words, missing=_("Say why: the next reviewer reads it."))
    _close(held, HeldOutcome.SENT_BACK, by=by, words=words)
    advance(order, SEND_BACK, by=by, data=facts_of(order), **UNCLAIMED)


def _opened(order: AuditOrder, *, by: User) -> tuple[AuditOrder, HeldDecision]:
    """The locked submission and its held verdict, for a second reviewer who may decide on it."""
    order = locked(order)
    check_may_decide(order, by=by)
    check_other_person(order, by=by)
    held = HeldDecision.objects.select_for_update().filter(order=order, outcome=HeldOutcome.OPEN).first()
    if order.status != OrderStatus.SECOND_OPINION or held is None:
        raise IllegalMove(_("Nothing waits for a second opinion here."), code="illegal_move")
    check_is_claimer(order, by=by)
    return order, held


def _close(held: HeldDecision, outcome: HeldOutcome, *, by: User, words: str = "") -> None:
    held.outcome, held.second_by, held.second_at, held.second_words = outcome, by, now(), words
    held.save(update_fields=["outcome", "second_by", "second_at", "second_words"])
