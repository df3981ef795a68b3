"""Reads about names: who has one, who has applied for one, what the desk sees."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.desk_work import DeskWork
from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from accounts.queries import is_member
from entities.lifecycle import NameStatus
from entities.models import NameApplication, Profile
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.web.paging import search_key

SIMILAR = 10  # names that the desk shows beside an application


def name_under_review(mini_program: MiniProgram) -> NameApplication | None:
    """The name of this Mini Program that waits at the desk."""
    return mini_program.name_applications.filter(status=NameStatus.UNDER_REVIEW).first()


def latest_application(mini_program: MiniProgram) -> NameApplication | None:
    """The last name that this Mini Program has asked for with naming proof, whatever became of it."""
    return mini_program.name_applications.order_by("-pk").first()


def is_under_review_elsewhere(key: str, *, but_for: MiniProgram) -> bool:
    """Whether another Mini Program has applied for this name."""
    waiting = NameApplication.objects.filter(status=NameStatus.UNDER_REVIEW, name_key=key)
    return waiting.exclude(mini_program=but_for).exists()


def is_held_by_another_entity(keys: Iterable[str], *, mini_program: MiniProgram) -> bool:
    """Whether a Mini Program of another entity has one of these names, or has applied for it."""
    wanted, other = Q(name_key__in=set(keys)), ~Q(mini_program__entity__number_digest=mini_program.entity.number_digest)
    waiting = NameApplication.objects.filter(wanted & other, status=NameStatus.UNDER_REVIEW)
    return Profile.objects.filter(wanted & other).exists() or waiting.exists()


def names_at_the_desk(staff: User, *, decided: bool = False, search: str = "") -> QuerySet[NameApplication]:
    """Names that wait, the first due first; or decided ones, the latest first. `is_own`: the reviewer is a member."""
    rows = _applications().annotate(is_own=is_member(staff))
    if decided:
        rows = rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    else:
        rows = rows.filter(status=NameStatus.UNDER_REVIEW).order_by("due_at", "pk")
    if key := search_key(search):
        rows = rows.filter(Q(mini_program__appid__contains=key) | Q(name_key__contains=key))
    return rows


def name_at_the_desk(pk: int) -> NameApplication | None:
    """One application as a reviewer sees it."""
    return _applications().prefetch_related("name_papers__paper").filter(pk=pk).first()


def _applications() -> QuerySet[NameApplication]:
    return NameApplication.objects.select_related(
        "mini_program__profile", "mini_program__entity", "mini_program__user", "decided_by"
    )


def similar_names(application: NameApplication) -> list[Profile]:
    """Names of other Mini Programs that share a protected word with this one, or begin or end like it."""
    words = [search_key(word) for word in application.protected_words] + [application.name_key]
    like = Q()
    for word in words:
        like |= Q(name_key__contains=word)
    rows = Profile.objects.select_related("mini_program__entity").filter(like)
    return list(rows.exclude(mini_program=application.mini_program_id).order_by("name")[:SIMILAR])


def history_of_name(application: NameApplication) -> list[AuditEvent]:
    """The application's timeline, oldest first."""
    return list(events_about(application).order_by("pk"))


NAMES = DeskWork(
    kind="name",
    label=_("Names"),
    model=NameApplication,
    status=NameStatus.UNDER_REVIEW,
    permission=Permission.NAME_DECIDE,
    page="entities:desk_name",
    queue="entities:desk_names",
    find=name_at_the_desk,
    title=lambda row: row.name,
)
