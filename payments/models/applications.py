"""Applications for a new merchant number (console.md §13)."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import MiniProgram, User
from payments.lifecycle import OPEN_APPLICATION, PAY_APPLICATION, PayStatus
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import both_or_neither, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class PayApplication(LifecycleModel):
    """One application. `answers` are what was typed, as JSON, encrypted; `scans` are {slot: SHA-256} of kept pictures.

    Among the answers is the contact's number that an SMS code has proven (accounts.actions.phones.PHONE_CONFIRMED).

    `check_fen` is the small amount that was sent to the settlement account, `tries` how often it was guessed wrong.
    """

    lifecycle = PAY_APPLICATION

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="pay_applications")
    status = status_field(PAY_APPLICATION)
    answers = EncryptedTextField(default="{}")
    scans = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    check_fen = models.PositiveIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = LifecycleQuerySet["PayApplication"].as_manager()

    class Meta:
        constraints = [
            status_is_known(PAY_APPLICATION),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(status__in=sorted(OPEN_APPLICATION)),
                name="one_open_pay_application_per_program",
            ),
            both_or_neither("decided_at", "decided_by", name="pay_application_decided_at_and_by"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="pay_to_review", condition=Q(status=PayStatus.UNDER_REVIEW)),
            models.Index(fields=["-decided_at", "-id"], name="pay_decided", condition=Q(decided_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"pay application {self.pk}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def given(self) -> dict[str, Any]:
        """What was typed: {question: answer}."""
        return dict(json.loads(self.answers))

    @property
    def sms_purpose(self) -> str:
        """A code is for this application: the wrong tries of another one can't spoil it."""
        return f"pay:{self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Whether the desk should have decided by now."""
        return self.status == PayStatus.UNDER_REVIEW and self.due_at is not None and self.due_at <= now()
