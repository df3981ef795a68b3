"""The standing of an entity: proven, verified for a year, lapsed; or never proven, and the registration has failed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.programs import close_failed_program
from accounts.models import MiniProgram
from entities.lifecycle import FAIL, LAPSE, PROVE, VERIFY, StandingStatus
from entities.models import Standing
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, LostRace, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

SWEEP_MOST = 500


@transaction.atomic
def prove(mini_program: MiniProgram, *, by: Actor) -> Standing:
    """The entity is who it says: by the administrator's scan (individuals) or by the remittance."""
    standing = lock_standing(mini_program)
    advance(standing, PROVE, by=by, proven_at=now())
    return standing


@transaction.atomic
def verify(mini_program: MiniProgram, *, by: Actor) -> Standing:
    """WeChat Verification is passed: verified for a year from now, or, as a renewal in time, from the old end."""
    standing = lock_standing(mini_program)
    at, year = now(), timedelta(days=RULES.verification.valid_days)
    if standing.is_verified:
        standing.verified_until, standing.reminded_of = _end_of(standing) + year, 0
        standing.save(update_fields=["verified_until", "reminded_of"])
        record("entities.standing.renewed", standing, by=by, data={"until": standing.verified_until.isoformat()})
        return standing
    if standing.status == StandingStatus.VERIFIED:  # it has expired, and no sweep has come by
        lapse_if_due(standing)
    advance(
        standing,
        VERIFY,
        by=by,
        data={"until": (at + year).isoformat()},
        proven_at=standing.proven_at or at,
        verified_at=at,
        verified_until=at + year,
        reminded_of=0,
    )
    return standing


def lapse_if_due(standing: Standing) -> bool:
    """Let the end of the verification fire if it has passed; true once, whoever comes first."""
    if standing.status != StandingStatus.VERIFIED or _end_of(standing) > now():
        return False
    try:
        with transaction.atomic():
            advance(standing, LAPSE, by=SYSTEM)
    except LostRace:
        standing.refresh_from_db()
        return False
    return True


def lapse_overdue_verifications(*, most: int = SWEEP_MOST) -> int:
    """Sweep: verifications whose year is over; returns how many lapsed."""
    due = Standing.objects.filter(status=StandingStatus.VERIFIED, verified_until__lte=now())
    return sum(lapse_if_due(standing) for standing in due.order_by("verified_until")[:most])


@transaction.atomic
def fail_registration(mini_program: MiniProgram, *, by: Actor, reason: str) -> bool:
    """The entity was not proven in time: nobody is a member any more, and the account may start over.

    True if this call did it, false if it was done before: it may be called again, by any worker.
    """
    standing = lock_standing(mini_program)
    if standing.status != StandingStatus.UNPROVEN:
        return False
    advance(standing, FAIL, by=by, reason=reason, failed_at=now())
    close_failed_program(mini_program, by=by, reason=reason)
    return True


def lock_standing(mini_program: MiniProgram) -> Standing:
    """The standing, locked until the caller's transaction ends; Refused if there is none."""
    found = Standing.objects.select_for_update(of=("self",)).select_related("mini_program")
    standing = found.filter(mini_program=mini_program).first()
    if standing is None:
        raise Refused(_("This Mini Program has no entity yet."), code="no_entity")
    return standing


def _end_of(standing: Standing) -> datetime:
    if standing.verified_until is None:
        raise ValueError("a verified standing has an end")  # the database says so too
    return standing.verified_until
