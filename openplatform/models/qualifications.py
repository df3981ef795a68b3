"""Applications for developer qualification verification (console.md §14)."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from openplatform.lifecycle import AUDITED_QUALIFICATION, OPEN_QUALIFICATION, QUALIFICATION, QualificationStatus
from openplatform.models.accounts import OpenAccount
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import both_or_neither, set_exactly_when, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class Qualification(LifecycleModel):
    """One application: who answers for the account, a scan of the licence (or ID card), the fee, the verdict.

    `due_at` is until when the desk decides, from when it is paid.
    """

    lifecycle = QUALIFICATION

    account = models.ForeignKey(OpenAccount, on_delete=models.PROTECT, related_name="qualifications")
    status = status_field(QUALIFICATION)
    contact_name = EncryptedTextField()
    contact_phone = EncryptedTextField()
    licence_sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = LifecycleQuerySet["Qualification"].as_manager()

    class Meta:
        constraints = [
            status_is_known(QUALIFICATION),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=sorted(OPEN_QUALIFICATION)),
                name="one_open_qualification_per_account",
            ),
            set_exactly_when("decided_at", AUDITED_QUALIFICATION, name="qualification_decided_at_exactly_when_decided"),
            both_or_neither("decided_at", "decided_by", name="qualification_decided_at_and_by"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="qualifications_to_audit",
                condition=Q(status=QualificationStatus.UNDER_AUDIT),
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="qualifications_decided", condition=Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"qualification {self.pk}"

    @property
    def subject(self) -> str:
        """What a payment order names it (verification.PaymentOrder.subject)."""
        return f"openplatform.qualification:{self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Whether the desk should have decided by now."""
        return self.status == QualificationStatus.UNDER_AUDIT and self.due_at is not None and self.due_at <= now()
