"""All queues of the desk by kind of work, with what waits in each: only here, above all apps, are all known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from entities.models import NameApplication, ServiceCategory
from openplatform.models import Application, Qualification
from payments.models import PayApplication
from platform_site.kernel.clock import now
from platform_site.web.paging import COUNTED
from releases.models import AuditOrder
from releases.queue import LISTINGS
from verification.models import Verification


@dataclass(frozen=True)
class Kind:
    """One kind of work: where it is done, its words, what waits, and the column that says since or until when.

    `is_ours`: the desk must act by `when`. Otherwise somebody else must, and `when` is since when they are asked, or
    until when they have.
    """

    url_name: str
    label: str | Promise
    waiting: Callable[[], QuerySet]
    query: str = ""
    when: str = "due_at"
    is_ours: bool = True

    @property
    def href(self) -> str:
        return reverse(self.url_name) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Area:
    """Kinds of work that the same people do; `menu` names it in the desk's header, with a count of `whole`."""

    label: str | Promise
    permission: Permission
    whole: Kind
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind: how many (counted to COUNTED), how many of them overdue, the oldest time."""

    kind: Kind
    counted: int
    overdue_counted: int
    oldest: datetime | None

    @property
    def count(self) -> str:
        return _words(self.counted)

    @property
    def overdue(self) -> str:
        """How many should have been decided by now; "" for none."""
        return _words(self.overdue_counted) if self.overdue_counted else ""


def _words(counted: int) -> str:
    return f"{COUNTED}+" if counted > COUNTED else str(counted)


def _submissions(name: str, **more: bool | str) -> Kind:
    listing = LISTINGS[name]
    waiting = partial(AuditOrder.objects.filter, listing.which)
    return Kind("releases:desk", listing.label, waiting, f"show={name}", **more)  # type: ignore[arg-type]


def _audits(status: str) -> Callable[[], QuerySet]:
    return lambda: Verification.objects.filter(status=status)


NAMES = Kind("entities:desk_names", _("Names"), lambda: NameApplication.objects.filter(status="under_review"))
CATEGORIES = Kind(
    "entities:desk_categories", _("Categories"), lambda: ServiceCategory.objects.filter(status="under_review")
)
VERIFICATIONS = Kind("verification:desk_verifications", _("Verifications"), _audits("under_audit"))
QUALIFICATIONS = Kind(
    "openplatform:desk_qualifications",
    _("Developer qualifications"),
    lambda: Qualification.objects.filter(status="under_audit"),
)
APPLICATIONS = Kind(
    "openplatform:desk_applications", _("Applications"), lambda: Application.objects.filter(status="under_review")
)
PAY = Kind("payments:desk_applications", _("WeChat Pay"), lambda: PayApplication.objects.filter(status="under_review"))
AREAS = (
    Area(
        _("Submissions"),
        Permission.ORDER_DECIDE,
        Kind("releases:desk", _("Submissions"), AuditOrder.objects.waiting),
        (
            _submissions("expedited"),
            _submissions("escalated"),
            _submissions("appeals"),
            _submissions("normal"),
            _submissions("second_opinion"),
            _submissions("delayed"),
            _submissions("asked", when="asked_at", is_ours=False),
        ),
    ),
    Area(
        _("Registration and verification"),
        Permission.VERIFICATION_DECIDE,
        VERIFICATIONS,
        (
            VERIFICATIONS,
            Kind(
                "verification:desk_verifications",
                _("Sent back, being refilled"),
                _audits("refill"),
                "show=sent_back",
                "refill_due_at",
                is_ours=False,
            ),
        ),
    ),
    Area(_("Service categories"), Permission.CATEGORY_DECIDE, CATEGORIES, (CATEGORIES,)),
    Area(_("Names"), Permission.NAME_DECIDE, NAMES, (NAMES,)),
    Area(_("WeChat Pay"), Permission.PAY_DECIDE, PAY, (PAY,)),
    Area(_("Open Platform"), Permission.OPEN_DECIDE, QUALIFICATIONS, (QUALIFICATIONS, APPLICATIONS)),
)


def areas_of(user: User) -> list[Area]:
    """The areas in which this member of staff works."""
    return [area for area in AREAS if user.may(area.permission, None)]


def waiting_in(kind: Kind) -> Waiting:
    """What waits of one kind, read from its first COUNTED + 1 rows in the order of their time: one query."""
    first = kind.waiting().order_by(kind.when)[: COUNTED + 1].values(kind.when)
    late = Count(kind.when, filter=Q(**{f"{kind.when}__lte": now()}))
    found = first.aggregate(counted=Count("*"), late=late, oldest=Min(kind.when))
    return Waiting(kind, found["counted"], found["late"] if kind.is_ours else 0, found["oldest"])


def overview_for(user: User) -> list[tuple[Area, list[Waiting]]]:
    """Every area of this member of staff with what waits in it."""
    return [(area, [waiting_in(kind) for kind in area.kinds]) for area in areas_of(user)]
