"""Reads of the Open Platform: accounts, what is bound to them, and how much room is left."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.desk_work import DeskWork
from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from entities.queries import entity_of
from openplatform.lifecycle import OPEN_QUALIFICATION, ApplicationStatus, QualificationStatus
from openplatform.models import Application, ApplicationKind, OpenAccount, OpenBinding, Qualification
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.kernel.rulebook import RULES

FEE = "open_qualification_fee"  # what a payment order is for


@dataclass(frozen=True)
class Room:
    """How many Mini Programs of its own (or of other) entities an account may have, and has."""

    same_entity: bool
    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def account_named(open_appid: str) -> OpenAccount | None:
    """The account with this AppID of the Open Platform."""
    return OpenAccount.objects.filter(open_appid=open_appid).first()


def account_with(pk: int | str) -> OpenAccount | None:
    """The account with this key."""
    return OpenAccount.objects.select_related("user").filter(pk=pk).first()


def binding_of(mini_program: MiniProgram) -> OpenBinding | None:
    """To which account this Mini Program is bound, if it is."""
    return OpenBinding.objects.select_related("account__user").filter(mini_program=mini_program).first()


def bindings_of(account: OpenAccount) -> QuerySet[OpenBinding]:
    """The Mini Programs of an account with their names and entities, the last bound first."""
    joined = OpenBinding.objects.select_related("mini_program__profile", "mini_program__entity", "bound_by")
    return joined.filter(account=account).order_by("-bound_at", "-pk")


def is_same_entity(account: OpenAccount, mini_program: MiniProgram) -> bool:
    """Whether account and Mini Program belong to one entity: by number, whatever the spelling."""
    entity = entity_of(mini_program)
    return bool(account.entity_digest) and entity is not None and entity.number_digest == account.entity_digest


def rooms_of(account: OpenAccount) -> tuple[Room, Room]:
    """Room for Mini Programs of the same entity, and for those of others (console.md §14; wire-api.md §1.10)."""
    rules = RULES.open_platform
    bound = OpenBinding.objects.filter(account=account)
    same = bound.filter(mini_program__entity__number_digest=account.entity_digest).count()
    if account.made_for_id is not None:
        return Room(True, rules.same_entity_made_by_api, same), Room(False, 0, bound.count() - same)
    return Room(True, rules.same_entity, same), Room(False, rules.other_entities, bound.count() - same)


def room_for(account: OpenAccount, mini_program: MiniProgram) -> Room:
    """The room that this Mini Program would take."""
    same, others = rooms_of(account)
    return same if is_same_entity(account, mini_program) else others


def account_of(user: User) -> OpenAccount | None:
    """The Open Platform account that this log-in account belongs to, once it has said who stands behind it."""
    return OpenAccount.objects.select_related("user").filter(user=user).first()


def open_qualification_of(account: OpenAccount) -> Qualification | None:
    """The application for developer qualification that is not decided yet."""
    return account.qualifications.filter(status__in=sorted(OPEN_QUALIFICATION)).first()


def qualifications_of(account: OpenAccount, *, most: int = 20) -> list[Qualification]:
    """All of an account's applications for developer qualification, the latest first."""
    return list(account.qualifications.order_by("-pk")[:most])


def qualifications_at_desk(*, decided: bool = False) -> QuerySet[Qualification]:
    """What waits for its audit, the first due first; or what is decided, the latest first."""
    rows = Qualification.objects.select_related("account__user", "decided_by")
    if decided:
        return rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    return rows.filter(status=QualificationStatus.UNDER_AUDIT).order_by("due_at", "pk")


def qualification_at_desk(pk: int) -> Qualification | None:
    """One application that has been paid."""
    rows = Qualification.objects.select_related("account__user", "decided_by")
    return rows.filter(pk=pk, paid_at__isnull=False).first() if pk < 2**63 else None


@dataclass(frozen=True)
class ApplicationRoom:
    """How many applications an account may have, and has."""

    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def application_room(account: OpenAccount) -> ApplicationRoom:
    """Room for applications (console.md §14)."""
    rules = RULES.open_platform
    limit = rules.applications_verified if account.is_verified else rules.applications
    return ApplicationRoom(limit, account.applications.exclude(status=ApplicationStatus.DELETED).count())


def applications_of(account: OpenAccount, kind: ApplicationKind) -> list[Application]:
    """The applications of one tab, the latest first; at most RULES.open_platform.applications_verified."""
    rows = account.applications.filter(kind=kind).exclude(status=ApplicationStatus.DELETED)
    return list(rows.order_by("-pk")[: RULES.open_platform.applications_verified])


def application_of(account: OpenAccount, pk: int) -> Application | None:
    """One application of this account."""
    rows = account.applications.exclude(status=ApplicationStatus.DELETED)
    return rows.filter(pk=pk).first() if pk < 2**63 else None


def applications_at_desk(*, decided: bool = False) -> QuerySet[Application]:
    """What waits for its review, the first due first; or what is decided, the latest first."""
    rows = Application.objects.select_related("account__user", "decided_by")
    if decided:
        return rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    return rows.filter(status=ApplicationStatus.UNDER_REVIEW).order_by("due_at", "pk")


def application_at_desk(pk: int) -> Application | None:
    """One application, whosever it is."""
    return Application.objects.select_related("account__user", "decided_by").filter(pk=pk).first()


def history_of(row: Qualification | Application | OpenAccount) -> list[AuditEvent]:
    """What has happened to it, oldest first."""
    return list(events_about(row).order_by("pk")[:200])


def binding_with(account: OpenAccount, pk: int) -> OpenBinding | None:
    """One binding of this account."""
    return bindings_of(account).filter(pk=pk).first() if pk < 2**63 else None


def neighbours_of(binding: OpenBinding) -> int:
    """How many other Mini Programs share their UnionIDs with this one."""
    return OpenBinding.objects.filter(account_id=binding.account_id).exclude(pk=binding.pk).count()


QUALIFICATIONS = DeskWork(
    kind="qualification",
    label=_("Developer qualifications"),
    model=Qualification,
    status=QualificationStatus.UNDER_AUDIT,
    permission=Permission.OPEN_DECIDE,
    page="openplatform:desk_qualification",
    queue="openplatform:desk_qualifications",
    find=qualification_at_desk,
    title=lambda row: row.account.label,
    told_by=("account__user",),
)
APPLICATIONS = DeskWork(
    kind="application",
    label=_("Applications"),
    model=Application,
    status=ApplicationStatus.UNDER_REVIEW,
    permission=Permission.OPEN_DECIDE,
    page="openplatform:desk_application",
    queue="openplatform:desk_applications",
    find=application_at_desk,
    title=lambda row: row.name,
)
