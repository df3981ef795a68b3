"""Second opinions: which verdicts are held until another reviewer has looked (review.md §2.7, §2.8).

Which verdicts are held is drawn by a keyed hash of the submission: repeatable, and not to be foreseen from outside.
"""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused, advance
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import digest
from releases.actions.claims import UNCLAIMED, facts_of
from releases.lifecycle import HOLD
from releases.models import AuditOrder, DeskPolicy, HeldDecision, HeldOutcome, HeldWhy


def why_held(order: AuditOrder, *, asked: bool = False) -> str:
    """Why the verdict on this submission waits for a second reviewer; "" where it does not, or has had its second."""
    if asked:
        return HeldWhy.ASKED
    if HeldDecision.objects.filter(order=order, outcome=HeldOutcome.SENT_BACK).exists():
        return ""  # two reviewers have looked at it already
    return HeldWhy.SAMPLED if is_sampled(order) else ""


def is_sampled(order: AuditOrder) -> bool:
    """Whether this submission is among the share of the desk's policy; always the same for the same one."""
    policy = DeskPolicy.objects.order_by("-pk").first()
    return policy is not None and _place_of(order) < policy.second_opinion_percent


def _place_of(order: AuditOrder) -> int:
    drawn = digest(f"{order.mini_program_id}/{order.attempt}", purpose="second_opinion")
    return int(drawn[:12], 16) % RULES.release.percent_max


def hold(
    order: AuditOrder, action: str, *, why: str, by: User, words: str = "", payload: dict[str, Any] | None = None
) -> HeldDecision:
    """Keep a verdict until somebody else has looked at it, in the caller's transaction. Nobody is told of it yet."""
    if len(words) > (most := RULES.desk.words):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="words_too_long", field="words")
    advance(order, HOLD, by=by, data=facts_of(order) | {"action": action, "why": why}, **UNCLAIMED)
    return HeldDecision.objects.create(
        order=order,
        action=action,
        payload=payload or {},
        why=why,
        words=words.replace("\0", "").strip(),
        held_by=by,
        held_at=now(),
    )
