"""Who stands behind a Mini Program: its entity, the administrator's registration, the profile and its categories."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, WeChatPerson
from platform_site.kernel.constraints import one_of
from platform_site.kernel.models import ImmutableModel
from platform_site.kernel.secrets import EncryptedTextField


class EntityType(models.TextChoices):
    """The six entity types of the seed."""

    INDIVIDUAL = "individual", _("Individual")
    CORPORATE = "corporate", _("Corporate")
    INDIVIDUAL_BUSINESS = "individual_business", _("Corporate (Individually-Owned Business)")
    GOVERNMENT = "government", _("Government")
    MEDIA = "media", _("Media")
    OTHER = "other", _("Other Organizations")


class Entity(ImmutableModel):
    """The legal subject of one Mini Program. Written once, at registration; the database refuses any change."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="entity")
    type = models.CharField(max_length=24, choices=EntityType.choices)
    name = EncryptedTextField()
    number = EncryptedTextField()  # an individual's resident ID number; later a credit code
    number_digest = models.CharField(max_length=64, db_index=True)
    registered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entities"
        constraints = [one_of("type", EntityType, name="entity_type_is_known")]

    def __str__(self) -> str:
        return f"{self.type} of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class AdministratorRecord(models.Model):
    """The administrator's registered information: name, ID and phone, as proved when they took the office."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="administrator_record")
    person = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="administrator_records")
    name = EncryptedTextField()
    id_number = EncryptedTextField()
    identity_digest = models.CharField(max_length=64, db_index=True)
    phone = EncryptedTextField()
    phone_digest = models.CharField(max_length=64, db_index=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class Profile(models.Model):
    """What users see of a Mini Program: name, avatar, introduction. Exists once the information is complete.

    `name_key` is the name as uniqueness sees it (NFKC, case folded, inner spaces collapsed).
    """

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="profile")
    name = models.CharField(max_length=30)
    name_key = models.CharField(max_length=60, unique=True)
    name_changes = models.PositiveSmallIntegerField(default=0)
    avatar = models.ImageField(upload_to="avatars/")  # re-encoded PNG, named by its SHA-256
    introduction = models.CharField(max_length=120)
    completed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def avatar_url(self) -> str:
        """The picture's address on this platform, whatever the storage is."""
        return f"/media/{self.avatar.name}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class ServiceCategory(models.Model):
    """A category that a Mini Program has chosen; `code` is a leaf of rulebooks/categories.toml."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "service categories"
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "code"], name="category_once_per_program"),
            models.UniqueConstraint(fields=["mini_program", "position"], name="category_position_once_per_program"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
