"""All kinds of work of the desk that are claimed alike: only here, above all apps, are all known."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise

from accounts.actions.desk_claims import lapse_overdue
from accounts.desk_work import DeskWork, claimed_work
from accounts.models import User
from entities.name_queries import NAMES
from entities.queries import CATEGORY_PAPERS
from openplatform.queries import APPLICATIONS, QUALIFICATIONS
from payments.queries import PAY_APPLICATIONS
from verification.desk import AUDITS

WORKS: dict[str, DeskWork] = {
    work.kind: work for work in (AUDITS, NAMES, CATEGORY_PAPERS, PAY_APPLICATIONS, QUALIFICATIONS, APPLICATIONS)
}


class WorkConverter:
    """A kind of work in an address; there is no page for a kind that there is not."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> DeskWork:
        """The kind of this name; ValueError for none."""
        if (work := WORKS.get(value)) is None:
            raise ValueError(value)
        return work

    def to_url(self, value: DeskWork | str) -> str:
        """The name in the address."""
        return str(value)


@dataclass(frozen=True)
class Claimed:
    """A piece of work that a reviewer has, as the desk's home shows it."""

    label: str | Promise
    title: str
    href: str
    due_at: datetime
    claimed_until: datetime


def claimed_by_you(user: User) -> list[Claimed]:
    """What this reviewer has beside submissions, the first to run out first."""
    return [
        Claimed(work.label, work.title(row), reverse(work.page, kwargs={"pk": row.pk}), row.due_at, claim.claimed_until)
        for claim, work, row in claimed_work(WORKS.values(), user)
    ]


def lapse_desk_claims() -> int:
    """Sweep: claims whose time is over; how many ended."""
    return lapse_overdue(WORKS)
