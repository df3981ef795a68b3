"""The kernel's rows: lifecycles, the audit trail that is also the outbox, the world's clock, named locks."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Actor, Lifecycle


class LifecycleModel(models.Model):
    """A row with a state. `save()` never writes `status` on update: only `advance()` does.

    Subclasses set `lifecycle` and declare `status = status_field(lifecycle)`.
    """

    lifecycle: ClassVar[Lifecycle]
    status: models.CharField

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            names = kwargs.get("update_fields")
            if names is None:
                names = {f.name for f in self._meta.concrete_fields if not f.primary_key}
            kwargs["update_fields"] = set(names) - {"status"}
        elif str(self.status) != str(self.lifecycle.initial):
            raise ValueError(f"a {self._meta.verbose_name} is born {self.lifecycle.initial}, not {self.status}")
        super().save(*args, **kwargs)

    def can(self, move_name: str) -> bool:
        """Whether the table has a move of this name from the present state (permission not asked)."""
        return any(m.name == move_name and self.status in m.sources for m in self.lifecycle.moves)

    def get_status_display(self) -> str:
        return str(self.lifecycle.statuses(self.status).label)


def status_field(lifecycle: Lifecycle) -> models.CharField:
    """The `status` column of a LifecycleModel: born in the lifecycle's initial state."""
    return models.CharField(max_length=32, choices=lifecycle.statuses.choices, default=lifecycle.initial, editable=False)


class ImmutableModel(models.Model):
    """A row that is written once. Its table also carries database triggers (see kernel/constraints.py)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"a {self._meta.verbose_name} can't be changed once it is written")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"a {self._meta.verbose_name} can't be deleted")


class AuditEvent(models.Model):
    """What happened: audit row, timeline entry and outbox message in one. Holds no foreign keys.

    `appid` is the Mini Program it belongs to ("" where none); `occurred_at` is the world's time;
    `delivered_at` is set once every reaction has run.
    """

    event = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    appid = models.CharField(max_length=18, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=150)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["appid", "-id"], name="audit_by_program"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["id"], name="audit_undelivered", condition=models.Q(delivered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_type}:{self.subject_id}"


class ReactionDone(models.Model):
    """A reaction that has run for an event: what makes at-least-once delivery harmless."""

    event = models.ForeignKey(AuditEvent, on_delete=models.CASCADE, related_name="reactions_done")
    reaction = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="reaction_runs_once_per_event")]

    def __str__(self) -> str:
        return f"{self.reaction} for {self.event_id}"


class WorldClock(models.Model):
    """How far the simulated world's clock is ahead of the machine's. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ahead_seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_world_clock")]

    def __str__(self) -> str:
        return f"+{self.ahead_seconds} s"


class NamedLock(models.Model):
    """A row to lock where a count is the rule and no parent row exists (one phone number, one ID number)."""

    name = models.CharField(max_length=96, primary_key=True)

    def __str__(self) -> str:
        return self.name


def hold(name: str) -> None:
    """Hold the named lock until the surrounding transaction ends; others who want it wait."""
    NamedLock.objects.get_or_create(name=name)
    NamedLock.objects.select_for_update().get(name=name)


def record(
    event: str,
    subject: models.Model,
    *,
    by: Actor,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write the audit row of something that happened to `subject`, in the caller's transaction.

    `data` must be JSON and free of secrets. The tenant is read from `subject.audit_appid` (a property or
    attribute); a subject without one belongs to no Mini Program. After commit the event is announced.
    """
    from platform_site.kernel.delivery import reactions_to, ring_after_commit

    awaited = bool(reactions_to(event))
    row = AuditEvent.objects.create(
        event=event,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        appid=getattr(subject, "audit_appid", ""),
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        actor_name=by.actor_name[:150],
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        data=data or {},
        occurred_at=clock.now(),
        delivered_at=None if awaited else timezone.now(),
    )
    if awaited:
        ring_after_commit(row)
    return row
