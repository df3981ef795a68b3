"""Claims of the desk's work: who has it decides; nobody claims what they may not decide (review.md §2.2).

Each of these locks the row of the work first, so that claims and decisions on it happen one after the other; the
unique constraint of DeskClaim has the last word.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.desk_work import DeskWork, free_for, work_left
from accounts.models import DeskClaim, User
from accounts.permissions import Permission
from accounts.wording import check_words
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

CLAIMED, RELEASED = "accounts.deskwork.claimed", "accounts.deskwork.claim_released"
TAKEN_OVER, LAPSED = "accounts.deskwork.taken_over", "accounts.deskwork.claim_lapsed"
CLAIMED_BY_OTHER = "claimed_by_other"


@transaction.atomic
def claim(work: DeskWork, row: Any, *, by: User) -> DeskClaim:
    """Claim a piece of work; claimed again by the same person, it stays theirs for longer.

    Refused (`claimed_by_other`) while somebody else has it, (`claims_max`) for who has as many as one may have.
    """
    check_may_decide(work, row, by=by)
    _one_window_at_a_time(by)
    _lock_waiting(work, row)
    held = _held(work, row)
    if held is None:
        check_work_left(by)
        return _claimed(work, row, by=by)
    if held.claimed_by_id != by.pk:
        raise claimed_by_other(held)
    held.claimed_until = _until(now())
    held.save(update_fields=["claimed_until"])
    return held


@transaction.atomic
def claim_next(work: DeskWork, *, by: User) -> Any:
    """Claim the most urgent piece of work that nobody has, and return its row; None where nothing waits for them.

    Reviewers who ask at one moment get different ones: who comes second does not wait for the row that the first
    holds, but takes the one after it. Refused (`claims_max`) for who has as many as one may have.
    """
    if not by.may(work.permission, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    _one_window_at_a_time(by)
    check_work_left(by)
    gone: list[int] = []  # claimed between our reading and our lock: the row itself does not show it
    while (row := _next_free(work, by=by, but=gone)) is not None:
        if _held(work, row) is None:
            _claimed(work, row, by=by)
            return row
        gone.append(row.pk)
    return None


def _next_free(work: DeskWork, *, by: User, but: list[int]) -> Any:
    rows = free_for(work, by).exclude(pk__in=but)
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


@transaction.atomic
def release(work: DeskWork, row: Any, *, by: User) -> None:
    """Give a claimed piece of work back to the queue. Refused (`not_claimed`) where nobody has it."""
    _lock(work, row)
    held = _held(work, row)
    if held is None:
        raise Refused(_("Nobody has it."), code="not_claimed")
    if held.claimed_by_id != by.pk:
        raise claimed_by_other(held)
    held.delete()
    record(RELEASED, row, by=by)


@transaction.atomic
def take_over(work: DeskWork, row: Any, *, by: User, reason: str) -> DeskClaim:
    """Take a piece of work over from the colleague who has it; the reason is kept."""
    check_may_decide(work, row, by=by)
    reason = checked_reason(reason)
    _lock_waiting(work, row)
    held = _held(work, row)
    if held is None:
        raise Refused(_("Nobody has it: claim it."), code="not_claimed")
    if held.claimed_by_id == by.pk:
        raise Refused(_("You have it already."), code="claimed_by_you")
    before, began = str(held.claimed_by), now()
    held.claimed_by, held.claimed_at, held.claimed_until = by, began, _until(began)
    held.save(update_fields=["claimed_by", "claimed_at", "claimed_until"])
    record(TAKEN_OVER, row, by=by, reason=reason, data={"from": before})
    return held


def checked_reason(reason: str) -> str:
    """The reason of a take-over as it is kept; Refused (field "reason") for none, or too long a one."""
    return check_words(reason, most=RULES.desk.words, missing=_("Say why you take it over."))


# --- for decisions, in the transaction of each ---------------------------------------------------------------------


def hold_work(work: DeskWork, row: Any, *, by: User) -> None:
    """Somebody works on it without ending it: they have it from now on. Refused (`claimed_by_other`)."""
    _lock(work, row)
    held = _held(work, row)
    if held is None:
        _claimed(work, row, by=by)
    elif held.claimed_by_id != by.pk:
        raise claimed_by_other(held)


def end_work(work: DeskWork, row: Any, *, by: User) -> None:
    """It is decided by who has it, or by anybody where nobody has: the claim ends. Refused (`claimed_by_other`).

    A free one needs no row of its own for it: the decision's audit row says who had it.
    """
    _lock(work, row)
    held = _held(work, row)
    if held is None:
        return
    if held.claimed_by_id != by.pk:
        raise claimed_by_other(held)
    held.delete()


def drop_claim(work: DeskWork, row: Any) -> None:
    """The applicant has taken it back: there is nothing to decide any more."""
    DeskClaim.objects.filter(kind=work.kind, object_id=row.pk).delete()


# --- the end of a claim's time -------------------------------------------------------------------------------------


def lapse_overdue(works: Mapping[str, DeskWork], *, most: int = 500) -> int:
    """Sweep: claims whose time is over; how many ended. Nobody waits for it: readers look at the time."""
    over = DeskClaim.objects.filter(claimed_until__lte=now()).order_by("claimed_until", "pk")
    return sum(_lapse_of(works.get(claim.kind), claim) for claim in over[:most])


@transaction.atomic
def _lapse_of(work: DeskWork | None, claim: DeskClaim) -> bool:
    row = work.model._default_manager.filter(pk=claim.object_id).first() if work else None
    return _lapse(claim, row)


def _lapse(claim: DeskClaim, row: Any) -> bool:
    """End an overdue claim; true once, whoever comes first."""
    ended, _by_model = DeskClaim.objects.filter(pk=claim.pk, claimed_until__lte=now()).delete()
    if ended and row is not None:
        record(LAPSED, row, by=SYSTEM, data={"from": str(claim.claimed_by)})
    return bool(ended)


# --- checks --------------------------------------------------------------------------------------------------------


def check_may_decide(work: DeskWork, row: Any, *, by: Actor) -> None:
    """NotAllowed when the reviewer is a member of the Mini Program, or no reviewer at all (security.md C3)."""
    check_reviewer(work.permission, row, by=by)


def check_reviewer(permission: Permission, row: Any, *, by: Actor) -> None:
    """The same for any row and the permission to decide on it."""
    if by.may(permission, row):
        return
    if by.may(permission, None):
        raise NotAllowed(_("You are a member of this Mini Program: somebody else must decide."), code="own_program")
    raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")


def check_work_left(by: User) -> None:
    """Refused when the reviewer has as many pieces of work as one may have at a time."""
    if not work_left(by):
        words = _("You have claimed %(most)d, as many as one may have. Decide on one of them, or give it back.")
        raise Refused(words % {"most": RULES.desk.claims_max}, code="claims_max")


def claimed_by_other(held: DeskClaim) -> Refused:
    """Who has it, in words."""
    words = _("%(who)s has claimed this. Take it over, with a reason, if you must.")
    return Refused(words % {"who": held.claimed_by}, code=CLAIMED_BY_OTHER)


# --- parts ---------------------------------------------------------------------------------------------------------


def _one_window_at_a_time(by: User) -> None:
    """Two windows of one reviewer act one after the other: the second counts what the first has claimed."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)


