"""What the desk reads about WeChat Verification: the queue, one application, its rounds and its history."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.desk_work import DeskWork
from accounts.identity import number_digest
from accounts.looks import recent_looks
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import is_member
from entities.models import Paper
from platform_site.kernel.clock import now
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.web.paging import search_key
from verification.lifecycle import DECIDED_VERIFICATION, VerificationStatus
from verification.models import ContactCall, Verification
from verification.queries import Fact
from verification.subtypes import ID_SCANS

SHOWS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {  # {what to show: (states, order)}
    "waiting": (frozenset({VerificationStatus.UNDER_AUDIT}), ("due_at", "pk")),
    "sent_back": (frozenset({VerificationStatus.REFILL}), ("refill_due_at", "pk")),
    "decided": (DECIDED_VERIFICATION, ("-decided_at", "-pk")),
}
PAPER_REVEALED = "entities.paper.revealed"
AT_THE_DESK = frozenset[str]().union(*(states for states, _order in SHOWS.values()))


def desk_queue(
    reviewer: User, *, show: str = "waiting", search: str = "", institution: str = ""
) -> QuerySet[Verification]:
    """Applications of one kind of SHOWS; `is_own`: the reviewer is a member.

    `search` is an AppID or a part of it, a Mini Program's name, or the whole number of the entity: its name is
    encrypted, and nothing can be found by it.
    """
    states, order = SHOWS[show]
    rows = _rows().annotate(is_own=is_member(reviewer)).filter(status__in=sorted(states)).order_by(*order)
    if institution:
        rows = rows.filter(institution=institution)
    if key := search_key(search):
        number = Q(mini_program__entity__number_digest=number_digest(search.replace("\0", "").strip().upper()))
        name = Q(mini_program__profile__name_key__contains=key)
        rows = rows.filter(Q(mini_program__appid__contains=key) | name | number)
    return rows


def _rows() -> QuerySet[Verification]:
    return Verification.objects.select_related(
        "mini_program__profile", "mini_program__entity", "mini_program__standing", "decided_by", "operator"
    )


def application(pk: int) -> Verification | None:
    """One application as a reviewer sees it; what is not handed in and paid is not the desk's business."""
    return _rows().filter(pk=pk, status__in=sorted(AT_THE_DESK)).first() if pk < 2**63 else None


def is_overdue(verification: Verification) -> bool:
    """Whether the desk's answer was promised earlier than now."""
    due_at = verification.due_at
    return verification.status == VerificationStatus.UNDER_AUDIT and due_at is not None and due_at <= now()


def calls_of(verification: Verification) -> list[ContactCall]:
    """The calls to the contact, the last first."""
    return list(verification.calls.select_related("called_by").order_by("-pk"))


def rounds_of(verification: Verification, facts: Iterable[Fact]) -> list[tuple[int, list[tuple[str, str]]]]:
    """Each time it was sent back, the last first: (round, [(the field's label, what was wrong with it)])."""
    labels = {fact.code: str(fact.label) for fact in facts}
    rounds: dict[int, list[tuple[str, str]]] = {}
    for row in verification.refill_reasons.order_by("-round", "pk"):
        rounds.setdefault(row.round, []).append((labels.get(row.field, row.field), row.text))
    return list(rounds.items())


def paper_of(verification: Verification, paper: int, *, reviewer: User) -> Paper | None:
    """A scan that this application shows: its own, or the entity's certificate.

    One of an ID card only to the reviewer who has had it revealed, for `reveal_minutes` of the world's clock.
    """
    if paper >= 2**63:
        return None
    rows = list(verification.verification_papers.filter(paper_id=paper).select_related("paper"))
    if any(row.code in ID_SCANS for row in rows) and not _was_revealed(verification, paper, reviewer):
        return None
    if rows:
        return rows[0].paper
    row = verification.mini_program.entity.entity_papers.filter(paper_id=paper).select_related("paper").first()
    return row.paper if row else None


def _was_revealed(verification: Verification, paper: int, reviewer: User) -> bool:
    looks = recent_looks(PAPER_REVEALED, Paper(pk=paper), reviewer=reviewer)
    return any(look.data.get("application") == verification.pk for look in looks)


def history_of(verification: Verification) -> list[AuditEvent]:
    """The application's timeline, oldest first."""
    return list(events_about(verification).order_by("pk"))


AUDITS = DeskWork(
    kind="verification",
    label=_("Verifications"),
    model=Verification,
    status=VerificationStatus.UNDER_AUDIT,
    permission=Permission.VERIFICATION_DECIDE,
    page="verification:desk_verification",
    queue="verification:desk_verifications",
    find=application,
    title=lambda row: row.mini_program.entity.name,
    told_by=("mini_program__entity",),
)
