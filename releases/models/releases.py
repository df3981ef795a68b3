"""Releases: what users run, in phases or in full; the service; the Mini Program's own QR."""

from django.db import models
from django.db.models import Q

from accounts.models import MiniProgram, QrLink, WeChatPerson
from platform_site.kernel.constraints import set_exactly_when, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from releases.lifecycle import ENDED, IN_PHASES, LIVE, PLAN_STATUS, RELEASE, SERVICE, ReleaseStatus
from releases.models.orders import AuditOrder


class ReleaseQuerySet(LifecycleQuerySet["Release"]):
    def online(self) -> "ReleaseQuerySet":
        """The full one, of each Mini Program one at most."""
        return self.filter(status=ReleaseStatus.ONLINE)

    def in_phases(self) -> "ReleaseQuerySet":
        """The phased one, of each Mini Program one at most."""
        return self.filter(status__in=sorted(IN_PHASES))

    def live(self) -> "ReleaseQuerySet":
        """Both: what anybody may be running now."""
        return self.filter(status__in=sorted(LIVE))


class Release(LifecycleModel):
    """An approved version that users run: all of them, or `percent` of them while it is released in phases.

    A phased release becomes a full one by itself at `full_at`. `members_first`: project members get it whatever their
    share is. `restored_at`: it came back by a rollback, and no further rollback is possible from it.
    """

    lifecycle = RELEASE

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="releases")
    order = models.ForeignKey(AuditOrder, on_delete=models.PROTECT, related_name="releases")
    status = status_field(RELEASE)
    percent = models.PositiveSmallIntegerField(default=100)
    members_first = models.BooleanField(default=False)
    published_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    full_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    search_words = models.TextField(blank=True)  # titles and tags of the function pages, as searching sees them

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(RELEASE),
            models.UniqueConstraint(
                fields=["mini_program"], condition=Q(status=ReleaseStatus.ONLINE), name="one_release_online"
            ),
            models.UniqueConstraint(
                fields=["mini_program"], condition=Q(status__in=sorted(IN_PHASES)), name="one_phased_release"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=~Q(status=ReleaseStatus.CANCELLED), name="one_release_of_an_order"
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100) & (~Q(status=ReleaseStatus.ONLINE) | Q(percent=100)),
                name="release_percent_to_100_and_all_when_online",
            ),
            set_exactly_when("ended_at", ENDED, name="release_ended_at_exactly_when_ended"),
            set_exactly_when("full_at", IN_PHASES, name="release_full_at_exactly_while_in_phases"),
        ]
        indexes = [
            models.Index(fields=["full_at"], name="release_full_at", condition=Q(full_at__isnull=False)),
            models.Index(fields=["mini_program", "-published_at"], name="releases_of_program"),
        ]

    def __str__(self) -> str:
        return f"{self.order.build} of {self.mini_program_id}"

    @property
    def plan_status(self) -> int:
        """The state of the phased plan as the server API numbers it (review.md §3.1)."""
        return PLAN_STATUS[self.status]

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class Service(LifecycleModel):
    """Whether users can open the Mini Program at all. It exists from the first publication on."""

    lifecycle = SERVICE

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="service")
    status = status_field(SERVICE)
    words = models.TextField(blank=True)  # why the platform suspended it; its administrator reads them
    was_closed = models.BooleanField(default=False)  # the administrator had suspended it before the platform did
    changed_at = models.DateTimeField()

    objects = LifecycleQuerySet["Service"].as_manager()

    class Meta:
        constraints = [status_is_known(SERVICE)]

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

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
