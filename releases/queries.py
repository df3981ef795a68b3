"""What Development Management, the desk and the phone read about orders and releases."""

import unicodedata

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.fields import BooleanField
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, User, WeChatPerson
from accounts.permissions import Role
from developers.models import Build
from platform_site.kernel.models import AuditEvent
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder, AuditOrderQuerySet, ProgramCode, RejectionReason, Release

COUNTED = 1000  # beyond this a list says "1000+"


class CappedPaginator(Paginator):
    """Pages of a list that may be long: counts to COUNTED at most, and shows no more than that."""

    @cached_property
    def counted(self) -> int:
        return self.object_list[: COUNTED + 1].count()  # type: ignore[attr-defined]

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED)

    @property
    def count_words(self) -> str:
        """The count as people read it: "17", or "1000+"."""
        return f"{COUNTED}+" if self.counted > COUNTED else str(self.counted)


def page_of(rows: QuerySet, number: str | None, *, size: int) -> Page:
    """One page of a list; a number that makes no sense gives the first or the last."""
    return CappedPaginator(rows, size).get_page(number)


def search_key(text: str) -> str:
    """Text as searching sees it: NFKC, case folded, spaces collapsed, no NUL."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\0", "")).casefold().split())


# --- Development Management ------------------------------------------------------------------------------------------


def orders() -> AuditOrderQuerySet:
    """Orders with all that a card shows."""
    return AuditOrder.objects.select_related(
        "mini_program__profile", "mini_program__user", "build__package", "build__uploader", "submitted_by", "decided_by"
    )


def order_in_review_slot(mini_program: MiniProgram) -> AuditOrder | None:
    """What the Review module shows, with its reasons."""
    return orders().prefetch_related("reasons").filter(mini_program=mini_program).in_review_slot().first()


def order_of(mini_program: MiniProgram, pk: int) -> AuditOrder | None:
    """One order of this Mini Program; deleted ones are gone for the console."""
    rows = orders().prefetch_related("reasons", "function_pages").filter(mini_program=mini_program)
    return rows.exclude(status=OrderStatus.DELETED).filter(pk=pk).first()


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


def program_code_of(mini_program: MiniProgram) -> ProgramCode | None:
    """The Mini Program's own QR, once it has been published."""
    return ProgramCode.objects.select_related("link").filter(mini_program=mini_program).first()


def place_in_queue(order: AuditOrder) -> int:
    """Which place a waiting order has at the desk, from 1 (counted to COUNTED)."""
    before = Q(due_at__lt=order.due_at) | Q(due_at=order.due_at, pk__lt=order.pk)
    return AuditOrder.objects.waiting().filter(before)[:COUNTED].count() + 1


def history_of_order(order: AuditOrder) -> list[AuditEvent]:
    """The order's timeline, oldest first."""
    rows = AuditEvent.objects.filter(subject_type=AuditOrder._meta.label_lower, subject_id=str(order.pk))
    return list(rows.order_by("pk"))


def history_without_names(order: AuditOrder) -> list[AuditEvent]:
    """The timeline as the console shows it: a reviewer is not named."""
    events = history_of_order(order)
    for event in events:
        if event.actor_kind == "staff":
            event.actor_name = _("Review team")
    return events


# --- The desk --------------------------------------------------------------------------------------------------------


def desk_queue(reviewer: User, *, decided: bool = False, search: str = "") -> QuerySet[AuditOrder]:
    """Waiting orders, the first due first; or decided ones, the latest first. `is_own`: the reviewer is a member."""
    rows = orders().annotate(is_own=_is_member(reviewer.person_id, "mini_program"))
    if decided:
        rows = rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    else:
        rows = rows.filter(status=OrderStatus.UNDER_REVIEW).order_by("due_at", "pk")
    if key := search_key(search):
        rows = rows.filter(Q(mini_program__appid__contains=key) | Q(mini_program__profile__name_key__contains=key))
    return rows


def _is_member(person_id: int | None, program: str) -> Exists | Value:
    if person_id is None:
        return Value(False, output_field=BooleanField())
    return Exists(Member.objects.filter(mini_program_id=OuterRef(f"{program}_id"), person_id=person_id))


def next_waiting(reviewer: User) -> AuditOrder | None:
    """The order that this reviewer should look at next: the first due of a program that is not their own."""
    return desk_queue(reviewer).exclude(_is_member(reviewer.person_id, "mini_program")).first()


def desk_order(pk: int) -> AuditOrder | None:
    """One submission as a reviewer sees it."""
    rows = orders().select_related("mini_program__entity").prefetch_related("function_pages", "reasons")
    return rows.filter(pk=pk).first()


def earlier_orders(order: AuditOrder, *, most: int = 20) -> list[AuditOrder]:
    """Earlier submissions of the same Mini Program with their verdicts, the latest first."""
    rows = orders().filter(mini_program_id=order.mini_program_id, attempt__lt=order.attempt)
    reasons = Prefetch("reasons", RejectionReason.objects.order_by("pk"))
    return list(rows.prefetch_related(reasons).order_by("-attempt")[:most])


# --- The phone -------------------------------------------------------------------------------------------------------


def online_releases(search: str = "") -> QuerySet[Release]:
    """Online Mini Programs, found by name or by the titles and tags of their function pages."""
    rows = (
        Release.objects.online().select_related("mini_program__profile").order_by("mini_program__profile__name", "pk")
    )
    if key := search_key(search):
        rows = rows.filter(Q(mini_program__profile__name_key__contains=key) | Q(search_words__contains=key))
    return rows.order_by("mini_program__profile__name", "pk")


def online_release_by_appid(appid: str) -> Release | None:
    """The release that users of this AppID run now."""
    rows = Release.objects.online().select_related("mini_program__profile", "order__build__package")
    return rows.filter(mini_program__appid=appid).first()


def programs_of(person: WeChatPerson, *, most: int = 50) -> list[Member]:
    """This person's memberships, with `is_online` of each Mini Program."""
    online = Exists(Release.objects.online().filter(mini_program_id=OuterRef("mini_program_id")))
    rows = Member.objects.filter(person=person).select_related("mini_program__profile")
    return list(rows.annotate(is_online=online).order_by("-bound_at", "-pk")[:most])
