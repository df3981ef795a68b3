"""The Mini Program (the tenant) and its members."""

from django.db import models
from django.db.models import Q

from accounts.models.people import User, WeChatPerson
from accounts.permissions import Role, role_may
from platform_site.kernel.constraints import one_of


class MiniProgram(models.Model):
    """A Mini Program: the tenant that everything later belongs to."""

    appid = models.CharField(max_length=18, unique=True)  # wx + 16 lower-case hex
    original_id = models.CharField(max_length=15, unique=True)  # gh_ + 12 lower-case hex
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="mini_program")
    former_user = models.ForeignKey(  # whose registration failed: the account begins anew, this Mini Program is over
        User, on_delete=models.SET_NULL, null=True, related_name="failed_mini_programs"
    )
    in_closed_beta = models.BooleanField(default=False)  # the Publish button can't be pressed
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, closed_at=None) | Q(user=None, closed_at__isnull=False),
                name="program_has_an_account_until_closed",
            )
        ]

    def __str__(self) -> str:
        return self.appid

    @property
    def audit_appid(self) -> str:
        return self.appid

    @property
    def account(self) -> User:
        """The log-in account; ValueError once the Mini Program is closed, when nobody gets here any more."""
        if self.user is None:
            raise ValueError(f"{self.appid} is closed")
        return self.user

    @property
    def mini_program(self) -> "MiniProgram":
        """Itself: so that a permission over it reads like one over anything that belongs to it."""
        return self

    @property
    def mini_program_id(self) -> int:
        return self.pk


class Member(models.Model):
    """A WeChat person's place in one Mini Program. This is who acts in the console."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "person"], name="one_role_per_person_and_program"),
            models.UniqueConstraint(
                fields=["mini_program"], condition=Q(role=Role.ADMINISTRATOR), name="one_administrator_per_program"
            ),
            one_of("role", Role, name="member_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.role})"

    def holds(self, permission: str) -> bool:
        """Whether this member's role has the permission."""
        return role_may(self.role, permission)

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def actor_kind(self) -> str:
        return "member"

    @property
    def actor_id(self) -> str:
        return str(self.person_id)

    @property
    def actor_name(self) -> str:
        return self.person.actor_name

    def may(self, permission: str, subject: models.Model | None) -> bool:
        """A member may, in their own Mini Program only, what their role may."""
        return getattr(subject, "mini_program_id", None) == self.mini_program_id and self.holds(permission)
