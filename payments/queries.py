"""Reads of WeChat Pay: where an application stands, what is linked, what waits at the desk."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.desk_work import CLAIM_EVENTS, DeskWork
from accounts.looks import recent_looks
from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from entities.queries import display_name
from payments.lifecycle import LIVE_LINK, OPEN_APPLICATION, LinkStatus, PayStatus
from payments.models import Merchant, MerchantLink, PayApplication
from payments.questions import ID_SCANS, SCAN, STEPS, Question, Step, asked, problems
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent, events_about

MOST_LINKS = 100
REVEALED = "payments.payapplication.revealed"


def open_application_of(mini_program: MiniProgram) -> PayApplication | None:
    """The application that is going on."""
    rows = PayApplication.objects.select_related("mini_program__entity")
    return rows.filter(mini_program=mini_program, status__in=sorted(OPEN_APPLICATION)).first()


def newest_application_of(mini_program: MiniProgram) -> PayApplication | None:
    """The latest application, whatever became of it: its state is where WeChat Pay stands."""
    return PayApplication.objects.filter(mini_program=mini_program).order_by("-pk").first()


def problems_of(application: PayApplication, *, step: Step | None = None) -> dict[str, Refused]:
    """What is missing or wrong in an application: {question: refusal}; in one step, or in all."""
    return problems(application.given, application.scans, step=step, old_licence=_old_licence(application))


def steps_done(application: PayApplication) -> dict[str, bool]:
    """{step: whether nothing is missing or wrong with it}; the answers are decrypted once."""
    given, old_licence = application.given, _old_licence(application)
    return {step.name: not problems(given, application.scans, step=step, old_licence=old_licence) for step in STEPS}


def asked_in(application: PayApplication, step: Step | None = None) -> list[Question]:
    """The questions that this application must answer as it stands; of one step, or of all."""
    return asked(application.given, step=step, old_licence=_old_licence(application))


def _old_licence(application: PayApplication) -> bool:
    return application.mini_program.entity.has_old_licence


def links_of(mini_program: MiniProgram) -> list[MerchantLink]:
    """The merchant numbers of a Mini Program, the latest first, with what was refused or ended."""
    rows = MerchantLink.objects.select_related("merchant__mini_program__profile", "mini_program__standing")
    return list(rows.filter(mini_program=mini_program).order_by("-pk")[:MOST_LINKS])


def asked_of(mini_program: MiniProgram) -> list[MerchantLink]:
    """Who asks to be linked to merchant numbers that this Mini Program has opened."""
    rows = MerchantLink.objects.select_related("merchant", "mini_program__profile", "asked_by")
    return list(rows.filter(merchant__mini_program=mini_program, status=LinkStatus.ASKED).order_by("pk")[:MOST_LINKS])


def linked_to(mini_program: MiniProgram) -> list[MerchantLink]:
    """All AppIDs that are linked to merchant numbers of this Mini Program."""
    rows = MerchantLink.objects.select_related("merchant", "mini_program__profile", "mini_program__standing")
    live = sorted(LIVE_LINK - {LinkStatus.ASKED})
    return list(rows.filter(merchant__mini_program=mini_program, status__in=live).order_by("pk")[:MOST_LINKS])


def link_with(pk: int) -> MerchantLink | None:
    """One link."""
    rows = MerchantLink.objects.select_related("merchant__mini_program", "mini_program__standing")
    return rows.filter(pk=pk).first() if pk < 2**63 else None


def merchant_with(mchid: str) -> Merchant | None:
    """The merchant with this number."""
    return Merchant.objects.select_related("mini_program", "application").filter(mchid=mchid).first()


def at_desk(*, decided: bool = False) -> QuerySet[PayApplication]:
    """What waits for its review, the first due first; or what is decided, the latest first."""
    rows = PayApplication.objects.select_related("mini_program__profile", "mini_program__entity", "decided_by")
    if decided:
        return rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    return rows.filter(status=PayStatus.UNDER_REVIEW).order_by("due_at", "pk")


def application_at_desk(pk: int) -> PayApplication | None:
    """One application that was handed in."""
    rows = PayApplication.objects.select_related("mini_program__profile", "mini_program__entity", "decided_by")
    return rows.filter(pk=pk, submitted_at__isnull=False).first() if pk < 2**63 else None


PAY_APPLICATIONS = DeskWork(
    kind="pay",
    label=_("WeChat Pay"),
    model=PayApplication,
    status=PayStatus.UNDER_REVIEW,
    permission=Permission.PAY_DECIDE,
    page="payments:desk_application",
    queue="payments:desk_applications",
    find=application_at_desk,
    title=lambda row: display_name(row.mini_program),
    told_by=("mini_program__profile",),
)


def history_of(application: PayApplication, *, for_staff: bool = False) -> list[AuditEvent]:
    """What has happened to an application, oldest first; who has claimed it only for staff."""
    rows = events_about(application)
    rows = rows if for_staff else rows.exclude(event__startswith=CLAIM_EVENTS)
    return list(rows.order_by("pk")[:200])


def accounts_to_check() -> QuerySet[PayApplication]:
    """Applications whose settlement account was sent a small amount, the latest first: the bank shows them."""
    rows = PayApplication.objects.select_related("mini_program__entity", "mini_program__profile")
    return rows.filter(check_fen__isnull=False, status=PayStatus.TO_VERIFY).order_by("-pk")


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it; `slot` names a scan, `is_hidden` says that it is not shown yet."""

    label: str | Promise
    text: str
    slot: str = ""
    is_hidden: bool = False


def shown_answers(application: PayApplication, *, masked: bool = False) -> list[tuple[str | Promise, list[Shown]]]:
    """What was handed in: [(step, answers)], choices in words; people's data and ID cards hidden where `masked`."""
    given = application.given
    return [
        (step.label, [_shown(question, application, given, masked) for question in asked_in(application, step)])
        for step in STEPS
    ]


def _shown(question: Question, application: PayApplication, given: dict[str, str], masked: bool) -> Shown:
    if question.kind == SCAN:
        slot = question.name if application.scans.get(question.name) else ""
        return Shown(question.label, "", slot, is_hidden=masked and bool(slot) and slot in ID_SCANS)
    text = str(given.get(question.name, ""))
    if masked and question.mask is not None:
        return Shown(question.label, question.mask(text))
    return Shown(question.label, dict(question.choices()).get(text, text))


def scan_at_desk(application: PayApplication, slot: str, *, reviewer: User) -> str | None:
    """The SHA-256 of a scan; one of an ID card only for the reviewer who has had it revealed, for a while."""
    if slot in ID_SCANS and not recent_looks(REVEALED, application, reviewer=reviewer).exists():
        return None
    return application.scans.get(slot)
