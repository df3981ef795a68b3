"""Mini Programs that have been online, as the desk sees them."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import is_member
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.web.keyset import Keyset
from platform_site.web.paging import search_key
from releases.lifecycle import ServiceStatus
from releases.models import Release, Service
from releases.queue import programs_like

CHANGED = Keyset(("changed_at", "id"), descending=True)


def services(reviewer: User, *, search: str = "", suspended: bool = False) -> QuerySet[Service]:
    """Services, as rows of a list; `is_own`: the reviewer is a member of the program."""
    rows = Service.objects.select_related("mini_program__profile", "mini_program__entity")
    if suspended:
        rows = rows.filter(status=ServiceStatus.SUSPENDED)
    if key := search_key(search):
        rows = rows.filter(mini_program__in=programs_like(key))
    return rows.annotate(is_own=is_member(reviewer))


def service_at_desk(appid: str) -> Service | None:
    """The service of one Mini Program that has been published."""
    rows = Service.objects.select_related(
        "mini_program__profile", "mini_program__entity", "mini_program__standing", "mini_program__user"
    )
    return rows.filter(mini_program__appid=appid).first()


def live_releases_of(service: Service) -> list[Release]:
    """What its users run: the full release, and the one in phases."""
    rows = Release.objects.live().filter(mini_program=service.mini_program_id)
    return list(rows.select_related("order__build", "published_by").order_by("-published_at"))


def service_events(service: Service, *, most: int = 50) -> list[AuditEvent]:
    """What happened to the service, the latest first."""
    return list(events_about(service).order_by("-pk")[:most])
