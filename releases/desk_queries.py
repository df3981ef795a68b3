"""What the desk's page of one submission reads besides the submission: thread, notes, held verdicts, checks."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from developers.packages.report import Report
from entities.models import EntityType
from entities.queries import categories_of, standing_of
from releases.lifecycle import DECIDED
from releases.models import (
    AuditOrder,
    HeldDecision,
    MessageKind,
    OrderMessage,
    RejectionReason,
    ReviewPicture,
    StaffNote,
    TestAccount,
)

MOST_MESSAGES = 200
MOST_NOTES = 50


def thread_of(order: AuditOrder, *, for_staff: bool) -> list[OrderMessage]:
    """What was written about a submission, oldest first, with its pictures; notes for staff only where asked for."""
    rows = order.messages.select_related("staff", "person").prefetch_related("pictures")
    if not for_staff:
        rows = rows.exclude(kind=MessageKind.NOTE)
    return list(rows.order_by("-pk")[:MOST_MESSAGES])[::-1]


def notes_of(order: AuditOrder) -> list[StaffNote]:
    """What staff keep in mind about this Mini Program, the latest first."""
    rows = StaffNote.objects.select_related("written_by").filter(mini_program_id=order.mini_program_id)
    return list(rows.order_by("-pk")[:MOST_NOTES])


def second_opinions_of(order: AuditOrder) -> list[HeldDecision]:
    """The verdicts on a submission that waited for a second reviewer, the latest first."""
    return list(order.held_decisions.select_related("held_by", "second_by").order_by("-pk"))


def picture_of(order: int, number: int) -> ReviewPicture | None:
    """A screenshot about the submission with this number, for staff."""
    return ReviewPicture.objects.filter(order_id=order, pk=number).first()


def told_pictures_of(order: AuditOrder) -> QuerySet[ReviewPicture]:
    """The screenshots that the administrator may see: those of reasons and of what is not for staff only."""
    return order.pictures.filter(Q(reason__isnull=False) | ~Q(message__kind=MessageKind.NOTE))


def has_test_account(order: AuditOrder) -> bool:
    """Whether one was given with this submission."""
    return TestAccount.objects.filter(order=order).exists()


def last_approved_before(order: AuditOrder) -> AuditOrder | None:
    """The latest earlier submission of the same Mini Program that was approved: what this one is compared with."""
    reasons = RejectionReason.objects.filter(order_id=OuterRef("pk"))
    rows = AuditOrder.objects.select_related("build__package").filter(
        ~Exists(reasons), mini_program_id=order.mini_program_id, attempt__lt=order.attempt, status__in=sorted(DECIDED)
    )
    return rows.order_by("-attempt").first()


# --- Automatic checks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One automatic check: its words, whether it passed (None: there was nothing to run), and what it found."""

    label: str | Promise
    passed: bool | None
    found: str | Promise = ""


def report_of(order: AuditOrder) -> Report | None:
    """What the inspector said of the package; None for what was stored before it was kept."""
    kept = order.build.package.facts.get("report")
    return Report.from_json(kept) if kept else None


def checks_of(order: AuditOrder, *, given_account: bool) -> list[Check]:
    """What is checked without a reviewer: the package, the function pages and their categories, the entity."""
    package, pages = order.build.package, list(order.function_pages.all())
    report = report_of(order)
    missing = [page.path for page in pages if page.path not in package.facts["pages"]]
    own = {category.code for category in categories_of(order.mini_program)}
    foreign = [str(page.category_label) for page in pages if page.category not in own]
    standing = standing_of(order.mini_program) if order.entity_type != EntityType.INDIVIDUAL else None
    return [
        Check(_("The package has no errors"), None if report is None else report.is_clean),
        Check(_("The package has no warnings"), None if report is None else not report.warnings),
        Check(_("Each function page is in the package"), not missing, ", ".join(missing)),
        Check(_("Each function page stands in a category of the Mini Program"), not foreign, ", ".join(foreign)),
        Check(_("The entity is verified"), None if standing is None else standing.is_verified),
        Check(_("A test account was given"), given_account or (None if order.attempt == 1 else False)),
    ]
