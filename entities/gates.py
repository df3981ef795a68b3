"""What is closed to whom until the entity is proven or verified, why, and what unlocks it: one table.

Pages, the server API and tests read it; nothing else decides these questions. Source: seed.md "Complete Mini Program
information", "Bind developers", "Mini Program applications for WeChat Verification", "… for WeChat Pay".
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram
from entities.lifecycle import StandingStatus
from entities.models import Entity, EntityType, Standing, VerificationMethod
from platform_site.kernel.lifecycle import Refused


class Gate(models.TextChoices):
    """What may be closed."""

    PROFILE = "profile", _("Mini Program information")
    SUBMIT = "submit", _("Submit for review")
    PAY = "pay", _("WeChat Pay")
    VERIFY = "verify", _("Apply for WeChat Verification")
    MORE_MEMBERS = "more_members", _("Higher limits of developers and experiencers")


@dataclass(frozen=True)
class Reason:
    """Why a gate is closed: a sentence, and the page that unlocks it (a URL name that takes the AppID; "" for none)."""

    code: str
    text: str | Promise
    unlocks: str = ""
    action: str | Promise = ""


REMITTANCE_FIRST = Reason(
    "remittance_first",
    _("First remit the small amount from the corporate account: the platform then knows who the entity is."),
    "verification:remittance",
    _("Go to the remittance"),
)
VERIFICATION_FIRST = Reason(
    "verification_first",
    _("First pass WeChat Verification: it is how this entity proves who it is."),
    "verification:details",
    _("Go to WeChat Verification"),
)
VERIFICATION_NEEDED = Reason(
    "verification_needed",
    _("Only verified Mini Programs can do this: the entity passes WeChat Verification first."),
    "verification:details",
    _("Go to WeChat Verification"),
)
VERIFICATION_EXPIRED = Reason(
    "verification_expired",
    _("The WeChat Verification has expired: renew it first."),
    "verification:details",
    _("Renew the verification"),
)
VERIFICATION_RAISES = Reason(
    "verification_raises",
    _("WeChat Verification raises these limits."),
    "verification:details",
    _("Go to WeChat Verification"),
)
INDIVIDUAL = Reason("individual", _("Individual type accounts do not support WeChat Verification for the time being."))
FAILED = Reason("registration_failed", _("The registration of this Mini Program has failed."))

ORGANISATIONS_THAT_MUST_VERIFY = frozenset({EntityType.GOVERNMENT, EntityType.MEDIA, EntityType.OTHER})

Rule = Callable[[Entity, Standing], Reason | None]


def _identity(entity: Entity, standing: Standing) -> Reason | None:
    """By the path that was chosen: at once, after the remittance, after the verification."""
    if entity.method == VerificationMethod.REMITTANCE and not standing.is_proven:
        return REMITTANCE_FIRST
    if entity.method == VerificationMethod.WECHAT_VERIFICATION and not standing.is_verified:
        return VERIFICATION_EXPIRED if standing.is_proven else VERIFICATION_FIRST
    return None


def _submission(entity: Entity, standing: Standing) -> Reason | None:
    """Government, media and others only while verified; companies once it is known who they are."""
    if entity.type in ORGANISATIONS_THAT_MUST_VERIFY:
        return _identity(entity, standing)
    if entity.type == EntityType.INDIVIDUAL or standing.is_proven:
        return None
    return _identity(entity, standing)


def _verified(entity: Entity, standing: Standing) -> Reason | None:
    if entity.type == EntityType.INDIVIDUAL:
        return INDIVIDUAL
    if standing.is_verified:
        return None
    if standing.status in (StandingStatus.VERIFIED, StandingStatus.LAPSED):
        return VERIFICATION_EXPIRED
    if entity.method == VerificationMethod.REMITTANCE and not standing.is_proven:
        return REMITTANCE_FIRST
    return VERIFICATION_NEEDED


def _may_verify(entity: Entity, standing: Standing) -> Reason | None:
    if entity.type == EntityType.INDIVIDUAL:
        return INDIVIDUAL
    if entity.method == VerificationMethod.REMITTANCE and not standing.is_proven:
        return REMITTANCE_FIRST
    return None


def _more_members(entity: Entity, standing: Standing) -> Reason | None:
    reason = _verified(entity, standing)
    return VERIFICATION_RAISES if reason is VERIFICATION_NEEDED else reason


GATES: dict[Gate, Rule] = {
    Gate.PROFILE: _identity,
    Gate.SUBMIT: _submission,
    Gate.PAY: _verified,
    Gate.VERIFY: _may_verify,
    Gate.MORE_MEMBERS: _more_members,
}


def closed_because(gate: Gate, mini_program: MiniProgram) -> Reason | None:
    """Why this gate is closed to this Mini Program; None while it is open. Join `entity` and `standing`."""
    standing: Standing = mini_program.standing
    if standing.status == StandingStatus.FAILED or standing.is_overdue:
        return FAILED
    return GATES[gate](mini_program.entity, standing)


def check_gate(gate: Gate, mini_program: MiniProgram) -> None:
    """Refused, in words, with the reason's code, while this gate is closed."""
    if (reason := closed_because(gate, mini_program)) is not None:
        raise Refused(str(reason.text), code=reason.code)
