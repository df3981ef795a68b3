"""An order that somebody pays on the phone: the verification fee, and whatever later apps charge."""

from django.db import models
from django.db.models import Q

from accounts.models import MiniProgram, QrLink, User, WeChatPerson
from platform_site.kernel.constraints import both_or_neither, set_exactly_when, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from verification.lifecycle import PAYMENT, PaymentStatus


class PaymentOrder(LifecycleModel):
    """An amount to be paid once, by whoever scans its QR, before it closes.

    `purpose` names what it pays for ("verification_fee"), `subject` the row of it ("verification.application:12"): one
    order at a time is open for one subject. Another app reacts to the event "verification.payment.paid".
    """

    lifecycle = PAYMENT

    number = models.CharField(max_length=32, unique=True)  # printed on the order: date and random digits
    status = status_field(PAYMENT)
    purpose = models.CharField(max_length=32)
    subject = models.CharField(max_length=80)
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, null=True, related_name="payment_orders")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="payment_orders")
    payer_name = models.CharField(max_length=200, blank=True)  # for whom it is paid, as the phone shows it
    amount_fen = models.PositiveBigIntegerField()
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, null=True, related_name="payment_order")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="payments")
    paid_at = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["PaymentOrder"].as_manager()

    class Meta:
        constraints = [
            status_is_known(PAYMENT),
            set_exactly_when("paid_at", {PaymentStatus.PAID}, name="payment_paid_at"),
            both_or_neither("paid_by", "paid_at", name="payment_paid_by_and_at"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(status=PaymentStatus.OPEN), name="one_open_order_per_subject"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_of_something"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status=PaymentStatus.OPEN), name="payment_open_by_end")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid if self.mini_program else ""
