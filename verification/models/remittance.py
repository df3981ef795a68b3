"""The remittance by which a company proves who it is, and the transfers that arrive for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram
from platform_site.kernel.constraints import one_of, set_exactly_when, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField
from verification.lifecycle import REMITTANCE, TRANSFER, RemittanceStatus, TransferStatus


class Remittance(LifecycleModel):
    """What a company has to remit, from which account, with which remark, until when."""

    lifecycle = REMITTANCE

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="remittance")
    status = status_field(REMITTANCE)
    entity_digest = models.CharField(max_length=64)  # Entity.number_digest: one open remittance per entity
    holder = EncryptedTextField()
    account = EncryptedTextField()  # digits
    account_digest = models.CharField(max_length=64, db_index=True)
    bank = models.CharField(max_length=64)
    province = models.CharField(max_length=32)
    city = models.CharField(max_length=32)
    amount_fen = models.PositiveIntegerField()
    remark = models.CharField(max_length=12, unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_of = models.PositiveSmallIntegerField(default=0)  # 1 after the first reminder, 2 after the last
    paid_at = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["Remittance"].as_manager()

    class Meta:
        constraints = [
            status_is_known(REMITTANCE),
            set_exactly_when("paid_at", {RemittanceStatus.PAID}, name="remittance_paid_at"),
            models.UniqueConstraint(
                fields=["entity_digest"],
                condition=Q(status=RemittanceStatus.OPEN),
                name="one_open_remittance_per_entity",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status=RemittanceStatus.OPEN), name="remittance_open_by_end"
            ),
            models.Index(
                fields=["reminded_of", "expires_at"],
                condition=Q(status=RemittanceStatus.OPEN),
                name="remittance_open_by_reminder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remark} ({self.status})"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class TransferOutcome(models.TextChoices):
    """What the checks found, in the seed's order (console.md §1.7)."""

    RIGHT = "right", _("Everything is right")
    UNKNOWN = "unknown", _("It belongs to no remittance")
    DUPLICATE = "duplicate", _("The entity has been proven already")
    LATE = "late", _("It arrived after the deadline")
    AMOUNT = "amount", _("The amount differs")
    HOLDER = "holder", _("The account holder differs")
    ACCOUNT = "account", _("The account number differs")
    REMARK = "remark", _("The remark is missing or wrong")


class Transfer(LifecycleModel):
    """A bank transfer to the platform's receiving account, as it arrived, and what came of it.

    `remittance` is the one it was meant for, as far as that could be told; `outcome` says what was found.
    """

    lifecycle = TRANSFER

    status = status_field(TRANSFER)
    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, null=True, related_name="transfers")
    from_holder = EncryptedTextField()
    from_account = EncryptedTextField()
    amount_fen = models.PositiveBigIntegerField()
    remark = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=16, choices=TransferOutcome.choices)
    received_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["Transfer"].as_manager()

    class Meta:
        constraints = [
            status_is_known(TRANSFER),
            one_of("outcome", TransferOutcome, name="transfer_outcome_is_known"),
            set_exactly_when("returned_at", {TransferStatus.RETURNED}, name="transfer_returned_at"),
            models.UniqueConstraint(
                fields=["remittance"],
                condition=Q(outcome="right"),
                name="one_right_transfer_per_remittance",
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk} ({self.outcome})"

    @property
    def audit_appid(self) -> str:
        return self.remittance.audit_appid if self.remittance else ""
