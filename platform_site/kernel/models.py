"""The kernel's rows: lifecycles, the audit trail that is also the outbox, the world's clock, named locks."""

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connections, models, router
from django.utils import timezone

from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Actor, Lifecycle

Row = TypeVar("Row", bound=models.Model)


class LifecycleQuerySet(models.QuerySet[Row], Generic[Row]):
    """Rows with a state, in numbers: none of the ways around `save()` writes `status` either."""

    def update(self, **columns: Any) -> int:
        """Change columns of many rows; TypeError for `status`."""
        _refuse_status(columns)
        return super().update(**columns)

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Save columns of many rows; TypeError for `status`."""
        fields = list(fields)
        _refuse_status(fields)
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        """Not for rows with a state: each is born by `save()`, with its audit row."""
        raise TypeError(f"a {self.model._meta.verbose_name} is not made in bulk")


class LifecycleModel(models.Model):
    """A row with a state. It is born in the initial one; after that only `advance()` writes `status`.

    Subclasses set `lifecycle`, declare `status = status_field(lifecycle)`, and have `LifecycleQuerySet` or an extension
    of it for their `objects`.
    """

    lifecycle: ClassVar[Lifecycle]
    status: models.CharField

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            if str(self.status) != str(self.lifecycle.initial):
                raise ValueError(f"a {self._meta.verbose_name} is born {self.lifecycle.initial}, not {self.status}")
            kwargs["force_insert"] = True  # Model(pk=<of another row>).save() would be an UPDATE
        elif kwargs.get("update_fields") is not None:
            _refuse_status(kwargs["update_fields"])
        else:
            kwargs["update_fields"] = _own_columns(self) - {"status"}
        super().save(*args, **kwargs)

    def can(self, move_name: str) -> bool:
        """Whether the table has a move of this name from the present state (permission not asked)."""
        return any(m.name == move_name and self.status in m.sources for m in self.lifecycle.moves)

    def get_status_display(self) -> str:
        return str(self.lifecycle.statuses(self.status).label)


def _own_columns(row: models.Model) -> set[str]:
    return {field.name for field in row._meta.concrete_fields if not field.primary_key} - row.get_deferred_fields()


def _refuse_status(columns: Iterable[str]) -> None:
    if "status" in columns:
        raise TypeError("a status moves by advance() and in no other way")


def status_field(lifecycle: Lifecycle) -> models.CharField:
    """The `status` column of a LifecycleModel: born in the lifecycle's initial state."""
    return models.CharField(
        max_length=32, choices=lifecycle.statuses.choices, default=lifecycle.initial, editable=False
    )


class ImmutableModel(models.Model):
    """A row that is written once. Its table also carries database triggers (see kernel/constraints.py)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"a {self._meta.verbose_name} can't be changed once it is written")
        kwargs["force_insert"] = True  # Model(pk=<of another row>).save() would be an UPDATE
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"a {self._meta.verbose_name} can't be deleted")


class AuditEvent(models.Model):
    """What happened: audit row, timeline entry and outbox message in one. Holds no foreign keys.

    `appid` is the Mini Program it belongs to ("" where none); `occurred_at` is the world's time;
    `delivered_at` is set once every reaction has run; until then `retry_at` is when the next attempt is due. Only these
    columns of delivery may change: a trigger of the database refuses the others, and DELETE.
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
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    DELIVERY = frozenset({"delivered_at", "attempts", "retry_at"})

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
    if not connections[router.db_for_write(NamedLock)].in_atomic_block:
        raise RuntimeError("hold() needs an open transaction: the lock lasts as long as it does")
    NamedLock.objects.get_or_create(name=name)
    NamedLock.objects.select_for_update().get(name=name)


def events_about(subject: models.Model) -> models.QuerySet[AuditEvent]:
    """What was recorded about this row, in no order."""
    return AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


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
    from platform_site.kernel.delivery import ring_after_commit

    row = audit_row(event, by=by, to_state=to_state, reason=reason, data=data)
    row.subject_type, row.subject_id = subject._meta.label_lower, str(subject.pk)
    row.appid, row.from_state = getattr(subject, "audit_appid", ""), from_state
    row.save(force_insert=True)
    if row.delivered_at is None:
        ring_after_commit(row)
    return row


def audit_row(
    event: str, *, by: Actor, to_state: str = "", reason: str = "", data: dict[str, Any] | None = None
) -> AuditEvent:
    """An audit row that lacks only its subject; it is awaited (`delivered_at` is null) where a reaction is wired."""
    from platform_site.kernel.delivery import reactions_to

    return AuditEvent(
        event=event,
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        actor_name=by.actor_name[:150],
        to_state=to_state,
        reason=reason,
        data=data or {},
        occurred_at=clock.now(),
        delivered_at=None if reactions_to(event) else timezone.now(),
    )
