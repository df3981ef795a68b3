"""Audit orders: submit a development version for review, decide on it, delete a rejected one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, User
from accounts.permissions import Permission
from developers.lifecycle import BuildStatus
from developers.models import Build
from entities.queries import categories_of, is_complete
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.pages import PageInput, check_pages
from releases.lifecycle import APPROVE, DISCARD, REJECT, SUPERSEDE, OrderStatus
from releases.models import AuditOrder, FunctionPage, RejectionReason
from releases.reasons import REASONS

SUBMITTED = "releases.order.submitted"


@transaction.atomic
def submit_for_review(build: Build, *, by: Member, pages: list[PageInput], notes: str = "") -> AuditOrder:
    """Submit a development version for review; a decided version still in the Review module makes way for it.

    Refused with the codes of review.md §3.3; `field` is "notes", "pages" or "pages-<index>-<field>".
    """
    mini_program = lock(build.mini_program)
    build = Build.objects.select_related("package").get(pk=build.pk)
    if not by.may(Permission.ORDER_SUBMIT, build):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    check_may_submit(build, mini_program)
    check_notes(notes)
    check_pages(
        pages,
        package_pages=build.package.facts["pages"],
        categories={category.code for category in categories_of(mini_program)},
    )
    if (decided := mini_program.orders.in_review_slot().first()) is not None:
        advance(decided, SUPERSEDE, by=by)
    order = AuditOrder.objects.create(
        mini_program=mini_program,
        build=build,
        attempt=(mini_program.orders.aggregate(last=Max("attempt"))["last"] or 0) + 1,
        notes=notes,
        submitted_by=by.person,
        submitted_at=(submitted_at := now()),
        due_at=submitted_at + timedelta(days=RULES.version.review_days),
    )
    FunctionPage.objects.bulk_create(_function_page(order, number, page) for number, page in enumerate(pages, start=1))
    record(SUBMITTED, order, by=by, to_state=order.status, data={"version": build.version, "attempt": order.attempt})
    return order


def lock(mini_program: MiniProgram) -> MiniProgram:
    """Lock the Mini Program's row until the transaction ends: one submission or publication at a time."""
    return MiniProgram.objects.select_for_update().get(pk=mini_program.pk)


def check_may_submit(build: Build, mini_program: MiniProgram) -> None:
    """Refused, in words, when this development version can't be submitted now."""
    if build.status != BuildStatus.READY:
        raise Refused(_("This development version is no longer there: upload it again."), code="85086")
    check_program_may_submit(mini_program)
    if mini_program.releases.online().filter(order__build_id=build.pk).exists():
        raise Refused(_("This version is online already."), code="already_published")


def check_program_may_submit(mini_program: MiniProgram) -> None:
    """Refused, in words, when this Mini Program can't submit any version now."""
    if not is_complete(mini_program):
        raise Refused(_("Complete the Mini Program information first."), code="86002")
    if mini_program.orders.waiting().exists():
        raise Refused(_("Another version is under review. Wait for the decision."), code="85009")
    most = RULES.version.submissions_per_month
    if mini_program.orders.filter(submitted_at__gte=month_of(now())).count() >= most:
        words = _("The %(most)d submissions of this month are used up. Submit again next month.")
        raise Refused(words % {"most": most}, code="85085")


def month_of(time: datetime) -> datetime:
    """The beginning of this calendar month in the platform's time zone."""
    return timezone.localtime(time).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def check_notes(notes: str) -> None:
    """Refused when the notes for the reviewer are too long."""
    if "\0" in notes:
        raise Refused(_("The notes contain a character that can't be used."), code="notes_nul", field="notes")
    if len(notes) > (most := RULES.version.notes_characters):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="notes_too_long", field="notes")


def _function_page(order: AuditOrder, position: int, page: PageInput) -> FunctionPage:
    return FunctionPage(
        order=order, position=position, path=page.path, title=page.title, category=page.category, tags=page.tags
    )


@transaction.atomic
def approve(order: AuditOrder, *, by: User) -> None:
    """Approve a submission: its administrator may now publish it."""
    check_may_decide(order, by=by)
    advance(order, APPROVE, by=by, decided_by=by, decided_at=now(), data=_facts(order))


@transaction.atomic
def reject(order: AuditOrder, *, by: User, reasons: list[tuple[str, str]]) -> None:
    """Reject a submission, with at least one coded reason and the reviewer's own words for each."""
    check_may_decide(order, by=by)
    check_reasons(reasons)
    codes = [code for code, _text in reasons]
    advance(order, REJECT, by=by, decided_by=by, decided_at=now(), data=_facts(order) | {"reasons": codes})
    RejectionReason.objects.bulk_create(
        RejectionReason(order=order, code=code, text=text.strip()) for code, text in reasons
    )


def check_may_decide(order: AuditOrder, *, by: Actor) -> None:
    """NotAllowed when the reviewer is a member of the Mini Program, or no reviewer at all (security.md C3)."""
    if by.may(Permission.ORDER_DECIDE, None) and not by.may(Permission.ORDER_DECIDE, order):
        raise NotAllowed(_("You are a member of this Mini Program: somebody else must decide."), code="own_program")


def check_reasons(reasons: list[tuple[str, str]]) -> None:
    """Refused unless at least one known reason is given, each once and in words; `field` is "reasons" or the code."""
    if not reasons:
        raise Refused(_("Choose at least one reason."), code="reason_missing", field="reasons")
    most, seen = RULES.version.reason_characters, set()
    for code, text in reasons:
        if code not in REASONS:
            raise Refused(_("There is no such reason."), code="reason_unknown", field="reasons")
        if code in seen:
            raise Refused(_("Give each reason once."), code="reason_twice", field="reasons")
        if not text.strip():
            raise Refused(_("Say in words what was found."), code="reason_without_words", field=code)
        if len(text) > most:
            raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="reason_too_long", field=code)
        seen.add(code)


@transaction.atomic
def delete_order(order: AuditOrder, *, by: Member) -> None:
    """Delete a rejected version from the Review module. The development version stays."""
    advance(order, DISCARD, by=by, data=_facts(order))


def _facts(order: AuditOrder) -> dict[str, object]:
    return {"version": order.build.version, "attempt": order.attempt}


__all__ = ["OrderStatus", "PageInput", "approve", "delete_order", "reject", "submit_for_review"]
