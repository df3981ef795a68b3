"""Work of the desk beside submissions: what it is, what waits, and who has it. Each app describes its own kinds.

Source: review.md §2.1 (queues), §2.2 (claims).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import DeskClaim, User
from accounts.permissions import Permission
from accounts.queries import is_member
from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES

CLAIM_EVENTS = "accounts.deskwork."  # how events of claims begin: colleagues read them, the applicant does not


@dataclass(frozen=True)
class DeskWork:
    """A kind of work: rows of `model`, a LifecycleModel, that wait in one state until `due_at`.

    `kind` stands in addresses. `page` and `queue` name the views of one row and of the list; `find` reads a row that
    has come to the desk. `title` is what it is called there, read from the row and what is joined to it (`told_by`).
    """

    kind: str
    label: str | Promise
    model: type[Any]
    status: str
    permission: Permission
    page: str
    queue: str
    find: Callable[[int], Any]
    title: Callable[[Any], str]
    told_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.kind

    def waiting(self) -> QuerySet[Any]:
        """What waits, the first due first."""
        return self.model._default_manager.filter(status=self.status).order_by("due_at", "pk")

    def takable(self, by: User) -> QuerySet[Any]:
        """What waits and is of no Mini Program that this reviewer belongs to."""
        return self.waiting().exclude(is_member(by)) if self.has_program else self.waiting()

    @property
    def has_program(self) -> bool:
        """Whether such work belongs to a Mini Program."""
        try:
            self.model._meta.get_field("mini_program")
        except FieldDoesNotExist:
            return False
        return True

    def is_waiting(self, row: Any) -> bool:
        """Whether the desk still has to decide on this row."""
        return bool(row.status == self.status)


def claims(work: DeskWork | None = None) -> QuerySet[DeskClaim]:
    """Claims that hold now, of one kind of work or of all."""
    rows = DeskClaim.objects.filter(claimed_until__gt=now())
    return rows if work is None else rows.filter(kind=work.kind)


def claim_on(work: DeskWork, pk: int) -> DeskClaim | None:
    """Who has this piece of work now."""
    return claims(work).select_related("claimed_by").filter(object_id=pk).first()


def claims_on(work: DeskWork, pks: Iterable[int]) -> dict[int, DeskClaim]:
    """{piece of work: its claim}: one query for any number of them."""
    found = claims(work).select_related("claimed_by").filter(object_id__in=list(pks))
    return {claim.object_id: claim for claim in found}


def free_for(work: DeskWork, by: User) -> QuerySet[Any]:
    """What "Next" may give this reviewer, the most urgent first: nobody has it, themselves included."""
    return work.takable(by).exclude(pk__in=claims(work).values("object_id"))


def following(work: DeskWork, by: User) -> Any:
    """What to look at after a decision: the most urgent that this reviewer has claimed, or that nobody has."""
    others = claims(work).exclude(claimed_by=by)
    return work.takable(by).exclude(pk__in=others.values("object_id")).first()


def claimed_by(work: DeskWork, rows: QuerySet[Any], by: User) -> QuerySet[Any]:
    """Of these rows, those that this reviewer has."""
    return rows.filter(pk__in=claims(work).filter(claimed_by=by).values("object_id"))


def claimed_work(works: Iterable[DeskWork], by: User) -> list[tuple[DeskClaim, DeskWork, Any]]:
    """What this reviewer has of these kinds, the first to run out first: one query, and one for each kind of it."""
    kinds = {work.kind: work for work in works}
    mine = list(claims().filter(claimed_by=by, kind__in=kinds).order_by("claimed_until", "pk"))
    rows: dict[str, dict[int, Any]] = {}
    for kind in {claim.kind for claim in mine}:
        work = kinds[kind]
        pks = [claim.object_id for claim in mine if claim.kind == kind]
        rows[kind] = work.waiting().select_related(*work.told_by).in_bulk(pks)
    found = [(claim, kinds[claim.kind], rows[claim.kind].get(claim.object_id)) for claim in mine]
    return [(claim, work, row) for claim, work, row in found if row is not None]


def work_left(by: User) -> int:
    """How many more pieces of work this reviewer may claim."""
    return max(0, RULES.desk.claims_max - claims().filter(claimed_by=by).count())
