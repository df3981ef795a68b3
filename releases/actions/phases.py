"""A phased release goes on: its share is raised, it is paused, completed or cancelled (review.md §3.2 C, §3.3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.orders import lock
from releases.actions.publishing import check_percent, retire_online
from releases.lifecycle import CANCEL, COMPLETE, PAUSE, RESUME, UNPUBLISH, ReleaseStatus
from releases.models import Release

RAISED = "releases.release.raised"


@transaction.atomic
def raise_percent(release: Release, *, by: Member, percent: int) -> None:
    """Give the new version to more users; who has it keeps it. Never to fewer (85082)."""
    release = _locked(release)
    if not by.may(Permission.RELEASE_PUBLISH, release):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    if release.status != ReleaseStatus.PHASED:
        words = _("This can't be done now: it is “%(state)s”.")
        raise IllegalMove(words % {"state": release.get_status_display()}, code="illegal_move")
    check_percent(percent, members_first=release.members_first)
    if percent <= release.percent:
        words = _("It is %(percent)d percent already: the share can only be raised.")
        raise Refused(words % {"percent": release.percent}, code="85082", field="percent")
    before, release.percent = release.percent, percent
    release.save(update_fields=["percent"])
    record(RAISED, release, by=by, data=_facts(release) | {"percent": percent, "before": before})


@transaction.atomic
def pause(release: Release, *, by: Member) -> None:
    """Nobody more gets the new version for now; its share can't be raised."""
    advance(_locked(release), PAUSE, by=by, data=_facts(release))


@transaction.atomic
def resume(release: Release, *, by: Member) -> None:
    """The phased release goes on."""
    advance(_locked(release), RESUME, by=by, data=_facts(release))


@transaction.atomic
def complete(release: Release, *, by: Actor) -> None:
    """All users get the new version; the one before it is replaced."""
    release = _locked(release)
    _check_in_phases(release)
    retire_online(release.mini_program, by=by, at=now())
    advance(release, COMPLETE, by=by, data=_facts(release), percent=RULES.release.percent_max, full_at=None)


@transaction.atomic
def cancel(release: Release, *, by: Member) -> bool:
    """All users get the version before it again. True where the new one waits to be published again.

    It does not where another submission has taken the Review module: then it would have to be submitted anew.
    """
    release = _locked(release)
    advance(release, CANCEL, by=by, data=_facts(release), ended_at=now(), full_at=None)
    if release.mini_program.orders.in_review_slot().exists():
        return False
    advance(release.order, UNPUBLISH, by=by, data=_facts(release))
    return True


def complete_due_releases(*, most: int = 100) -> int:
    """Sweep: phased releases whose last day has passed become full ones; returns how many."""
    due = Release.objects.in_phases().filter(full_at__lte=now()).order_by("full_at")
    return sum(complete_if_due(release) for release in due.select_related("mini_program", "order__build")[:most])


def complete_if_due(release: Release) -> bool:
    """Let the last day of a phased release fire if it has passed; true once, whoever comes first."""
    if release.full_at is None or release.full_at > now():
        return False
    try:
        complete(release, by=SYSTEM)
    except IllegalMove:  # somebody completed or cancelled it meanwhile
        return False
    return True


def _locked(release: Release) -> Release:
    """The same object as the row is now; its Mini Program's row is locked until the transaction ends."""
    lock(release.mini_program)
    release.refresh_from_db(from_queryset=Release.objects.select_related("mini_program", "order__build"))
    return release


def _check_in_phases(release: Release) -> None:
    if not release.can("complete"):
        words = _("This can't be done now: it is “%(state)s”.")
        raise IllegalMove(words % {"state": release.get_status_display()}, code="illegal_move")


def _facts(release: Release) -> dict[str, object]:
    return {"version": release.order.build.version, "percent": release.percent}
