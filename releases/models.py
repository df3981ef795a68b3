"""From development version to users: audit orders with their function pages and reasons, and releases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, QrLink, User, WeChatPerson
from developers.models import Build
from entities.categories import CATEGORIES
from platform_site.kernel.constraints import both_or_neither, set_exactly_when, status_is_known
from platform_site.kernel.models import ImmutableModel, LifecycleModel, LifecycleQuerySet, status_field
from releases.lifecycle import DECIDED, IN_REVIEW_SLOT, ORDER, RELEASE, OrderStatus, ReleaseStatus
from releases.reasons import REASONS, Reason


class AuditOrderQuerySet(LifecycleQuerySet["AuditOrder"]):
    def in_review_slot(self) -> "AuditOrderQuerySet":
        """The one the Review module shows."""
        return self.filter(status__in=IN_REVIEW_SLOT)

    def waiting(self) -> "AuditOrderQuerySet":
        """The desk's queue."""
        return self.filter(status=OrderStatus.UNDER_REVIEW)


class AuditOrder(LifecycleModel):
    """One submission of one build for review. `attempt` counts the program's submissions from 1."""

    lifecycle = ORDER

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="orders")
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="orders")
    attempt = models.PositiveIntegerField()
    status = status_field(ORDER)
    notes = models.CharField(max_length=200, blank=True)  # for the reviewer
    submitted_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = AuditOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(ORDER),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(status__in=sorted(IN_REVIEW_SLOT)),
                name="one_order_in_the_review_slot",
            ),
            models.UniqueConstraint(fields=["mini_program", "attempt"], name="attempt_once_per_program"),
            set_exactly_when("decided_at", DECIDED, name="order_decided_at_exactly_when_decided"),
            both_or_neither("decided_at", "decided_by", name="order_decided_at_and_by"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="order_queue", condition=Q(status=OrderStatus.UNDER_REVIEW)),
        ]

    def __str__(self) -> str:
        return f"{self.build} #{self.attempt}"

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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="reason_code_once_per_order")]

    def __str__(self) -> str:
        return self.code

    @property
    def known(self) -> Reason | None:
        """Title and explanation of the code, if the list still has it."""
        return REASONS.get(self.code)


class ReleaseQuerySet(LifecycleQuerySet["Release"]):
    def online(self) -> "ReleaseQuerySet":
        return self.filter(status=ReleaseStatus.ONLINE)


class Release(LifecycleModel):
    """An approved version that users run, until a later one replaces it."""

    lifecycle = RELEASE

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="releases")
    order = models.OneToOneField(AuditOrder, on_delete=models.PROTECT, related_name="release")
    status = status_field(RELEASE)
    published_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    search_words = models.TextField(blank=True)  # titles and tags of the function pages, as searching sees them

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(RELEASE),
            models.UniqueConstraint(
                fields=["mini_program"], condition=Q(status=ReleaseStatus.ONLINE), name="one_release_online"
            ),
            set_exactly_when("replaced_at", {ReleaseStatus.REPLACED}, name="release_replaced_at_exactly_when_replaced"),
        ]

    def __str__(self) -> str:
        return f"{self.order.build} of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class ProgramCode(models.Model):
    """The Mini Program's own QR, permanent; exists from the first release on."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="program_code")
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, related_name="program_code")

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def path(self) -> str:
        """What the QR encodes."""
        return f"/q/{self.link.code}"
