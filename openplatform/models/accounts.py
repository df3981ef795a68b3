"""Open Platform accounts, and which Mini Programs are bound to them."""

from django.db import models

from accounts.models import MiniProgram, User, WeChatPerson
from openplatform.lifecycle import OPEN_ACCOUNT, OpenAccountStatus
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import set_exactly_when, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class OpenAccount(LifecycleModel):
    """An account of the Open Platform: a person has one UnionID for all that is bound to it (seed.md, UnionID).

    `user` is who logs in at /open/; null where a Mini Program's server made it (wire-api.md §1.10), `made_for` then
    says for which. `entity_digest` is equal for the same entity (entities.Entity.number_digest); "" until it is given.
    """

    lifecycle = OPEN_ACCOUNT

    open_appid = models.CharField(max_length=18, unique=True)  # wx + 16 lower-case hex
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="open_account")
    made_for = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, null=True, related_name="+")
    status = status_field(OPEN_ACCOUNT)
    entity_type = models.CharField(max_length=24, blank=True)
    entity_name = EncryptedTextField(blank=True)
    entity_number = EncryptedTextField(blank=True)
    entity_digest = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField()
    verified_until = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["OpenAccount"].as_manager()

    class Meta:
        constraints = [
            status_is_known(OPEN_ACCOUNT),
            set_exactly_when(
                "verified_until",
                {OpenAccountStatus.VERIFIED, OpenAccountStatus.LAPSED},
                name="open_account_verified_until_once_verified",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, made_for__isnull=True)
                | models.Q(user__isnull=True, made_for__isnull=False),
                name="open_account_of_a_user_or_made_by_api",
            ),
        ]
        indexes = [
            models.Index(
                fields=["verified_until"], name="open_accounts_to_lapse", condition=models.Q(status="verified")
            )
        ]

    def __str__(self) -> str:
        return self.open_appid

    @property
    def label(self) -> str:
        """What people call it: who logs in, or the AppID where nobody does."""
        return self.user.email if self.user is not None else self.open_appid

    @property
    def is_verified(self) -> bool:
        """Whether its developer qualification holds now: its end counts from the second on, swept or not."""
        return (
            self.status == OpenAccountStatus.VERIFIED
            and self.verified_until is not None
            and self.verified_until > now()
        )


class OpenBinding(models.Model):
    """A Mini Program bound to an Open Platform account: to one at most."""

    account = models.ForeignKey(OpenAccount, on_delete=models.PROTECT, related_name="bindings")
    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="open_binding")
    bound_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="+")  # null: by API
    bound_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mini_program_id} to {self.account_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
