"""What developers have: AppSecret and upload key, projects, code packages, previews, builds, the experience version."""

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


class UploadKey(models.Model):
    """The code upload key of a Mini Program: an RSA key pair of which only the public half is kept (console.md §6).

    Whoever holds the private half uploads as the administrator who generated it, without a scan. Reset kills the old.
    `checks_address` turns the list of UploadAddress on.
    """

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.CASCADE, related_name="upload_key")
    public_key = models.TextField()  # PEM
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the public key's DER
    generated_at = models.DateTimeField()
    generated_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    checks_address = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class UploadAddress(models.Model):
    """A network from which code may be uploaded by key: an IPv4 or IPv6 address, or a range in CIDR form."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="upload_addresses")
    network = models.CharField(max_length=49)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "upload addresses"
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "network"], name="upload_address_once_per_program")
        ]

    def __str__(self) -> str:
        return self.network

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class UploadNonce(models.Model):
    """A random text that one request of the uploader signs: of one Mini Program, used once, short-lived."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"for {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class CodePackage(models.Model):
    """A Mini Program's source tree as it was sent, stored once by its SHA-256 as a normalised zip.

    `facts` is what the inspector read: {"pages": [...], "subpackages": [...], "tab_bar": [...], "window": {...},
    "sizes": {"main": bytes, …, "total": bytes}, "files": [{"path", "bytes"}, …]}, and as "report" what it said
    (packages.report.Report as JSON). `size` is of the files, in bytes.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="packages/")
    size = models.PositiveIntegerField()
    facts = models.JSONField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Project(models.Model):
    """A project in a person's developer tools: an AppID or none, a local name, a local directory.

    `package` is the code it works on now, kept between preview and upload; `report` (packages.report.Report as JSON)
    is what the inspector said when that code was read from the directory; `settings` is what project.config.json said.
    Without an AppID there is no Mini Program: nothing to preview or upload (console.md §7.3).
    """

    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="projects")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, null=True, related_name="projects")
    name = models.CharField(max_length=64)
    directory = models.CharField(max_length=255, blank=True)
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, null=True, related_name="projects")
    report = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    packed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    uploaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "mini_program", "name"], name="project_name_once_per_person_and_program"
            ),
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=Q(mini_program=None),
                name="project_name_once_per_person_without_appid",
            ),
            both_or_neither("package", "packed_at", name="project_package_and_packed_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid if self.mini_program else ""


class Preview(models.Model):
    """Code sent up for one look on the developer's own phone; its QR expires.

    `project` is null for one that came by the upload key: it is the administrator's. `start_path` is the page with its
    query that opens first ("" for the first page), `scene` the number that the program is told.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="previews")
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="previews")
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, related_name="previews")
    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="previews")
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, related_name="preview")
    start_path = models.CharField(max_length=1024, blank=True)
    scene = models.PositiveIntegerField(default=1011)
    robot = models.PositiveSmallIntegerField(null=True)
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
    """Uploaded code: a development version. `robot` is 1-30 where it came by the upload key, null from the tools."""

    lifecycle = BUILD

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="builds")
    package = models.ForeignKey(CodePackage, on_delete=models.PROTECT, related_name="builds")
    uploader = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="builds")
    robot = models.PositiveSmallIntegerField(null=True)
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
                condition=Q(status=BuildStatus.READY, robot=None),
                name="one_build_per_uploader",
            ),
            models.UniqueConstraint(
                fields=["mini_program", "robot"],
                condition=Q(status=BuildStatus.READY, robot__isnull=False),
                name="one_build_per_robot",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class SourceMap(models.Model):
    """The source maps that came with a build by the uploader: JSON `{sourcemap_list: […]}`, beside the package."""

    build = models.OneToOneField(Build, on_delete=models.CASCADE, related_name="source_map")
    file = models.FileField(upload_to="sourcemaps/")
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"of {self.build_id}"


class ExperienceVersion(models.Model):
    """The one development version that members and experiencers open on the phone, with the page it starts at."""

    mini_program = models.OneToOneField(MiniProgram, on_delete=models.PROTECT, related_name="experience_version")
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="experience_of")
    link = models.OneToOneField(QrLink, on_delete=models.PROTECT, related_name="experience_version")
    start_path = models.CharField(max_length=1024, blank=True)
    set_by = models.ForeignKey(WeChatPerson, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
