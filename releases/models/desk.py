"""What the desk writes about a submission: held decisions, messages, screenshots, notes; and its policy."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, User, WeChatPerson
from entities.models.papers import stored_name_of
from platform_site.kernel.constraints import both_or_neither, one_of
from platform_site.kernel.models import ImmutableModel
from releases.models.orders import AuditOrder, RejectionReason


class HeldWhy(models.TextChoices):
    """Why a decision waits for a second reviewer."""

    SAMPLED = "sampled", _("Picked for a second opinion")
    ASKED = "asked", _("The reviewer asked for a second opinion")


class HeldOutcome(models.TextChoices):
    """What has become of a held decision."""

    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    SENT_BACK = "sent_back", _("Sent back")
    DROPPED = "dropped", _("Withdrawn before anybody looked at it")


class MessageKind(models.TextChoices):
    """What a message is; a note is for staff only, all others are read by the administrator too."""

    MESSAGE = "message", _("Message")
    QUESTION = "question", _("Question")
    ANSWER = "answer", _("Answer")
    DELAY = "delay", _("Why it is delayed")
    NOTE = "note", _("Note for staff")


class HeldDecision(models.Model):
    """A decision that waits for a second reviewer, never the same person: confirmed, or sent back to the desk."""

    order = models.ForeignKey(AuditOrder, on_delete=models.CASCADE, related_name="held_decisions")
    action = models.CharField(max_length=16)  # a verdict of releases/desk: approve, reject
    payload = models.JSONField(default=dict)  # what the action was given: reasons, …
    why = models.CharField(max_length=16, choices=HeldWhy.choices)
    words = models.TextField(blank=True)  # for the second reviewer
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=HeldOutcome.choices, default=HeldOutcome.OPEN)
    second_words = models.TextField(blank=True)
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("why", HeldWhy, name="held_why_is_known"),
            one_of("outcome", HeldOutcome, name="held_outcome_is_known"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(outcome=HeldOutcome.OPEN), name="one_held_decision_open"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("held_by")),
                name="second_opinion_of_somebody_else",
            ),
            both_or_neither("second_at", "second_by", name="held_second_at_and_by"),
        ]
        indexes = [models.Index(fields=["second_at"], name="held_second_at", condition=Q(second_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.action} of {self.order_id}"


class OrderMessage(ImmutableModel):
    """What staff and the administrator write to each other about a submission; `note` is for staff only."""

    order = models.ForeignKey(AuditOrder, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    text = models.TextField()
    staff = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", MessageKind, name="order_message_kind_is_known"),
            models.CheckConstraint(
                condition=Q(staff__isnull=True, person__isnull=False) | Q(staff__isnull=False, person__isnull=True),
                name="order_message_by_staff_or_person",
            ),
        ]
        indexes = [models.Index(fields=["order", "id"], name="order_messages")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"


class ReviewPicture(models.Model):
    """A screenshot about a submission, drawn anew (JPEG) and kept privately: a reviewer's, or the administrator's."""

    order = models.ForeignKey(AuditOrder, on_delete=models.CASCADE, related_name="pictures")
    reason = models.ForeignKey(RejectionReason, on_delete=models.CASCADE, null=True, related_name="pictures")
    message = models.ForeignKey(OrderMessage, on_delete=models.CASCADE, null=True, related_name="pictures")
    staff = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"picture {self.pk}"

    @property
    def stored_name(self) -> str:
        """Where the storage has it."""
        return stored_name_of(self.sha256)


class StaffNote(ImmutableModel):
    """What staff keep in mind about a Mini Program, over all its submissions; nobody else sees it."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="staff_notes")
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mini_program", "-id"], name="staff_notes")]

    def __str__(self) -> str:
        return f"note on {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class DeskPolicy(models.Model):
    """What the desk has agreed on; the newest row counts. `second_opinion_percent` of decisions is held."""

    second_opinion_percent = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(second_opinion_percent__lte=100), name="second_opinion_percent_to_100")
        ]

    def __str__(self) -> str:
        return f"policy {self.pk}"