def _lock(work: DeskWork, row: Any) -> str | None:
    """Lock the row of the work until the transaction ends; its state now."""
    rows = work.model._default_manager.filter(pk=row.pk).select_for_update(of=("self",))
    return rows.values_list("status", flat=True).first()


def _lock_waiting(work: DeskWork, row: Any) -> None:
    if _lock(work, row) != work.status:
        raise IllegalMove(_("It does not wait for a decision any more."), code="illegal_move")


def _held(work: DeskWork, row: Any) -> DeskClaim | None:
    """The claim on a locked row that holds now; one whose time is over ends by this."""
    held = DeskClaim.objects.select_related("claimed_by").filter(kind=work.kind, object_id=row.pk).first()
    if held is not None and held.claimed_until <= now():
        _lapse(held, row)
        return None
    return held


def _claimed(work: DeskWork, row: Any, *, by: User) -> DeskClaim:
    began = now()
    stamps = {"claimed_by": by, "claimed_at": began, "claimed_until": _until(began)}
    held, made = DeskClaim.objects.get_or_create(kind=work.kind, object_id=row.pk, defaults=stamps)
    if not made:
        raise claimed_by_other(held)
    record(CLAIMED, row, by=by)
    return held


def _until(began: datetime) -> datetime:
    return began + timedelta(minutes=RULES.desk.claim_minutes)
