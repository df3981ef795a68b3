"""Mobile and website applications of an Open Platform account (console.md §14)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from openplatform.lifecycle import APPLICATION, ApplicationStatus
from openplatform.models.accounts import OpenAccount
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import both_or_neither, one_of, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field


class ApplicationKind(models.TextChoices):
    """A tab of the Administration Center."""

    MOBILE = "mobile", _("Mobile Application")
    WEBSITE = "website", _("Website Application")


class Application(LifecycleModel):
    """An application that people log in to with WeChat. `app_id` is given with the first approval and stays.

    A mobile one names its bundle on iOS, its package and signature on Android, or both; a website its callback domain.
    """

    lifecycle = APPLICATION

    account = models.ForeignKey(OpenAccount, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=16, choices=ApplicationKind.choices)
    status = status_field(APPLICATION)
    app_id = models.CharField(max_length=18, unique=True, null=True)  # wx + 16 lower-case hex
    name = models.CharField(max_length=64)
    introduction = models.CharField(max_length=255)
    site = models.URLField(max_length=255)
    icon_small_sha256 = models.CharField(max_length=64)
    icon_large_sha256 = models.CharField(max_length=64)
    ios_bundle = models.CharField(max_length=155, blank=True)
    android_package = models.CharField(max_length=255, blank=True)
    android_signature = models.CharField(max_length=32, blank=True)  # MD5 of the signing certificate, lower-case hex
    callback_domain = models.CharField(max_length=253, blank=True)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = LifecycleQuerySet["Application"].as_manager()

    class Meta:
        constraints = [
            status_is_known(APPLICATION),
            one_of("kind", ApplicationKind, name="application_kind_is_known"),
            both_or_neither("decided_at", "decided_by", name="application_decided_at_and_by"),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.APPROVED) | Q(app_id__isnull=False),
                name="approved_application_has_an_appid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="applications_to_review",
                condition=Q(status=ApplicationStatus.UNDER_REVIEW),
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="applications_decided", condition=Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_overdue(self) -> bool:
        """Whether the desk should have decided by now."""
        return self.status == ApplicationStatus.UNDER_REVIEW and self.due_at <= now()

    def icon(self, size: str) -> str:
        """SHA-256 of the "small" or the "large" icon."""
        return self.icon_small_sha256 if size == "small" else self.icon_large_sha256
