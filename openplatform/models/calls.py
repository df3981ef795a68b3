"""What is kept of calls of the server API: the log of each, and how many there were."""

from django.db import models

from accounts.models import MiniProgram
from platform_site.kernel.constraints import one_of


class ApiCall(models.Model):
    """A call of the server API as its log shows it; `rid` is what the caller was told.

    `mini_program` is null where nobody could tell whose call it was. `parameter` and `came` say what a refusal was
    about; a secret is never in `came`. Kept for a bounded time and number (rulebook, api.log_…).
    """

    rid = models.CharField(max_length=26, unique=True)
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, null=True, related_name="api_calls")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=100)
    address = models.CharField(max_length=64, blank=True)
    called_at = models.DateTimeField(db_index=True)
    microseconds = models.PositiveIntegerField()
    errcode = models.IntegerField()
    parameter = models.CharField(max_length=40, blank=True)
    came = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["mini_program", "-id"], name="api_call_by_program"),
            models.Index(fields=["mini_program", "-id"], name="api_call_refused", condition=~models.Q(errcode=0)),
        ]

    def __str__(self) -> str:
        return self.rid

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid if self.mini_program else ""


class Period(models.TextChoices):
    """What a quota counts in: a minute, a day or a month of the world's clock, or for ever."""

    MINUTE = "minute", "minute"
    DAY = "day", "day"
    MONTH = "month", "month"
    EVER = "ever", "ever"


class ApiQuota(models.Model):
    """How many calls of one name a Mini Program has been granted in one period (that began at `since`)."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=64)
    period = models.CharField(max_length=8, choices=Period.choices)
    since = models.DateTimeField(db_index=True)
    granted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "name", "period", "since"], name="one_count_per_quota"),
            one_of("period", Period, name="api_quota_period_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} per {self.period}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
