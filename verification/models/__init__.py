"""How an entity is proven: remittance and transfers, WeChat Verification, payments, and the ledger under all money."""

from verification.models.application import CallOutcome, ContactCall, RefillReason, Verification, VerificationPaper
from verification.models.ledger import AccountKind, LedgerAccount, Posting, Wallet
from verification.models.payment import PaymentOrder
from verification.models.remittance import Remittance, Transfer, TransferOutcome

__all__ = [
    "AccountKind",
    "CallOutcome",
    "ContactCall",
    "LedgerAccount",
    "PaymentOrder",
    "Posting",
    "RefillReason",
    "Remittance",
    "Transfer",
    "TransferOutcome",
    "Verification",
    "VerificationPaper",
    "Wallet",
]
