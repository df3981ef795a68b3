"""Log-in accounts, the register of e-mail addresses, and WeChat people."""

from typing import ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.lifecycle import ACCOUNT
from accounts.permissions import STAFF_PERMISSIONS
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import one_of, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class EmailKind(models.TextChoices):
    """Where an e-mail address is in use: the seed's four places, and our own staff."""

    PUBLIC_PLATFORM = "public_platform", _("Public platform account")
    OPEN_PLATFORM = "open_platform", _("Open Platform account")
    CORPORATE = "corporate", _("Corporate account")
    PERSONAL = "personal", _("Personal WeChat account")
    STAFF = "staff", _("Ministage staff")


class EmailHolder(models.Model):
    """One e-mail address in use, whatever for: one address is one account of any kind."""

    email = models.EmailField()
    kind = models.CharField(max_length=16, choices=EmailKind.choices)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email"),
            one_of("kind", EmailKind, name="email_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.email


class UserManager(BaseUserManager["User"]):
    """Reads only: accounts are written by actions."""

    def get_queryset(self) -> LifecycleQuerySet["User"]:
        return LifecycleQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(LifecycleModel, AbstractBaseUser, PermissionsMixin):
    """A log-in account: e-mail and password.

    A Mini Program's, an Open Platform account's (`is_open_platform`), or a member of staff's (`is_staff`): `kind` says.
    """

    lifecycle = ACCOUNT

    email = models.EmailField(_("e-mail"), unique=True)  # lower case
    status = status_field(ACCOUNT)
    is_staff = models.BooleanField(default=False)
    is_open_platform = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    name = models.CharField(max_length=64, blank=True)  # staff only: how verdicts are signed
    person = models.ForeignKey(  # staff only: who they are on WeChat, so that nobody reviews their own program
        "accounts.WeChatPerson", on_delete=models.PROTECT, null=True, blank=True, related_name="staff_accounts"
    )
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            status_is_known(ACCOUNT),
            models.CheckConstraint(
                condition=~models.Q(is_staff=True, is_open_platform=True), name="user_is_of_one_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def kind(self) -> EmailKind:
        """Where this account logs in: one kind of place, and no other."""
        if self.is_staff:
            return EmailKind.STAFF
        return EmailKind.OPEN_PLATFORM if self.is_open_platform else EmailKind.PUBLIC_PLATFORM

    @property
    def actor_kind(self) -> str:
        return "staff" if self.is_staff else "account"

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    @property
    def actor_name(self) -> str:
        return str(self)

    def may(self, permission: str, subject: models.Model | None) -> bool:
        """Staff hold the staff permissions, except over Mini Programs of which they are a member."""
        if not (self.is_staff and self.is_active and permission in STAFF_PERMISSIONS):
            return False
        mini_program = getattr(subject, "mini_program", None)
        if mini_program is None or self.person_id is None:
            return True
        return not mini_program.members.filter(person_id=self.person_id).exists()


class ActivationLink(models.Model):
    """The link in an activation mail: single use, stored as a digest. A new one kills the old (one row per account)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="activation_link")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"for {self.user_id}"


class EmailChange(models.Model):
    """The address to which an account wants to move: proved by a mailed link, then confirmed by scan.

    One row an account, a new one in place of the old; the link's token is stored as a digest, from when it is mailed.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="email_change")
    email = models.EmailField()  # lower case
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of {self.user_id}"


class WeChatPerson(models.Model):
    """A person on WeChat, with a phone: the one who scans, confirms, is a member, opens Mini Programs.

    `real_name` and `id_number` are what the bank card bound to WeChat says ("" where none is bound).
    """

    wechat_id = models.CharField(max_length=20)
    nickname = models.CharField(max_length=32)
    phone = models.CharField(max_length=16)  # E.164
    real_name = EncryptedTextField(blank=True)
    id_number = EncryptedTextField(blank=True)
    identity_digest = models.CharField(max_length=64, blank=True, db_index=True)
    client_version = models.CharField(max_length=16, default="8.0.50")
    is_searchable = models.BooleanField(default=True)
    is_persona = models.BooleanField(default=False)  # may be picked without a password in the demo
    password = models.CharField(max_length=128, blank=True)
    colour = models.PositiveSmallIntegerField(default=0)  # 0-7: which avatar colour
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("wechat_id"), name="one_person_per_wechat_id"),
            models.UniqueConstraint(fields=["phone"], name="one_person_per_phone"),
        ]

    def __str__(self) -> str:
        return self.nickname

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw)

    def check_password(self, raw: str) -> bool:
        return check_password(raw, self.password)

    @property
    def is_real_name(self) -> bool:
        """Whether a bank card has proved who this is."""
        return bool(self.identity_digest)

    @property
    def actor_kind(self) -> str:
        return "person"

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    @property
    def actor_name(self) -> str:
        return f"{self.nickname} ({self.wechat_id})"

    def may(self, permission: str, subject: models.Model | None) -> bool:
        """A person holds the permissions of their membership in the subject's Mini Program."""
        from accounts.models.programs import Member

        mini_program_id = getattr(subject, "mini_program_id", None)
        if mini_program_id is None:
            return False
        member = Member.objects.filter(person=self, mini_program_id=mini_program_id).first()
        return member is not None and member.holds(permission)
