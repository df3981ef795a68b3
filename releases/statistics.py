"""Statistics of the desk over a period: counted days, and today as it is now. At most a year of rows is read."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone

from accounts.models import User
from platform_site.kernel.clock import now
from releases.day_counts import counted_day
from releases.models import AuditOrder, DeskDay
from releases.queue import count_words

PERIODS = (7, 30, 90, 365)  # days
WEEKLY_FROM = 90  # longer periods are shown week by week
WEEK = 7


@dataclass(frozen=True)
class Stretch:
    """One day or one week: sums of its days."""

    begin: date
    days: tuple[DeskDay, ...]

    def sum(self, name: str) -> int:
        return sum(getattr(day, name) for day in self.days)

    @property
    def submitted(self) -> int:
        return self.sum("submitted")

    @property
    def withdrawn(self) -> int:
        return self.sum("withdrawn")

    @property
    def approved(self) -> int:
        return self.sum("approved")

    @property
    def rejected(self) -> int:
        return self.sum("rejected")

    @property
    def decided(self) -> int:
        return self.approved + self.rejected

    @property
    def in_time(self) -> int | None:
        """Percent of the decisions; None without any."""
        return percent(self.sum("in_time"), self.decided)

    @property
    def approved_share(self) -> int | None:
        return percent(self.approved, self.decided)

    @property
    def reopened(self) -> int:
        """Verdicts that did not last: appeals that were granted, decisions that a second reviewer sent back."""
        return self.sum("appeals_granted") + self.sum("overturned")

    @property
    def reopened_share(self) -> int | None:
        return percent(self.reopened, self.decided)

    @property
    def p50(self) -> int | None:
        """Half of the decisions took no longer than so many hours."""
        return self.wait(50)

    @property
    def p90(self) -> int | None:
        return self.wait(90)

    def wait(self, share: int) -> int | None:
        """In how many hours `share` percent of the submissions were decided; None without any."""
        wanted, seen = sum(count for _hours, count in self.waits) * share / 100, 0
        for hours, count in self.waits:
            seen += count
            if seen >= wanted:
                return hours
        return None

    @cached_property
    def waits(self) -> list[tuple[int, int]]:
        """(hours, how many were decided within them), the shortest first."""
        summed: Counter[str] = Counter()
        for day in self.days:
            summed.update(day.waits)
        return sorted((int(hours), count) for hours, count in summed.items())


@dataclass(frozen=True)
class Reviewer:
    """How many decisions a member of staff took in the period."""

    name: str
    decided: int
    share: int | None


@dataclass(frozen=True)
class Load:
    """What is open now, and what it comes to: how much comes in and goes out in a day."""

    waiting: str
    oldest: AuditOrder | None
    in_per_day: float
    out_per_day: float


def percent(part: int, whole: int) -> int | None:
    """Rounded; None of nothing."""
    return round(100 * part / whole) if whole else None


def days_of(period: int) -> list[DeskDay]:
    """The last `period` days, each once, today as it is now; those that no sweep has counted yet are left out."""
    today = timezone.localdate(now())
    first = today - timedelta(days=period - 1)
    counted = list(DeskDay.objects.filter(day__gte=first, day__lt=today).order_by("day"))
    yesterday = today - timedelta(days=1)
    if first <= yesterday and (not counted or counted[-1].day < yesterday):
        counted.append(counted_day(yesterday))  # its last minutes may still be written
    return [*counted, counted_day(today)]


def stretches(days: list[DeskDay], *, length: int) -> list[Stretch]:
    """Days put together by `length`, counted back from the last one, the oldest first."""
    found = []
    for end in range(len(days), 0, -length):
        part = tuple(days[max(0, end - length) : end])
        found.append(Stretch(part[0].day, part))
    return found[::-1]


def step_of(period: int) -> int:
    """How many days one bar of a chart stands for."""
    return WEEK if period > WEEKLY_FROM else 1


def reviewers_of(days: list[DeskDay]) -> list[Reviewer]:
    """Who decided how much, the most first; accounts that are gone keep their number."""
    counts: Counter[int] = Counter()
    for day in days:
        counts.update({int(pk): count for pk, count in day.reviewers.items()})
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=counts)}
    whole = counts.total()
    return [Reviewer(names.get(pk, f"#{pk}"), count, percent(count, whole)) for pk, count in counts.most_common()]


def load_of(whole: Stretch) -> Load:
    """What is open now, against what came in and went out."""
    open_now = AuditOrder.objects.waiting()
    oldest = open_now.select_related("mini_program__profile", "build").order_by("due_at", "pk").first()
    days = max(1, len(whole.days))
    out = whole.decided + whole.withdrawn
    return Load(count_words(open_now), oldest, round(whole.submitted / days, 1), round(out / days, 1))
