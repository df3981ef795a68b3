"""What QR codes stand for: scan tickets (answered once) and links (open a phone page)."""

from django.db import models
from django.db.models import Q

from accounts.lifecycle import ANSWERED_TICKET, TICKET, TicketStatus
from accounts.models.people import WeChatPerson
from accounts.models.programs import MiniProgram
from accounts.purposes import ScanPurpose
from platform_site.kernel.constraints import one_of, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class ScanTicket(LifecycleModel):
    """One QR on one screen, for one purpose, answered on one phone, used once by the screen that showed it.

    `code` (in the QR, 128 bits) and `typed_code` (for people who cannot scan) are stored encrypted with a digest to
    look up. `holder_digest` is of a secret that only the showing browser's session holds. Who may confirm: every
    condition that is set must hold — `only_person`, `mini_program` with `permission`, `identity_digest`.
    `payload` is what the showing screen will act on: it can't be changed between showing and acting.
    """

    lifecycle = TICKET

    code = EncryptedTextField()
    code_digest = models.CharField(max_length=64, unique=True)
    typed_code = EncryptedTextField()
    typed_code_digest = models.CharField(max_length=64, unique=True)
    holder_digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=32, choices=ScanPurpose.choices)
    facts = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)
    status = status_field(TICKET)
    only_person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, null=True, related_name="+")
    permission = models.CharField(max_length=32, blank=True)
    identity_digest = models.CharField(max_length=64, blank=True)
    from_address = models.CharField(max_length=64, blank=True)
    from_browser = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    scanned_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")
    scanned_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    consumed_at = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["ScanTicket"].as_manager()

    class Meta:
        constraints = [
            status_is_known(TICKET),
            one_of("purpose", ScanPurpose, name="ticket_purpose_is_known"),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(ANSWERED_TICKET))
                | Q(scanned_by__isnull=False, answered_at__isnull=False),
                name="answered_ticket_was_scanned",
            ),
            models.CheckConstraint(
                condition=Q(status=TicketStatus.CONSUMED, consumed_at__isnull=False)
                | (~Q(status=TicketStatus.CONSUMED) & Q(consumed_at__isnull=True)),
                name="consumed_at_exactly_when_consumed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="ticket_live_by_deadline",
                condition=Q(status__in=["waiting", "scanned", "confirmed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid if self.mini_program else ""


class QrLink(models.Model):
    """A QR that opens a page of the phone: a preview (expires) or a Mini Program (does not)."""

    code = EncryptedTextField()
    code_digest = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=200)  # a path below /phone/
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(path__startswith="/phone/"), name="qr_link_leads_to_the_phone")
        ]

    def __str__(self) -> str:
        return self.path
