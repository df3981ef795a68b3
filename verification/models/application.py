"""An application for WeChat Verification: its papers, its rounds of refilling, calls to the contact, the decision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, User, WeChatPerson
from entities.models import Paper
from platform_site.kernel.constraints import one_of, set_exactly_when, status_is_known
from platform_site.kernel.models import ImmutableModel, LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField
from verification.lifecycle import APPLICATION, OPEN_VERIFICATION, VerificationStatus


class VerificationQuerySet(LifecycleQuerySet["Verification"]):
    """Words for applications."""

    def open(self) -> "VerificationQuerySet":
        """Those that are not ended."""
        return self.filter(status__in=OPEN_VERIFICATION)

    def to_audit(self) -> "VerificationQuerySet":
        """Those that wait for the desk, the first due first."""
        return self.filter(status=VerificationStatus.UNDER_AUDIT).order_by("due_at", "pk")


class Verification(LifecycleModel):
    """One application for WeChat Verification, first or renewal. One is open per Mini Program.

    `papers_data`, `name_data` and `invoice_data` are JSON of the wizard's steps, encrypted: saved as drafts, checked
    when the application is submitted. `refills` counts how often it was sent back.
    """

    lifecycle = APPLICATION

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="verifications")
    status = status_field(APPLICATION)
    is_renewal = models.BooleanField(default=False)
    subtype = models.CharField(max_length=32, blank=True)  # a code of verification/subtypes.py
    agreed_at = models.DateTimeField(null=True)
    papers_data = EncryptedTextField(blank=True)
    name_data = EncryptedTextField(blank=True)
    invoice_data = EncryptedTextField(blank=True)
    operator = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")  # who scanned
    operator_identity = models.CharField(max_length=64, blank=True)  # identity digest that was confirmed by the scan
    started_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    fee_fen = models.PositiveIntegerField(default=0)
    institution = models.CharField(max_length=32, blank=True)  # a code of rulebooks/institutions.toml
    due_at = models.DateTimeField(null=True)  # when the desk's answer is due
    refills = models.PositiveSmallIntegerField(default=0)
    refill_due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=32, blank=True)  # a code of verification/failures.py
    failure_text = models.TextField(blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(APPLICATION),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(status__in=sorted(OPEN_VERIFICATION)),
                name="one_open_verification_per_program",
            ),
            set_exactly_when("refill_due_at", {VerificationStatus.REFILL}, name="refill_has_a_deadline"),
            set_exactly_when(
                "decided_at", {VerificationStatus.PASSED, VerificationStatus.FAILED}, name="verification_decided_at"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status=VerificationStatus.UNDER_AUDIT),
                name="verification_to_audit",
            ),
            models.Index(
                fields=["refill_due_at"],
                condition=Q(status=VerificationStatus.REFILL),
                name="verification_refill_by_end",
            ),
        ]

    def __str__(self) -> str:
        return f"verification {self.pk} ({self.status})"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class VerificationPaper(models.Model):
    """A scan of an application, in one of its slots (`code` of verification/subtypes.py), in the order uploaded."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="verification_papers")
    code = models.CharField(max_length=32)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "code", "position"], name="verification_paper_position")
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.verification_id}"


class RefillReason(ImmutableModel):
    """Why an application was sent back: one row per field, for each round."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="refill_reasons")
    round = models.PositiveSmallIntegerField()  # 1 for the first time it was sent back
    field = models.CharField(max_length=32)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.field} of {self.verification_id}, round {self.round}"


class CallOutcome(models.TextChoices):
    """What came of a call to the contact."""

    CONFIRMED = "confirmed", _("The contact confirmed the application")
    NO_ANSWER = "no_answer", _("Nobody answered")
    DENIED = "denied", _("The contact knows nothing of it")
    WRONG_NUMBER = "wrong_number", _("The number is wrong")


class ContactCall(ImmutableModel):
    """The reviewer phoned the contact: who, when, what came of it."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(max_length=16, choices=CallOutcome.choices)
    note = models.TextField(blank=True)
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [one_of("outcome", CallOutcome, name="call_outcome_is_known")]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.verification_id})"
