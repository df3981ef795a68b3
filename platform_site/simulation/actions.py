"""What staff do to the simulated world: move its clock forward, hold a Mini Program in closed beta testing."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent, WorldClock, record
from platform_site.reactions import sweep_deadlines
from platform_site.simulation.world import deliver_all

MOST_ROUNDS = 1000  # each sweeps a bounded batch; a world with more to do goes on in the background


@dataclass(frozen=True)
class Moved:
    """The clock was moved: `event` is its audit row, `fired` counts deadlines per sweep ({name: count > 0})."""

    event: AuditEvent
    fired: dict[str, int]


def move_clock(seconds: int, *, by: Actor) -> Moved:
    """Move the world's clock forward; every deadline that passes fires, and what follows from it happens, at once."""
    _check_may_steer(by)
    with transaction.atomic():
        try:
            clock.move_forward(seconds)
        except ValueError:
            raise Refused(
                _("The clock moves forward only, and at most a century."), code="clock_out_of_range"
            ) from None
        moved = record("simulation.clock.moved", WorldClock.objects.get(id=1), by=by, data={"seconds": seconds})
    fired: dict[str, int] = {}
    for _round in range(MOST_ROUNDS):
        swept = {name: count for name, count in sweep_deadlines().items() if count}
        for name, count in swept.items():
            fired[name] = fired.get(name, 0) + count
        if not deliver_all() and not swept:
            break
    return Moved(event=moved, fired=fired)


@transaction.atomic
def switch_closed_beta(mini_program: MiniProgram, *, on: bool, by: User) -> None:
    """Put a Mini Program into closed beta testing, in which it can't be published, or take it out."""
    _check_may_steer(by)
    locked = MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    if locked.in_closed_beta == on:
        return
    locked.in_closed_beta = on
    locked.save(update_fields=["in_closed_beta"])
    mini_program.in_closed_beta = on
    record("simulation.closed_beta.started" if on else "simulation.closed_beta.ended", locked, by=by)


def _check_may_steer(by: Actor) -> None:
    if not by.may(Permission.WORLD_STEER, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
