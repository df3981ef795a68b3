"""What developers have: the AppSecret, projects in the developer tools, code packages, previews and builds."""

from django.db import models
from django.db.models import Q

from accounts.models import MiniProgram, QrLink, WeChatPerson
from developers.lifecycle import BUILD, BuildStatus
from platform_site.kernel.constraints import both_or_neither, status_is_known
from platform_site.kernel.models import LifecycleModel, LifecycleQuerySet, status_field


class AppSecret(models.Model):
    """The AppSecret of a Mini Program: 32 hex characters shown once; only the digest is kept. Reset kills the old."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.CASCADE, related_name="app_secret")
    secret_digest = models.CharField(max_length=64)
    generated_at = models.DateTimeField()
    generated_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class CodePackage(models.Model):
    """A Mini Program's source tree as it was sent, stored once by its SHA-256 as a normalised zip.

    `facts` is what the inspector read: {"pages": [...], "subpackages": [...], "tab_bar": [...], "window": {...},
    "sizes": {"main": bytes, …, "total": bytes}, "files": [{"path", "bytes"}, …]}. `size` is of the files, in bytes.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="packages/")
    size = models.PositiveIntegerField()
    facts = models.JSONField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Project(models.Model):
    """A project in a person's developer tools: AppID, a local name, a local directory.

    `package` is the code it works on now, kept between preview and upload; `report` (packages.report.Report as JSON)
    is what the inspector said when that code was read from the directory.
    """

    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="projects")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=64)
    directory = models.CharField(max_length=255, blank=True)
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, null=True, related_name="projects")
    report = models.JSONField(default=dict)
    packed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    uploaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "mini_program", "name"], name="project_name_once_per_person_and_program"
            ),
            both_or_neither("package", "packed_at", name="project_package_and_packed_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class Preview(models.Model):
    """Code sent up for one look on the developer's own phone; its QR expires."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="previews")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="previews")
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, related_name="previews")
    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="previews")
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, related_name="preview")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.package} for {self.person_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class BuildQuerySet(LifecycleQuerySet["Build"]):
    def ready(self) -> "BuildQuerySet":
        """Those that Development Management shows."""
        return self.filter(status=BuildStatus.READY)


class Build(LifecycleModel):
    """Uploaded code: a development version."""

    lifecycle = BUILD

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="builds")
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, related_name="builds")
    uploader = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="builds")
    version = models.CharField(max_length=32)
    notes = models.CharField(max_length=200, blank=True)
    status = status_field(BUILD)
    uploaded_at = models.DateTimeField()

    objects = BuildQuerySet.as_manager()

    class Meta:
        constraints = [
            status_is_known(BUILD),
            models.UniqueConstraint(
                fields=["mini_program", "uploader"],
                condition=Q(status=BuildStatus.READY),
                name="one_build_per_uploader",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
