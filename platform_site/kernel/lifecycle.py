"""A lifecycle: the table of moves a thing may make, and `advance()`, the one function that makes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connections, models, router
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from platform_site.kernel.models import AuditEvent, LifecycleModel


class Actor(Protocol):
    """Whoever acts: a member, a member of staff, a WeChat person, an account, or SYSTEM."""

    @property
    def actor_kind(self) -> str: ...
    @property
    def actor_id(self) -> str: ...
    @property
    def actor_name(self) -> str: ...
    def may(self, permission: str, subject: models.Model | None) -> bool:
        """Whether this actor holds `permission` over `subject`."""
        ...


class System:
    """The platform itself: sweeps, reactions and the simulation's own steps. It may do everything."""

    actor_kind = "system"
    actor_id = "system"
    actor_name = "Ministage"

    def may(self, permission: str, subject: models.Model | None) -> bool:
        return True


SYSTEM = System()


@dataclass(frozen=True)
class Move:
    """One permitted change of state.

    `sources`/`target` are values of the lifecycle's status enum, `permission` is what the actor must hold
    (empty: anyone the action lets in), `event` names the audit row, `app.noun.past`.
    """

    name: str
    sources: frozenset[str]
    target: str
    event: str
    permission: str = ""

    @classmethod
    def of(cls, name: str, sources: str | Iterable[str], target: str, event: str, permission: str = "") -> "Move":
        """Write a row of the table: one source or several."""
        several = {sources} if isinstance(sources, str) else set(sources)
        return cls(name, frozenset(str(s) for s in several), str(target), event, permission)


@dataclass(frozen=True)
class Lifecycle:
    """All states and moves of one kind of thing; `initial` are the states in which a row may be born."""

    name: str
    statuses: type[models.TextChoices]
    initial: str
    moves: tuple[Move, ...]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 -- the word of the house, and no error: a rule says no
    """A rule says no. `code` is for machines, `message` for people, `field` names the input it belongs to."""

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.field = message, code, field


class IllegalMove(Refused):
    """The thing is not in a state from which this move starts."""


class NotAllowed(Refused):
    """The actor does not hold the permission that the move asks for."""


class LostRace(Refused):
    """Somebody else moved the thing between our reading and our writing."""


def advance(
    subject: "LifecycleModel",
    move: Move,
    *,
    by: Actor,
    reason: str = "",
    data: dict[str, Any] | None = None,
    **stamps: Any,
) -> "AuditEvent":
    """Move `subject` along `move` and write its audit row, in the transaction that must already be open.

    `stamps` are columns that the move sets in the same UPDATE (`published_at=…`). Raises IllegalMove (wrong
    source state, or a move of another lifecycle), NotAllowed (permission), LostRace (compare-and-set hit no
    row). Source: design/house.md §4 "State machines are tables".
    """
    from platform_site.kernel.models import record

    using = router.db_for_write(type(subject), instance=subject)
    check_in_transaction(using)
    source = subject.status
    if move not in subject.lifecycle.moves or source not in move.sources:
        raise IllegalMove(
            _("This can't be done now: it is “%(state)s”.") % {"state": subject.get_status_display()},
            code="illegal_move",
        )
    if move.permission and not by.may(move.permission, subject):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    rows: Any = type(subject)._base_manager.using(using)  # not `objects`, which refuses to write a status
    changed = rows.filter(pk=subject.pk, status=source).update(status=move.target, **stamps)
    if not changed:
        raise lost_race()
    subject.status = move.target
    for name, value in stamps.items():
        setattr(subject, name, value)
    return record(move.event, subject, by=by, from_state=source, to_state=move.target, reason=reason, data=data)


def check_in_transaction(using: str) -> None:
    """RuntimeError unless a transaction is open: a move and its audit row are one."""
    if not connections[using].in_atomic_block:
        raise RuntimeError("advance() needs an open transaction: the move and its audit row are one")


def lost_race() -> LostRace:
    """What is said to the slower of two."""
    return LostRace(_("Somebody else was faster. Look at what it says now, and try again if needed."), code="lost_race")
