"""The lifecycles of entities: the standing of who is behind a Mini Program, a chosen category, a requested name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class StandingStatus(models.TextChoices):
    """How far the platform believes that an entity is who it says (seed.md, verification method; console.md §17)."""

    UNPROVEN = "unproven", _("Not proven yet")
    PROVEN = "proven", _("Proven, not verified")
    VERIFIED = "verified", _("Verified")
    LAPSED = "lapsed", _("Verification expired")
    FAILED = "failed", _("Registration failed")


PROVE = Move.of("prove", StandingStatus.UNPROVEN, StandingStatus.PROVEN, "entities.standing.proven")
VERIFY = Move.of(
    "verify",
    {StandingStatus.UNPROVEN, StandingStatus.PROVEN, StandingStatus.LAPSED},
    StandingStatus.VERIFIED,
    "entities.standing.verified",
)
LAPSE = Move.of("lapse", StandingStatus.VERIFIED, StandingStatus.LAPSED, "entities.standing.lapsed")
FAIL = Move.of("fail", StandingStatus.UNPROVEN, StandingStatus.FAILED, "entities.standing.failed")

STANDING = Lifecycle("standing", StandingStatus, StandingStatus.UNPROVEN, (PROVE, VERIFY, LAPSE, FAIL))


class CategoryStatus(models.TextChoices):
    """A service category that a Mini Program has chosen (console.md §4.5, §17)."""

    UNDER_REVIEW = "under_review", _("Under review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


GRANT_CATEGORY = Move.of(  # it asks for no papers: the platform itself says yes
    "grant", CategoryStatus.UNDER_REVIEW, CategoryStatus.APPROVED, "entities.category.granted"
)
APPROVE_CATEGORY = Move.of(
    "approve",
    CategoryStatus.UNDER_REVIEW,
    CategoryStatus.APPROVED,
    "entities.category.approved",
    Permission.CATEGORY_DECIDE,
)
REJECT_CATEGORY = Move.of(
    "reject",
    CategoryStatus.UNDER_REVIEW,
    CategoryStatus.REJECTED,
    "entities.category.rejected",
    Permission.CATEGORY_DECIDE,
)
RESUBMIT_CATEGORY = Move.of(
    "resubmit",
    CategoryStatus.REJECTED,
    CategoryStatus.UNDER_REVIEW,
    "entities.category.resubmitted",
    Permission.PROFILE_EDIT,
)

CATEGORY = Lifecycle(
    "category",
    CategoryStatus,
    CategoryStatus.UNDER_REVIEW,
    (GRANT_CATEGORY, APPROVE_CATEGORY, REJECT_CATEGORY, RESUBMIT_CATEGORY),
)


class NameStatus(models.TextChoices):
    """A name that holds a protected word, asked for with naming proof (console.md §4.2)."""

    UNDER_REVIEW = "under_review", _("Under review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


APPROVE_NAME = Move.of(
    "approve", NameStatus.UNDER_REVIEW, NameStatus.APPROVED, "entities.name.approved", Permission.NAME_DECIDE
)
REJECT_NAME = Move.of(
    "reject", NameStatus.UNDER_REVIEW, NameStatus.REJECTED, "entities.name.rejected", Permission.NAME_DECIDE
)
WITHDRAW_NAME = Move.of(
    "withdraw", NameStatus.UNDER_REVIEW, NameStatus.WITHDRAWN, "entities.name.withdrawn", Permission.PROFILE_EDIT
)

NAME = Lifecycle("name", NameStatus, NameStatus.UNDER_REVIEW, (APPROVE_NAME, REJECT_NAME, WITHDRAW_NAME))
