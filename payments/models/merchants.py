"""Merchants of WeChat Pay, and the AppIDs that are linked to their numbers (console.md §13)."""

from django.db import models
from django.db.models import Q

from accounts.models import MiniProgram, WeChatPerson
from payments.lifecycle import LINK, LIVE_LINK, LinkStatus
from payments.models.applications import PayApplication
from platform_site.kernel.constraints import status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field


class Merchant(models.Model):
    """A merchant number, opened by one Mini Program, whose administrator speaks for it.

    `entity_digest` is equal for the same entity (entities.Entity.number_digest).
    """

    mchid = models.CharField(max_length=10, unique=True)  # ten digits, the first is 1
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="merchants")
    application = models.OneToOneField(PayApplication, on_delete=models.PROTECT, related_name="merchant")
    short_name = models.CharField(max_length=64)
    entity_name = models.CharField(max_length=200)
    entity_digest = models.CharField(max_length=64, db_index=True)
    opened_at = models.DateTimeField()
    signed_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mchid__regex=r"^1[0-9]{9}$"), name="mchid_is_ten_digits"),
        ]

    def __str__(self) -> str:
        return self.mchid

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class MerchantLink(LifecycleModel):
    """A merchant number and an AppID that may take payments by it."""

    lifecycle = LINK

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="links")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="merchant_links")
    status = status_field(LINK)
    asked_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = LifecycleQuerySet["MerchantLink"].as_manager()

    class Meta:
        constraints = [
            status_is_known(LINK),
            models.UniqueConstraint(
                fields=["merchant", "mini_program"],
                condition=Q(status__in=sorted(LIVE_LINK)),
                name="one_live_link_of_a_merchant_and_a_program",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} and {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def takes_payments(self) -> bool:
        """Whether payments work by it now: bound, and the Mini Program is verified, swept or not."""
        return self.status == LinkStatus.ACTIVE and self.mini_program.standing.is_verified
