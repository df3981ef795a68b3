"""What users see of a Mini Program: name, avatar, introduction, service categories; and what is asked for them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, User
from entities.lifecycle import CATEGORY, NAME, CategoryStatus, NameStatus
from entities.models.papers import Paper
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import both_or_neither, one_of, set_exactly_when, status_is_known
from platform_site.kernel.models import ImmutableModel, LifecycleModel, LifecycleQuerySet, status_field

if TYPE_CHECKING:
    from entities.categories import Category


class Profile(models.Model):
    """What users see of a Mini Program: name, avatar, introduction. Exists once the information is filled in.

    `name_key` is the name as uniqueness sees it (NFKC, case folded, inner spaces collapsed). The name is "" (and its
    key null) while one with a protected word is under review.
    """

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="profile")
    name = models.CharField(max_length=30, blank=True)
    name_key = models.CharField(max_length=60, unique=True, null=True)
    avatar = models.ImageField(upload_to="avatars/")  # re-encoded PNG, named by its SHA-256
    introduction = models.CharField(max_length=120)
    is_searchable = models.BooleanField(default=True)  # "allow search by name"
    completed_at = models.DateTimeField()
    first_published_at = models.DateTimeField(null=True)  # from then on other rules hold for changes of the name

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name="", name_key=None) | (~Q(name="") & Q(name_key__isnull=False)),
                name="profile_name_with_its_key",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def avatar_url(self) -> str:
        """The picture's address on this platform, whatever the storage is."""
        return f"/media/{self.avatar.name}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class ChangeKind(models.TextChoices):
    """What can be changed after it was first filled in."""

    NAME = "name", _("Name")
    AVATAR = "avatar", _("Avatar")
    INTRODUCTION = "introduction", _("Introduction")
    CATEGORIES = "categories", _("Service categories")


class ProfileChange(models.Model):
    """A change of the information after it was first filled in: what the monthly quotas count."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="profile_changes")
    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [one_of("kind", ChangeKind, name="profile_change_kind_is_known")]
        indexes = [models.Index(fields=["mini_program", "kind", "-changed_at"], name="profile_change_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mini_program_id}"


class ServiceCategory(LifecycleModel):
    """A category that a Mini Program has chosen; `code` is a leaf of rulebooks/categories.toml.

    One that asks for no papers is granted at once; others wait for the desk (`due_at`), which may reject with a reason.
    """

    lifecycle = CATEGORY

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    status = status_field(CATEGORY)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was rejected the last time

    objects = LifecycleQuerySet["ServiceCategory"].as_manager()

    class Meta:
        verbose_name_plural = "service categories"
        constraints = [
            status_is_known(CATEGORY),
            models.UniqueConstraint(fields=["mini_program", "code"], name="category_once_per_program"),
            models.UniqueConstraint(fields=["mini_program", "position"], name="category_position_once_per_program"),
            both_or_neither("decided_by", "decided_at", name="category_decided_by_and_at"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status=CategoryStatus.UNDER_REVIEW),
                name="category_to_decide",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def leaf(self) -> "Category | None":
        """What the list of categories says of it; None if the list has lost it."""
        from entities.categories import CATEGORIES

        return CATEGORIES.get(self.code)

    @property
    def label(self) -> str:
        """First and second level in the reader's language."""
        return self.leaf.label if self.leaf else self.code

    @property
    def is_overdue(self) -> bool:
        """Whether the desk has let the promised time pass."""
        return self.status == CategoryStatus.UNDER_REVIEW and self.due_at is not None and self.due_at <= now()


class CategoryPaper(models.Model):
    """A qualification paper handed in for a category: which round of which category, which of the papers asked for."""

    category = models.ForeignKey(ServiceCategory, on_delete=models.CASCADE, related_name="category_papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()  # 1 for the first submission, one more each time it is resubmitted
    alternative = models.PositiveSmallIntegerField()  # which set of documents was chosen
    document = models.PositiveSmallIntegerField()  # which document of that set

    def __str__(self) -> str:
        return f"paper {self.paper_id} of {self.category_id}"


class NameApplication(LifecycleModel):
    """A name with a protected word, asked for with naming proof; nobody else can have it while it is under review."""

    lifecycle = NAME

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="name_applications")
    name = models.CharField(max_length=30)
    name_key = models.CharField(max_length=60)
    protected_words = models.JSONField(default=list)  # the words that were hit
    explanation = models.CharField(max_length=200, blank=True)
    status = status_field(NAME)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = LifecycleQuerySet["NameApplication"].as_manager()

    class Meta:
        constraints = [
            status_is_known(NAME),
            set_exactly_when("decided_at", {NameStatus.APPROVED, NameStatus.REJECTED}, name="name_decided_at"),
            both_or_neither("decided_by", "decided_at", name="name_decided_by_and_at"),
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(status=NameStatus.UNDER_REVIEW), name="one_application_per_name"
            ),
            models.UniqueConstraint(
                fields=["mini_program"], condition=Q(status=NameStatus.UNDER_REVIEW), name="one_open_name_per_program"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status=NameStatus.UNDER_REVIEW), name="name_to_decide")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class NamePaper(ImmutableModel):
    """A naming proof: a trademark certificate, an authorisation."""

    application = models.ForeignKey(NameApplication, on_delete=models.PROTECT, related_name="name_papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"paper {self.paper_id} of {self.application_id}"
