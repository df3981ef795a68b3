"""The lifecycle of an Open Platform account: whether its developer qualification is verified (console.md §14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.lifecycle import Lifecycle, Move


class OpenAccountStatus(models.TextChoices):
    """Whether the developer qualification is verified: what binding Mini Programs asks for."""

    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    LAPSED = "lapsed", _("Verification expired")


VERIFY = Move.of(
    "verify",
    (OpenAccountStatus.UNVERIFIED, OpenAccountStatus.LAPSED),
    OpenAccountStatus.VERIFIED,
    "openplatform.openaccount.verified",
)
LAPSE = Move.of("lapse", OpenAccountStatus.VERIFIED, OpenAccountStatus.LAPSED, "openplatform.openaccount.lapsed")

OPEN_ACCOUNT = Lifecycle("openaccount", OpenAccountStatus, OpenAccountStatus.UNVERIFIED, (VERIFY, LAPSE))
