"""From development version to users: audit orders and what the desk writes about them, releases, the service."""

from releases.models.desk import (
    DeskPolicy,
    HeldDecision,
    HeldOutcome,
    HeldWhy,
    MessageKind,
    OrderMessage,
    ReviewPicture,
    StaffNote,
)
from releases.models.orders import AuditOrder, AuditOrderQuerySet, FunctionPage, RejectionReason, TestAccount
from releases.models.releases import ProgramCode, Release, ReleaseQuerySet, Service
from releases.models.statistics import DeskDay

__all__ = [
    "AuditOrder",
    "AuditOrderQuerySet",
    "DeskDay",
    "DeskPolicy",
    "FunctionPage",
    "HeldDecision",
    "HeldOutcome",
    "HeldWhy",
    "MessageKind",
    "OrderMessage",
    "ProgramCode",
    "RejectionReason",
    "Release",
    "ReleaseQuerySet",
    "ReviewPicture",
    "Service",
    "StaffNote",
    "TestAccount",
]
