"""What Development Management, the desk and the phone read about orders and releases."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Role
from developers.lifecycle import BuildStatus
from developers.models import Build, ExperienceVersion
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.web.event_words import ON_THE_TIMELINE
from platform_site.web.paging import COUNTED, search_key
from releases.lifecycle import OrderStatus, ReleaseStatus, ServiceStatus
from releases.models import (
    AuditOrder,
    AuditOrderQuerySet,
    MessageKind,
    OrderMessage,
    ProgramCode,
    RejectionReason,
    Release,
    Service,
)
from releases.rollout import Drawn, drawn_for, live_releases

STATES: dict[str, dict[str, str]] = {
    model._meta.label_lower: dict(model.lifecycle.statuses.choices) for model in (Build, AuditOrder, Release, Service)
}
LAST_WORDS: dict[str, MessageKind] = {
    OrderStatus.WAITING_DEVELOPER: MessageKind.QUESTION,
    OrderStatus.DELAYED: MessageKind.DELAY,
}
HISTORY = tuple(event for event in ON_THE_TIMELINE if event.startswith(("developers.build.", "releases.")))

# --- Development Management ------------------------------------------------------------------------------------------


def orders() -> AuditOrderQuerySet:
    """Orders with all that a card shows."""
    return AuditOrder.objects.select_related(
        "mini_program__profile", "mini_program__user", "build__package", "build__uploader", "submitted_by", "decided_by"
    )


def order_in_review_slot(mini_program: MiniProgram) -> AuditOrder | None:
    """What the Review module shows, with its reasons."""
    rows = orders().select_related("appeal_of", "test_account").prefetch_related("reasons__pictures")
    return rows.filter(mini_program=mini_program).in_review_slot().first()


def order_of(mini_program: MiniProgram, pk: int) -> AuditOrder | None:
    """One order of this Mini Program; deleted ones are gone for the console."""
    rows = orders().select_related("appeal_of", "test_account")
    rows = rows.prefetch_related("reasons__pictures", "function_pages").filter(mini_program=mini_program)
    return rows.exclude(status=OrderStatus.DELETED).filter(pk=pk).first()


def last_order_of(mini_program: MiniProgram) -> AuditOrder | None:
    """The latest submission, whatever became of it, with its pages and its test account."""
    rows = mini_program.orders.select_related("test_account").prefetch_related("function_pages")
    return rows.order_by("-attempt").first()


def online_release_of(mini_program: MiniProgram) -> Release | None:
    """What the Online module shows and the phone opens."""
    rows = Release.objects.online().filter(mini_program=mini_program)
    return rows.select_related(
        "order__build__package", "order__build__uploader", "published_by", "mini_program"
    ).first()


def development_builds(mini_program: MiniProgram) -> QuerySet[Build]:
    """What the Development module shows, newest first."""
    return mini_program.builds.ready().select_related("package", "uploader").order_by("-uploaded_at", "-pk")


def has_developers(mini_program: MiniProgram) -> bool:
    """Whether anybody but the administrator may write code for this Mini Program."""
    return mini_program.members.filter(role=Role.DEVELOPER).exists()


def build_of(mini_program: MiniProgram, pk: int) -> Build | None:
    """One development version of this Mini Program."""
    return development_builds(mini_program).filter(pk=pk).first()


def is_gone(mini_program: MiniProgram, pk: int) -> bool:
    """Whether this number was a development version of this Mini Program and is none any more."""
    return mini_program.builds.filter(pk=pk).exclude(status=BuildStatus.READY).exists()


def program_code_of(mini_program: MiniProgram) -> ProgramCode | None:
    """The Mini Program's own QR, once it has been published."""
    return ProgramCode.objects.select_related("link").filter(mini_program=mini_program).first()


def place_in_queue(order: AuditOrder) -> int:
    """Which place a waiting order has at the desk, from 1 (counted to COUNTED)."""
    same = Q(due_at__lt=order.due_at) | Q(due_at=order.due_at, pk__lt=order.pk)
    before = Q(lane__lt=order.lane) | (Q(lane=order.lane) & same)
    return AuditOrder.objects.waiting().filter(before)[:COUNTED].count() + 1


def last_words_of(order: AuditOrder) -> OrderMessage | None:
    """What the desk last asked of the administrator, or why it is delayed: what counts in the present state."""
    kind = {OrderStatus.WAITING_DEVELOPER: MessageKind.QUESTION, OrderStatus.DELAYED: MessageKind.DELAY}.get(
        order.status
    )
    if kind is None:
        return None
    return order.messages.filter(kind=kind).prefetch_related("pictures").order_by("-pk").first()


def history_of_order(order: AuditOrder) -> list[AuditEvent]:
    """The order's timeline, oldest first."""
    return list(events_about(order).order_by("pk"))


def history_without_names(order: AuditOrder) -> list[AuditEvent]:
    """The timeline as the console shows it: no reviewer is named, what the desk does among itself is left out."""
    return without_names(event for event in history_of_order(order) if event.event in HISTORY)


