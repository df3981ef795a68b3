"""QR codes that a Mini Program's server asks for: each opens one page of the program."""

from django.db import models

from accounts.models import MiniProgram, QrLink
from platform_site.kernel.constraints import one_of


class CodeKind(models.TextChoices):
    """Which call made it: those by path are few and count for ever, those by scene are as many as one likes."""

    PATH = "path", "getwxacode"
    SCENE = "scene", "getwxacodeunlimit"
    QR = "qr", "createwxaqrcode"


class Environment(models.TextChoices):
    """Which version it opens, under the wire's names: online, experience, or the scanner's own preview."""

    RELEASE = "release", "release"
    TRIAL = "trial", "trial"
    DEVELOP = "develop", "develop"


class PageCode(models.Model):
    """A QR that opens a page with its query: permanent, made once for each different page, query and version.

    `page` is "" for the page at which the program begins; `query` is what the page is told ("scene=…" for a scene).
    `slug` (128 bits) names it in the phone's address, so that nobody lists other programs' codes.
    """

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="page_codes")
    kind = models.CharField(max_length=8, choices=CodeKind.choices)
    env_version = models.CharField(max_length=8, choices=Environment.choices)
    page = models.CharField(max_length=1024, blank=True)
    query = models.CharField(max_length=1024, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # of all the above: asked for again, it is the same QR
    slug = models.CharField(max_length=32, unique=True)
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, related_name="page_code")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", CodeKind, name="page_code_kind_is_known"),
            one_of("env_version", Environment, name="page_code_version_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.page or '/'} of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid

    @property
    def path(self) -> str:
        """What the QR encodes."""
        return f"/q/{self.link.code}"
