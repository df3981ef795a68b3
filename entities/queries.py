"""Reads about who stands behind a Mini Program and what users see of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk_work import CLAIM_EVENTS, DeskWork
from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from accounts.queries import is_member
from entities.categories import CATEGORIES, Category
from entities.lifecycle import CategoryStatus
from entities.models import ChangeKind, Draft, Entity, Paper, Profile, ServiceCategory, Standing
from entities.models.entity import StandingQuerySet
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.kernel.rulebook import RULES


def profile_of(mini_program: MiniProgram) -> Profile | None:
    """The information of a Mini Program, once it is complete."""
    return getattr(mini_program, "profile", None)


def entity_of(mini_program: MiniProgram) -> Entity | None:
    """The legal subject of a Mini Program."""
    return getattr(mini_program, "entity", None)


def standing_of(mini_program: MiniProgram) -> Standing | None:
    """How far the entity behind a Mini Program is proven."""
    return getattr(mini_program, "standing", None)


def is_verified(mini_program: MiniProgram) -> bool:
    """Whether the entity has passed WeChat Verification and its year is not over."""
    standing = standing_of(mini_program)
    return standing is not None and standing.is_verified


def is_complete(mini_program: MiniProgram) -> bool:
    """Whether name, avatar, introduction and categories are there: filled in, and the name not under review."""
    profile = profile_of(mini_program)
    return profile is not None and profile.name != ""


def display_name(mini_program: MiniProgram) -> str:
    """The name, or "Mini Program wx…" while there is none. Join `profile` where many are shown."""
    profile = profile_of(mini_program)
    return profile.name if profile is not None and profile.name else _nameless(mini_program)


def names_of(mini_programs: Iterable[MiniProgram]) -> dict[int, str]:
    """`display_name` of several by primary key, in one query (settings.PROGRAM_NAMES)."""
    programs = list(mini_programs)
    named = dict(Profile.objects.filter(mini_program__in=programs).values_list("mini_program_id", "name"))
    return {program.pk: named.get(program.pk) or _nameless(program) for program in programs}


def _nameless(mini_program: MiniProgram) -> str:
    return _("Mini Program %(appid)s") % {"appid": mini_program.appid}


def categories_of(mini_program: MiniProgram) -> list[Category]:
    """The service categories that it may use: the approved ones, in their order. Those off the list are left out."""
    rows = category_rows_of(mini_program)
    return [CATEGORIES[r.code] for r in rows if r.status == CategoryStatus.APPROVED and r.code in CATEGORIES]


def category_rows_of(mini_program: MiniProgram) -> list[ServiceCategory]:
    """All service categories that it has chosen, in their order, whatever became of them."""
    return sorted(mini_program.categories.all(), key=lambda row: row.position)


def category_changes_left(mini_program: MiniProgram) -> int:
    """How often its service categories can still be changed in this calendar month."""
    changes = mini_program.profile_changes.filter(kind=ChangeKind.CATEGORIES, changed_at__gte=month_of(now()))
    return max(0, RULES.profile.category_changes_per_month - changes.count())


def category_of(mini_program: MiniProgram, pk: int) -> ServiceCategory | None:
    """One of the service categories that this Mini Program has chosen."""
    return ServiceCategory.objects.select_related("mini_program__user").filter(mini_program=mini_program, pk=pk).first()


@dataclass(frozen=True)
class Round:
    """What was handed in for a category at one time: (name of the document, its scans)."""

    number: int
    documents: list[tuple[str, list[Paper]]]


def category_rounds(category: ServiceCategory) -> list[Round]:
    """All papers handed in for a category, the latest round first."""
    rounds: dict[int, dict[str, list[Paper]]] = {}
    leaf = CATEGORIES.get(category.code)
    rows = category.category_papers.select_related("paper").order_by("-round", "document", "pk")
    for row in rows:
        name = leaf.document_name(row.alternative, row.document) if leaf else "–"
        rounds.setdefault(row.round, {}).setdefault(name, []).append(row.paper)
    return [Round(number, list(documents.items())) for number, documents in rounds.items()]


def category_history(category: ServiceCategory, *, named: bool) -> list[AuditEvent]:
    """What happened to a category, the oldest first; the console names no reviewers, and not who has it."""
    rows = events_about(category)
    events = list((rows if named else rows.exclude(event__startswith=CLAIM_EVENTS)).order_by("pk"))
    for event in events:
        if event.actor_kind == "staff" and not named:
            event.actor_name = _("Review team")
    return events


def category_queue(reviewer: User, *, decided: bool = False, search: str = "") -> QuerySet[ServiceCategory]:
    """Categories that wait for the desk, the first due first; or decided ones, the latest first.

    `is_own`: the reviewer is a member of that Mini Program.
    """
    rows = ServiceCategory.objects.select_related("mini_program__profile", "mini_program__entity", "decided_by")
    if decided:
        rows = rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    else:
        rows = rows.filter(status=CategoryStatus.UNDER_REVIEW).order_by("due_at", "pk")
    if search:
        rows = rows.filter(
            Q(mini_program__appid__contains=search) | Q(mini_program__profile__name_key__contains=search)
        )
    return rows.annotate(is_own=is_member(reviewer))


def category_at_desk(pk: int) -> ServiceCategory | None:
    """One category as a reviewer sees it."""
    rows = ServiceCategory.objects.select_related(
        "mini_program__profile", "mini_program__entity", "mini_program__standing", "decided_by"
    )
    return rows.filter(pk=pk).first()


CATEGORY_PAPERS = DeskWork(
    kind="category",
    label=gettext_lazy("Service categories"),
    model=ServiceCategory,
    status=CategoryStatus.UNDER_REVIEW,
    permission=Permission.CATEGORY_DECIDE,
    page="entities:desk_category",
    queue="entities:desk_categories",
    find=category_at_desk,
    title=lambda row: f"{display_name(row.mini_program)}, {row.label}",
    told_by=("mini_program__profile",),
)


def programs_of_entity(digest: str) -> int:
    """How many Mini Programs stand in the name of one entity (Entity.number_digest); failed ones do not count."""
    return _counting().filter(mini_program__entity__number_digest=digest).count()


def programs_of_registrant(digest: str) -> int:
    """How many Mini Programs one ID card registered as administrator (AdministratorRecord.id_digest)."""
    return _counting().filter(mini_program__administrator_record__id_digest=digest).count()


def programs_of_phone(digest: str) -> int:
    """How many Mini Programs were registered with one phone (`accounts.identity.phone_digest`)."""
    return _counting().filter(mini_program__administrator_record__phone_digest=digest).count()


def _counting() -> StandingQuerySet:
    """Standings whose registration has not failed: all quotas of registration count these."""
    return Standing.objects.counting()


def name_is_taken(name_key: str, *, but_for: MiniProgram) -> bool:
    """Whether another Mini Program has this name."""
    return Profile.objects.filter(name_key=name_key).exclude(mini_program=but_for).exists()


def avatar_png(sha256: str) -> bytes | None:
    """The picture of this SHA-256, if we keep one."""
    name = f"avatars/{sha256}.png"
    if not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        return bytes(file.read())


def draft_of(user: User, kind: str) -> dict[str, Any]:
    """What was kept of a form that this account has not finished; {} if nothing."""
    draft = Draft.objects.filter(user=user, kind=kind).first()
    return json.loads(draft.data) if draft else {}


def papers_with(user: User, keys: Iterable[int]) -> list[Paper]:
    """The papers of these keys that this account has uploaded, in the order asked for; others are left out."""
    wanted = list(keys)
    found = Paper.objects.filter(user=user).in_bulk(wanted)
    return [found[key] for key in wanted if key in found]
