"""Who stands behind a Mini Program: its entity, that entity's standing, and the administrator's registration."""

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, WeChatPerson
from entities.lifecycle import STANDING, StandingStatus
from entities.models.papers import Paper
from platform_site.kernel.clock import now
from platform_site.kernel.constraints import one_of, set_exactly_when, status_is_known
from platform_site.kernel.models import ImmutableModel, LifecycleModel, LifecycleQuerySet, status_field
from platform_site.kernel.secrets import EncryptedTextField


class EntityType(models.TextChoices):
    """The six entity types of the seed."""

    INDIVIDUAL = "individual", _("Individual")
    CORPORATE = "corporate", _("Corporate")
    INDIVIDUAL_BUSINESS = "individual_business", _("Corporate (Individually-Owned Business)")
    GOVERNMENT = "government", _("Government")
    MEDIA = "media", _("Media")
    OTHER = "other", _("Other Organizations")


class VerificationMethod(models.TextChoices):
    """How the entity proves who it is, chosen at registration (seed.md, Enter entity information)."""

    NONE = "none", _("The administrator's scan")
    REMITTANCE = "remittance", _("Remittance from the corporate account")
    WECHAT_VERIFICATION = "wechat_verification", _("WeChat Verification")


METHODS: dict[str, tuple[VerificationMethod, ...]] = {
    EntityType.INDIVIDUAL: (VerificationMethod.NONE,),
    EntityType.CORPORATE: (VerificationMethod.REMITTANCE, VerificationMethod.WECHAT_VERIFICATION),
    EntityType.INDIVIDUAL_BUSINESS: (VerificationMethod.REMITTANCE, VerificationMethod.WECHAT_VERIFICATION),
    EntityType.GOVERNMENT: (VerificationMethod.WECHAT_VERIFICATION,),
    EntityType.MEDIA: (VerificationMethod.WECHAT_VERIFICATION,),
    EntityType.OTHER: (VerificationMethod.WECHAT_VERIFICATION,),
}


def _fitting_methods() -> Q:
    fits = Q()
    for kind, methods in METHODS.items():
        fits |= Q(type=str(kind), method__in=sorted(str(method) for method in methods))
    return fits


class Entity(ImmutableModel):
    """The legal subject of one Mini Program. Written once, at registration; the database refuses any change.

    `number` is an individual's resident ID number, a company's credit code or registration number, an organisation's
    code; "" for government, which is known by its name. `number_digest` is equal for the same entity.
    """

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="entity")
    type = models.CharField(max_length=24, choices=EntityType.choices)
    method = models.CharField(max_length=24, choices=VerificationMethod.choices, default=VerificationMethod.NONE)
    country = models.CharField(max_length=2, default="CN")
    name = EncryptedTextField()
    number = EncryptedTextField(blank=True)
    number_digest = models.CharField(max_length=64, db_index=True)
    registered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entities"
        constraints = [
            one_of("type", EntityType, name="entity_type_is_known"),
            models.CheckConstraint(condition=_fitting_methods(), name="entity_method_fits_its_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def has_old_licence(self) -> bool:
        """Whether its licence bears a registration number of 15 digits, beside which there is an organisation code."""
        return self.country == "CN" and re.fullmatch(r"[0-9]{15}", self.number) is not None


class EntityPaper(ImmutableModel):
    """A scan handed in with the registration of an entity: the sealed organisation code certificate."""

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="entity_papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"paper {self.paper_id} of {self.entity_id}"


class StandingQuerySet(LifecycleQuerySet["Standing"]):
    """Words for standings."""

    def counting(self) -> "StandingQuerySet":
        """Those whose registration has not failed, nor is overdue though no sweep has come by yet."""
        overdue = Q(status=StandingStatus.UNPROVEN, proof_due_at__lte=now())
        return self.exclude(status=StandingStatus.FAILED).exclude(overdue)


class Standing(LifecycleModel):
    """Whether the entity behind a Mini Program is proven and verified: what every gate asks.

    `proof_due_at` is the remittance's deadline (null on other paths); `verified_until` the end of the verification.
    """

    lifecycle = STANDING

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="standing")
    status = status_field(STANDING)
    proof_due_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_until = models.DateTimeField(null=True)
    reminded_of = models.PositiveSmallIntegerField(default=0)  # how many reminders of the expiry have been sent
    failed_at = models.DateTimeField(null=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(STANDING),
            set_exactly_when(
                "verified_until", {StandingStatus.VERIFIED, StandingStatus.LAPSED}, name="verified_has_an_end"
            ),
            set_exactly_when("failed_at", {StandingStatus.FAILED}, name="failed_at_exactly_when_failed"),
        ]
        indexes = [
            models.Index(
                fields=["verified_until"],
                condition=Q(status=StandingStatus.VERIFIED),
                name="standing_verified_by_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} ({self.mini_program_id})"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def is_verified(self) -> bool:
        """Whether WeChat Verification holds now: its end counts from the second on, whether or not a sweep came by."""
        return (
            self.status == StandingStatus.VERIFIED and self.verified_until is not None and self.verified_until > now()
        )

    @property
    def is_proven(self) -> bool:
        """Whether the platform knows who this is: by scan, remittance, or a verification, even one that has expired."""
        return self.status in (StandingStatus.PROVEN, StandingStatus.VERIFIED, StandingStatus.LAPSED)

    @property
    def is_overdue(self) -> bool:
        """Whether the time to prove it is over, whether or not a sweep came by."""
        return self.status == StandingStatus.UNPROVEN and self.proof_due_at is not None and self.proof_due_at <= now()


class AdministratorRecord(models.Model):
    """The administrator's registered information: name, ID and phone, as proved when they took the office."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="administrator_record")
    person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="administrator_records")
    name = EncryptedTextField()
    id_number = EncryptedTextField()
    identity_digest = models.CharField(max_length=64, db_index=True)
    id_digest = models.CharField(max_length=64, db_index=True)  # one ID card registers a limited number
    phone = EncryptedTextField()
    phone_digest = models.CharField(max_length=64, db_index=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
