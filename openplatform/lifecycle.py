"""The lifecycles of the Open Platform: an account, its developer qualification, its applications (console.md §14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class OpenAccountStatus(models.TextChoices):
    """Whether the developer qualification is verified: what binding Mini Programs asks for."""

    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    LAPSED = "lapsed", _("Verification expired")


VERIFY = Move.of(
    "verify",
    (OpenAccountStatus.UNVERIFIED, OpenAccountStatus.LAPSED),
    OpenAccountStatus.VERIFIED,
    "openplatform.openaccount.verified",
)
LAPSE = Move.of("lapse", OpenAccountStatus.VERIFIED, OpenAccountStatus.LAPSED, "openplatform.openaccount.lapsed")

OPEN_ACCOUNT = Lifecycle("openaccount", OpenAccountStatus, OpenAccountStatus.UNVERIFIED, (VERIFY, LAPSE))


class QualificationStatus(models.TextChoices):
    """An application for developer qualification verification: paid, then audited; the fee is not given back."""

    TO_PAY = "to_pay", _("To be paid")
    UNDER_AUDIT = "under_audit", _("Under review")
    PASSED = "passed", _("Passed")
    REJECTED = "rejected", _("Not passed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_QUALIFICATION = frozenset({QualificationStatus.TO_PAY, QualificationStatus.UNDER_AUDIT})
AUDITED_QUALIFICATION = frozenset({QualificationStatus.PASSED, QualificationStatus.REJECTED})

PAY_QUALIFICATION = Move.of(
    "pay", QualificationStatus.TO_PAY, QualificationStatus.UNDER_AUDIT, "openplatform.qualification.paid"
)
WITHDRAW_QUALIFICATION = Move.of(
    "withdraw", QualificationStatus.TO_PAY, QualificationStatus.WITHDRAWN, "openplatform.qualification.withdrawn"
)
PASS_QUALIFICATION = Move.of(
    "pass",
    QualificationStatus.UNDER_AUDIT,
    QualificationStatus.PASSED,
    "openplatform.qualification.passed",
    Permission.OPEN_DECIDE,
)
REJECT_QUALIFICATION = Move.of(
    "reject",
    QualificationStatus.UNDER_AUDIT,
    QualificationStatus.REJECTED,
    "openplatform.qualification.rejected",
    Permission.OPEN_DECIDE,
)

QUALIFICATION = Lifecycle(
    "qualification",
    QualificationStatus,
    QualificationStatus.TO_PAY,
    (PAY_QUALIFICATION, WITHDRAW_QUALIFICATION, PASS_QUALIFICATION, REJECT_QUALIFICATION),
)


class ApplicationStatus(models.TextChoices):
    """A mobile or website application."""

    UNDER_REVIEW = "under_review", _("Under review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DELETED = "deleted", _("Deleted")


APPROVE_APPLICATION = Move.of(
    "approve",
    ApplicationStatus.UNDER_REVIEW,
    ApplicationStatus.APPROVED,
    "openplatform.openapplication.approved",
    Permission.OPEN_DECIDE,
)
REJECT_APPLICATION = Move.of(
    "reject",
    ApplicationStatus.UNDER_REVIEW,
    ApplicationStatus.REJECTED,
    "openplatform.openapplication.rejected",
    Permission.OPEN_DECIDE,
)
RESUBMIT_APPLICATION = Move.of(
    "resubmit", ApplicationStatus.REJECTED, ApplicationStatus.UNDER_REVIEW, "openplatform.openapplication.resubmitted"
)
DELETE_APPLICATION = Move.of(
    "delete",
    (ApplicationStatus.APPROVED, ApplicationStatus.REJECTED),
    ApplicationStatus.DELETED,
    "openplatform.openapplication.deleted",
)

APPLICATION = Lifecycle(
    "openapplication",
    ApplicationStatus,
    ApplicationStatus.UNDER_REVIEW,
    (APPROVE_APPLICATION, REJECT_APPLICATION, RESUBMIT_APPLICATION, DELETE_APPLICATION),
)
