"""Roll back: the version before comes online again, once (review.md §3.3, §3.4; console.md §9.3)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused, advance
from platform_site.kernel.rulebook import RULES
from releases.actions.orders import lock
from releases.lifecycle import RESTORE, ROLL_BACK, ReleaseStatus
from releases.models import Release


def rollback_targets(mini_program: MiniProgram) -> Sequence[Release]:
    """What can be rolled back to, the latest first; none where no rollback is possible now."""
    if _online_to_leave(mini_program) is None:
        return []
    rows = mini_program.releases.filter(status=ReleaseStatus.REPLACED).select_related(
        "order__build__package", "order__build__uploader", "published_by", "mini_program"
    )
    return list(rows.order_by("-published_at", "-pk")[: RULES.release.history])


def _online_to_leave(mini_program: MiniProgram) -> Release | None:
    """The online version, unless it came by a rollback itself: from there no further one is possible."""
    online = mini_program.releases.online().select_related("order__build").first()
    return online if online is not None and online.restored_at is None else None


def check_may_roll_back(mini_program: MiniProgram) -> None:
    """Refused, in words, when no rollback is possible now: 87011 in phases, 87012 where there is nothing to go to."""
    if mini_program.releases.in_phases().exists():
        raise Refused(_("A phased release is going on. Complete it or cancel it first."), code="87011")
    online = mini_program.releases.online().first()
    if online is not None and online.restored_at is not None:
        words = _("The online version came by a rollback. Publish a version first; then it can be rolled back.")
        raise Refused(words, code="87012")
    if not rollback_targets(mini_program):
        raise Refused(_("There is no earlier version to roll back to."), code="87012")


@transaction.atomic
def roll_back(mini_program: MiniProgram, *, to: Release, by: Member) -> Release:
    """Put an earlier version online again in place of the one that is there. No further rollback until the next one."""
    mini_program = lock(mini_program)
    check_may_roll_back(mini_program)
    target = next((release for release in rollback_targets(mini_program) if release.pk == to.pk), None)
    online = _online_to_leave(mini_program)
    if target is None or online is None:
        raise Refused(_("This version can't be rolled back to any more."), code="87012")
    versions = {"version": target.order.build.version, "from": online.order.build.version}
    advance(online, ROLL_BACK, by=by, ended_at=now(), data={"version": versions["from"]})
    advance(target, RESTORE, by=by, ended_at=None, restored_at=now(), data=versions)
    return target