def without_names(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """Events as the console shows them: no member of staff is named; `change` says from which state to which."""
    shown = list(events)
    for event in shown:
        if event.actor_kind == "staff":
            event.actor_name = _("Review team")
        event.change = _change(event)  # type: ignore[attr-defined]
    return shown


def _change(event: AuditEvent) -> str:
    """“From → to” in words; "" where nothing has changed its state."""
    states = STATES.get(event.subject_type)
    if states is None or event.from_state not in states or event.to_state not in states:
        return ""
    return f"{states[event.from_state]} → {states[event.to_state]}"


# --- The desk --------------------------------------------------------------------------------------------------------


def has_order(pk: int) -> bool:
    """Whether there is a submission with this number."""
    return AuditOrder.objects.filter(pk=pk).exists()


def order_at_desk(pk: int) -> AuditOrder | None:
    """One submission, to act on it or to show a part of its package: without what only its own page shows."""
    return orders().filter(pk=pk).first()


def desk_order(pk: int) -> AuditOrder | None:
    """One submission as a reviewer sees it."""
    rows = orders().select_related("mini_program__entity", "mini_program__standing", "claimed_by", "appeal_of")
    return rows.prefetch_related("function_pages", "reasons__pictures").filter(pk=pk).first()


def earlier_orders(order: AuditOrder, *, most: int = 20) -> list[AuditOrder]:
    """Earlier submissions of the same Mini Program with their verdicts, the latest first."""
    rows = orders().filter(mini_program_id=order.mini_program_id, attempt__lt=order.attempt)
    reasons = Prefetch("reasons", RejectionReason.objects.order_by("pk").prefetch_related("pictures"))
    return list(rows.prefetch_related(reasons).order_by("-attempt")[:most])


# --- The phone -------------------------------------------------------------------------------------------------------


def online_releases(search: str = "") -> QuerySet[Release]:
    """Online Mini Programs that may be searched for, by name or by the titles and tags of their function pages."""
    rows = Release.objects.online().select_related("mini_program__profile")
    rows = rows.filter(mini_program__profile__is_searchable=True, mini_program__service__status=ServiceStatus.OPEN)
    if key := search_key(search):
        rows = rows.filter(Q(mini_program__profile__name_key__contains=key) | Q(search_words__contains=key))
    return rows.order_by("mini_program__profile__name", "pk")


@dataclass(frozen=True)
class Served:
    """What a person gets who opens a Mini Program: a release, or the reason why there is none."""

    drawn: Drawn | None
    service: Service | None

    @property
    def release(self) -> Release | None:
        """The release that they run; None while it is not published, or its service is suspended."""
        return self.drawn.release if self.drawn and not self.is_suspended else None

    @property
    def is_suspended(self) -> bool:
        """Whether the administrator or the platform has suspended the service."""
        return self.service is not None and self.service.status in (ServiceStatus.CLOSED, ServiceStatus.SUSPENDED)


def served_to(person: WeChatPerson, releases: list[Release]) -> Served:
    """What this person gets of the live releases of one Mini Program."""
    service = Service.objects.filter(mini_program=releases[0].mini_program_id).first() if releases else None
    return Served(drawn_for(releases, person), service)


def drawn_by_wechat_id(mini_program: MiniProgram, wechat_id: str) -> Drawn | None:
    """Which version somebody gets, and by which rule; None for a WeChat ID that nobody has, or with nothing online."""
    person = WeChatPerson.objects.filter(wechat_id=wechat_id.replace("\0", "")).first()
    return drawn_for(live_releases(mini_program.appid), person) if person else None


def service_of(mini_program: MiniProgram) -> Service | None:
    """Whether it is in service; None before the first publication."""
    return Service.objects.filter(mini_program=mini_program).first()


def phased_release_of(mini_program: MiniProgram) -> Release | None:
    """The release in phases, if one is going on."""
    rows = Release.objects.in_phases().filter(mini_program=mini_program)
    return rows.select_related(
        "order__build__package", "order__build__uploader", "published_by", "mini_program"
    ).first()


def replaced_release_of(mini_program: MiniProgram, pk: int) -> Release | None:
    """An earlier version of this Mini Program that a later one has replaced."""
    rows = mini_program.releases.filter(status=ReleaseStatus.REPLACED, pk=pk)
    return rows.select_related(
        "order__build__package", "order__build__uploader", "published_by", "mini_program"
    ).first()


def history_of_program(mini_program: MiniProgram) -> QuerySet[AuditEvent]:
    """Everything that has happened to versions, submissions, releases and the service, the latest first."""
    rows = AuditEvent.objects.filter(appid=mini_program.appid, event__in=HISTORY)
    return rows.order_by("-pk")


def programs_of(person: WeChatPerson, *, most: int = 50) -> list[Member]:
    """This person's memberships, with `is_online` and `experience` (its version number, or None) of each program."""
    online = Exists(Release.objects.online().filter(mini_program_id=OuterRef("mini_program_id")))
    rows = Member.objects.filter(person=person).select_related("mini_program__profile")
    chosen = ExperienceVersion.objects.filter(mini_program_id=OuterRef("mini_program_id")).values("build__version")
    rows = rows.annotate(is_online=online, experience=Subquery(chosen))
    return list(rows.order_by("-bound_at", "-pk")[:most])
