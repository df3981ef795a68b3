"""The lifecycles of verification: a remittance, a bank transfer, an application for WeChat Verification, a payment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class RemittanceStatus(models.TextChoices):
    """The small amount that a company remits to prove who it is (seed.md, Click on Confirm; console.md §1.7)."""

    OPEN = "open", _("Waiting for the remittance")
    PAID = "paid", _("Remittance verified")
    EXPIRED = "expired", _("Not remitted in time")


PAY_REMITTANCE = Move.of("pay", RemittanceStatus.OPEN, RemittanceStatus.PAID, "verification.remittance.paid")
EXPIRE_REMITTANCE = Move.of(
    "expire", RemittanceStatus.OPEN, RemittanceStatus.EXPIRED, "verification.remittance.expired"
)

REMITTANCE = Lifecycle("remittance", RemittanceStatus, RemittanceStatus.OPEN, (PAY_REMITTANCE, EXPIRE_REMITTANCE))


class TransferStatus(models.TextChoices):
    """A transfer that has arrived at the receiving account: held, and given back in the end (console.md §1.7)."""

    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


ACCEPT_TRANSFER = Move.of("accept", TransferStatus.RECEIVED, TransferStatus.ACCEPTED, "verification.transfer.accepted")
RETURN_TRANSFER = Move.of("return", TransferStatus.RECEIVED, TransferStatus.RETURNED, "verification.transfer.returned")
GIVE_BACK_TRANSFER = Move.of(  # after it has proved the entity, the money goes back by the original route
    "give_back", TransferStatus.ACCEPTED, TransferStatus.RETURNED, "verification.transfer.given_back"
)

TRANSFER = Lifecycle(
    "transfer", TransferStatus, TransferStatus.RECEIVED, (ACCEPT_TRANSFER, RETURN_TRANSFER, GIVE_BACK_TRANSFER)
)


class PaymentStatus(models.TextChoices):
    """An order that somebody pays on the phone."""

    OPEN = "open", _("To be paid")
    PAID = "paid", _("Paid")
    CLOSED = "closed", _("Closed")


PAY_ORDER = Move.of("pay", PaymentStatus.OPEN, PaymentStatus.PAID, "verification.payment.paid")
CLOSE_ORDER = Move.of("close", PaymentStatus.OPEN, PaymentStatus.CLOSED, "verification.payment.closed")

PAYMENT = Lifecycle("payment", PaymentStatus, PaymentStatus.OPEN, (PAY_ORDER, CLOSE_ORDER))


class VerificationStatus(models.TextChoices):
    """An application for WeChat Verification (console.md §12.3, §17)."""

    DRAFT = "draft", _("Being filled in")
    AWAITING_PAYMENT = "awaiting_payment", _("To be paid")
    UNDER_AUDIT = "under_audit", _("Under audit")
    REFILL = "refill", _("Sent back to be refilled")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_VERIFICATION = frozenset(
    {
        VerificationStatus.DRAFT,
        VerificationStatus.AWAITING_PAYMENT,
        VerificationStatus.UNDER_AUDIT,
        VerificationStatus.REFILL,
    }
)
DECIDED_VERIFICATION = frozenset({VerificationStatus.PASSED, VerificationStatus.FAILED})

SUBMIT = Move.of(
    "submit",
    VerificationStatus.DRAFT,
    VerificationStatus.AWAITING_PAYMENT,
    "verification.application.submitted",
    Permission.VERIFICATION_APPLY,
)
SUBMIT_FREE = Move.of(  # government pays nothing
    "submit_free",
    VerificationStatus.DRAFT,
    VerificationStatus.UNDER_AUDIT,
    "verification.application.submitted_free",
    Permission.VERIFICATION_APPLY,
)
REOPEN = Move.of(
    "reopen",
    VerificationStatus.AWAITING_PAYMENT,
    VerificationStatus.DRAFT,
    "verification.application.reopened",
    Permission.VERIFICATION_APPLY,
)
WITHDRAW = Move.of(
    "withdraw",
    {VerificationStatus.DRAFT, VerificationStatus.AWAITING_PAYMENT},
    VerificationStatus.WITHDRAWN,
    "verification.application.withdrawn",
    Permission.VERIFICATION_APPLY,
)
PAY = Move.of(
    "pay", VerificationStatus.AWAITING_PAYMENT, VerificationStatus.UNDER_AUDIT, "verification.application.paid"
)
SEND_BACK = Move.of(
    "send_back",
    VerificationStatus.UNDER_AUDIT,
    VerificationStatus.REFILL,
    "verification.application.sent_back",
    Permission.VERIFICATION_DECIDE,
)
RESUBMIT = Move.of(
    "resubmit",
    VerificationStatus.REFILL,
    VerificationStatus.UNDER_AUDIT,
    "verification.application.resubmitted",
    Permission.VERIFICATION_APPLY,
)
PASS = Move.of(
    "pass",
    VerificationStatus.UNDER_AUDIT,
    VerificationStatus.PASSED,
    "verification.application.passed",
    Permission.VERIFICATION_DECIDE,
)
FAIL = Move.of(
    "fail",
    VerificationStatus.UNDER_AUDIT,
    VerificationStatus.FAILED,
    "verification.application.failed",
    Permission.VERIFICATION_DECIDE,
)
TIME_OUT = Move.of(
    "time_out", VerificationStatus.REFILL, VerificationStatus.FAILED, "verification.application.timed_out"
)

APPLICATION = Lifecycle(
    "application",
    VerificationStatus,
    VerificationStatus.DRAFT,
    (SUBMIT, SUBMIT_FREE, REOPEN, WITHDRAW, PAY, SEND_BACK, RESUBMIT, PASS, FAIL, TIME_OUT),
    {"open": OPEN_VERIFICATION, "decided": DECIDED_VERIFICATION},
)
