"""The desk's navigation: its queues, each with how many wait (platform_site/home/queues.py knows them)."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest

from accounts.models import User
from platform_site.home.queues import Area, areas_of

register = template.Library()
MOST = 99  # beyond this a number says "99+"


@dataclass(frozen=True)
class Entry:
    """A queue as the header shows it; `waiting` is "" for none."""

    label: str
    href: str
    waiting: str
    active: bool


@register.simple_tag
def desk_queues(request: HttpRequest) -> list[Entry]:
    """The queues on which this member of staff works; one bounded count for each."""
    user = request.user
    if not isinstance(user, User):
        return []
    areas = [(area, area.whole.href) for area in areas_of(user)]
    return [Entry(str(area.whole.label), href, _count(area), request.path.startswith(href)) for area, href in areas]


def _count(area: Area) -> str:
    waiting = area.whole.waiting().order_by()[: MOST + 1].count()
    return f"{MOST}+" if waiting > MOST else str(waiting or "")
