"""The queue of submissions: its lists by name, what filters them, and in which order each is read.

The names stand in addresses that reviewers bookmark: a new list gets a new name, none changes its meaning. Each list
and each filter has an index of its order (releases/models/orders.py), so that a page costs the same among a million.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, User
from accounts.queries import is_member
from entities.models import Profile
from platform_site.kernel.clock import now
from platform_site.web.keyset import Keyset
from platform_site.web.paging import COUNTED, search_key
from releases.lifecycle import AT_THE_DESK, Lane, OrderStatus
from releases.models import AuditOrder

URGENCY = Keyset(("lane", "due_at", "id"))
DUE = Keyset(("due_at", "id"))
ASKED = Keyset(("asked_at", "id"))
LATEST = Keyset(("decided_at", "id"), descending=True)
WAITING = Q(status__in=sorted(AT_THE_DESK))


@dataclass(frozen=True)
class Listing:
    """One list of the queue: its name in addresses, its words, which submissions, in which order."""

    name: str
    label: str | Promise
    which: Q
    order: Keyset = URGENCY

    @property
    def is_open(self) -> bool:
        """Whether what it lists still has a time by which it is due."""
        return self.order in (URGENCY, DUE)


LISTINGS = {
    listing.name: listing
    for listing in (
        Listing("waiting", _("All waiting"), WAITING),
        Listing("expedited", _("Expedited"), WAITING & Q(lane=Lane.EXPEDITED)),
        Listing("escalated", _("Escalated"), WAITING & Q(lane=Lane.ESCALATED)),
        Listing("appeals", _("Appeals"), WAITING & Q(lane=Lane.APPEAL)),
        Listing("normal", _("Normal"), WAITING & Q(lane=Lane.NORMAL)),
        Listing("second_opinion", _("Second opinion"), WAITING & Q(status=OrderStatus.SECOND_OPINION)),
        Listing("delayed", _("Delayed"), WAITING & Q(status=OrderStatus.DELAYED)),
        Listing("asked", _("Waiting for the developer"), Q(asked_at__isnull=False), ASKED),
        Listing("decided", _("Decided"), Q(decided_at__isnull=False), LATEST),
    )
}


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the queue: a list of LISTINGS, and what narrows it down."""

    show: str = "waiting"
    who: str = ""  # "mine", "unclaimed"
    due: str = ""  # "overdue"
    first: str = ""  # "1": first submissions only
    entity: str = ""  # an entity type
    category: str = ""  # a service category's code
    q: str = ""  # an AppID's beginning or a part of a name

    @property
    def listing(self) -> Listing:
        return LISTINGS[self.show]

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the list's name says what is shown."""
        return any((self.who, self.due, self.first, self.entity, self.category, self.q))

    @property
    def keyset(self) -> Keyset:
        """The order; what is overdue in all lanes is read by the time that it was due."""
        return DUE if self.due and self.show == "waiting" else self.listing.order


def in_queue(wanted: Wanted, reviewer: User) -> QuerySet[AuditOrder]:
    """The submissions that are asked for, as rows of a list; `is_own`: the reviewer is a member of the program."""
    rows = AuditOrder.objects.select_related("mini_program__profile", "build", "claimed_by", "decided_by")
    return narrowed(rows, wanted, reviewer).annotate(is_own=is_member(reviewer))


def narrowed(rows: QuerySet[AuditOrder], wanted: Wanted, reviewer: User) -> QuerySet[AuditOrder]:
    """Of these submissions, those that are asked for."""
    rows = rows.filter(wanted.listing.which)
    if wanted.who:
        rows = rows.filter(_whose(wanted, reviewer))
    if wanted.due:
        rows = rows.filter(due_at__lte=now())
    if wanted.first:
        rows = rows.filter(attempt=1)
    if wanted.entity:
        rows = rows.filter(entity_type=wanted.entity)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if key := search_key(wanted.q):
        rows = rows.filter(mini_program__in=programs_like(key))
    return rows


def _whose(wanted: Wanted, reviewer: User) -> Q:
    if wanted.who == "unclaimed":
        return Q(claimed_by=None)
    return Q(decided_by=reviewer) if wanted.show == "decided" else Q(claimed_by=reviewer)


def programs_like(key: str) -> list[int]:
    """The Mini Program with this AppID; else the first COUNTED with this in their name, or whose AppID begins so."""
    if whole := MiniProgram.objects.filter(appid=key).values_list("pk", flat=True)[:1]:
        return [*whole]
    named = Profile.objects.filter(name_key__contains=key).values_list("mini_program_id", flat=True)
    numbered = MiniProgram.objects.filter(appid__startswith=key).values_list("pk", flat=True)
    return [*named[:COUNTED], *numbered[:COUNTED]]


def count_words(rows: QuerySet) -> str:
    """How many there are, counted to COUNTED: "17", or "1000+"."""
    counted = rows.order_by()[: COUNTED + 1].count()
    return f"{COUNTED}+" if counted > COUNTED else str(counted)
