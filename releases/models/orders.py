"""Audit orders: one submission each, with its function pages, its reasons and its test account."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, User, WeChatPerson
from developers.models import Build
from entities.categories import CATEGORIES
from entities.models import EntityType
from platform_site.kernel.constraints import both_or_neither, one_of, set_exactly_when, status_is_known
from platform_site.kernel.models import ImmutableModel, LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField
from releases.lifecycle import (
    AT_THE_DESK,
    DECIDED,
    IN_REVIEW_SLOT,
    OPEN_ORDER,
    ORDER,
    WECHAT_STATUS,
    Lane,
    OrderStatus,
)
from releases.reasons import REASONS, Reason


class AuditOrderQuerySet(LifecycleQuerySet["AuditOrder"]):
    def in_review_slot(self) -> "AuditOrderQuerySet":
        """The one the Review module shows."""
        return self.filter(status__in=sorted(IN_REVIEW_SLOT))

    def open(self) -> "AuditOrderQuerySet":
        """Those without a verdict."""
        return self.filter(status__in=sorted(OPEN_ORDER))

    def waiting(self) -> "AuditOrderQuerySet":
        """Those that a reviewer can do something about now."""
        return self.filter(status__in=sorted(AT_THE_DESK))


def _queue_index(name: str, *columns: str, only: Q | None = None) -> models.Index:
    """An index of what waits at the desk, in an order of the queue: the million decided ones are not in it."""
    waiting = Q(status__in=sorted(AT_THE_DESK))
    return models.Index(fields=[*columns, "id"], name=name, condition=waiting & only if only else waiting)


class AuditOrder(LifecycleModel):
    """One submission of one build for review. `attempt` counts the program's submissions from 1.

    The desk's queue is ordered by (lane, due_at, id). `due_at` stands still while the developer is asked (`asked_at`
    is when that began, `asked_seconds` how long it has been in all). Only the claimer decides; a claim ends by itself
    at `claimed_until`.
    """

    lifecycle = ORDER

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="orders")
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="orders")
    attempt = models.PositiveIntegerField()
    status = status_field(ORDER)
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.NORMAL)
    entity_type = models.CharField(max_length=24, choices=EntityType.choices)
    category = models.CharField(max_length=64)
    notes = models.CharField(max_length=200, blank=True)  # for the reviewer
    feedback = models.CharField(max_length=200, blank=True)  # about the rejection before it
    appeal_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="appeals")
    submitted_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_seconds = models.PositiveIntegerField(default=0)
    expedited_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    wants_test_account = models.BooleanField(default=False)  # rejected because it needs one
    withdrawn_at = models.DateTimeField(null=True)

    objects = AuditOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(ORDER),
            models.CheckConstraint(condition=Q(lane__in=sorted(Lane.values)), name="order_lane_is_known"),
            one_of("entity_type", EntityType, name="order_entity_type_is_known"),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(status__in=sorted(IN_REVIEW_SLOT)),
                name="one_order_in_the_review_slot",
            ),
            models.UniqueConstraint(fields=["mini_program", "attempt"], name="attempt_once_per_program"),
            models.UniqueConstraint(
                fields=["appeal_of"], condition=Q(appeal_of__isnull=False), name="one_appeal_of_an_order"
            ),
            set_exactly_when("decided_at", DECIDED, name="order_decided_at_exactly_when_decided"),
            both_or_neither("decided_at", "decided_by", name="order_decided_at_and_by"),
            set_exactly_when("withdrawn_at", {OrderStatus.WITHDRAWN}, name="order_withdrawn_at_exactly_when_withdrawn"),
            set_exactly_when("asked_at", {OrderStatus.WAITING_DEVELOPER}, name="order_asked_at_exactly_when_asked"),
            models.CheckConstraint(
                condition=(Q(status=OrderStatus.CLAIMED) & Q(claimed_by__isnull=False))
                | Q(status=OrderStatus.SECOND_OPINION)
                | (~Q(status__in=[OrderStatus.CLAIMED, OrderStatus.SECOND_OPINION]) & Q(claimed_by__isnull=True)),
                name="order_claimed_by_while_claimed",
            ),
            both_or_neither("claimed_by", "claimed_at", name="order_claimed_by_and_at"),
            both_or_neither("claimed_by", "claimed_until", name="order_claimed_by_and_until"),
        ]
        indexes = [
            _queue_index("order_queue", "lane", "due_at"),
            _queue_index("order_queue_due", "due_at"),
            _queue_index("order_queue_status", "status", "lane", "due_at"),
            _queue_index("order_queue_entity", "entity_type", "lane", "due_at"),
            _queue_index("order_queue_category", "category", "lane", "due_at"),
            _queue_index("order_queue_first", "lane", "due_at", only=Q(attempt=1)),
            models.Index(fields=["asked_at", "id"], name="order_asked", condition=Q(asked_at__isnull=False)),
            models.Index(fields=["claimed_until"], name="order_claims", condition=Q(claimed_by__isnull=False)),
            models.Index(fields=["-decided_at", "-id"], name="order_decided", condition=Q(decided_at__isnull=False)),
            models.Index(
                fields=["decided_by", "-decided_at", "-id"],
                name="order_decided_by",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(fields=["submitted_at"], name="order_submitted"),
            models.Index(fields=["withdrawn_at"], name="order_withdrawn", condition=Q(withdrawn_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.build} #{self.attempt}"

    @property
    def is_open(self) -> bool:
        """Whether there is no verdict yet, and it was not withdrawn."""
        return self.status in OPEN_ORDER

    @property
    def was_rejected(self) -> bool:
        """Whether the verdict was a rejection, whatever has become of the order since: only those have reasons."""
        return bool(self.reasons.all())

    @property
    def verdict(self) -> str:
        """What the reviewer decided; the present state while nobody has."""
        if self.decided_at is None:
            return self.get_status_display()
        return str(OrderStatus.REJECTED.label if self.was_rejected else _("Approved"))

    @property
    def outside_status(self) -> str:
        """The state in the administrator's words: what the desk does with it is the desk's business."""
        if self.status in (OrderStatus.QUEUED, OrderStatus.CLAIMED, OrderStatus.SECOND_OPINION):
            return str(OrderStatus.CLAIMED.label)
        return self.get_status_display()

    @property
    def wechat_status(self) -> int:
        """The state as the server API numbers it (review.md §3.2 B)."""
        if self.status in WECHAT_STATUS:
            return WECHAT_STATUS[self.status]
        return WECHAT_STATUS[OrderStatus.REJECTED if self.was_rejected else OrderStatus.APPROVED]

    @property
    def category_label(self) -> str:
        """The category in the reader's language; its code if the list has lost it."""
        return str(CATEGORIES.get(self.category, self.category))

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class FunctionPage(ImmutableModel):
    """One of the 1-5 important pages that a submission names, for search and for the reviewer."""

    order = models.ForeignKey(AuditOrder, on_delete=models.CASCADE, related_name="function_pages")
    position = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=255)
    title = models.CharField(max_length=32)
    category = models.CharField(max_length=64)
    tags = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="function_page_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=5), name="function_page_position_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    @property
    def category_label(self) -> str:
        """The category in the reader's language; its code if the list has lost it."""
        return str(CATEGORIES.get(self.category, self.category))


class RejectionReason(ImmutableModel):
    """Why an order was rejected: a code of rulebooks/reasons.toml and the reviewer's own words."""

    order = models.ForeignKey(AuditOrder, on_delete=models.CASCADE, related_name="reasons")
    code = models.CharField(max_length=16)
    text = models.TextField()
    page = models.CharField(max_length=255, blank=True)  # where it was seen: a page of the package
    device = models.CharField(max_length=64, blank=True)  # and on what

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="reason_code_once_per_order")]

    def __str__(self) -> str:
        return self.code

    @property
    def known(self) -> Reason | None:
        """Title and explanation of the code, if the list still has it."""
        return REASONS.get(self.code)


class TestAccount(models.Model):
    """What a reviewer logs in with, given with a submission; encrypted, shown masked, each opening is logged."""

    order = models.OneToOneField(AuditOrder, on_delete=models.CASCADE, related_name="test_account")
    account = EncryptedTextField()
    password = EncryptedTextField()
    notes = EncryptedTextField(blank=True)

    __test__ = False  # pytest: no test class

    def __str__(self) -> str:
        return f"of {self.order_id}"
