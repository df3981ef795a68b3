"""The lifecycle of a build: uploaded code, the "development version" of the console (review.md §3.2 A)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class BuildStatus(models.TextChoices):
    """One current build per uploader; uploading again replaces the earlier one."""

    READY = "ready", _("Development version")
    REPLACED = "replaced", _("Replaced by a later upload")
    DELETED = "deleted", _("Deleted")


REPLACE = Move.of(
    "replace", BuildStatus.READY, BuildStatus.REPLACED, "developers.build.replaced", Permission.BUILD_UPLOAD
)
DELETE = Move.of("delete", BuildStatus.READY, BuildStatus.DELETED, "developers.build.deleted", Permission.BUILD_DELETE)

BUILD = Lifecycle("build", BuildStatus, BuildStatus.READY, (REPLACE, DELETE))
