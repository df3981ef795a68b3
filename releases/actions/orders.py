"""Audit orders: submit a development version for review, delete a rejected one."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from accounts.permissions import Permission
from developers.models import Build
from entities.queries import categories_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions import test_accounts
from releases.actions.claims import facts_of
from releases.actions.pages import PageInput, check_pages
from releases.actions.readiness import check_may_submit
from releases.actions.test_accounts import TestAccountInput
from releases.lifecycle import DISCARD, SUPERSEDE
from releases.models import AuditOrder, FunctionPage

SUBMITTED = "releases.order.submitted"


@transaction.atomic
def submit_for_review(
    build: Build,
    *,
    by: Member,
    pages: list[PageInput],
    notes: str = "",
    feedback: str = "",
    test_account: TestAccountInput | None = None,
) -> AuditOrder:
    """Submit a development version for review; a decided version still in the Review module makes way for it.

    `feedback` is about the rejection before; without one it is ignored (review.md §3.3). Refused with the codes of
    review.md §3.3; `field` is "notes", "feedback", a test account's or "pages", "pages-<index>-<field>".
    """
    mini_program = lock(build.mini_program)
    build = Build.objects.select_related("package").get(pk=build.pk)
    if not by.may(Permission.ORDER_SUBMIT, build):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    check_may_submit(build, mini_program)
    check_notes(notes)
    account = test_accounts.checked(test_account or TestAccountInput(), mini_program)
    check_pages(
        pages,
        package_pages=build.package.facts["pages"],
        categories={category.code for category in categories_of(mini_program)},
    )
    feedback = checked_feedback(feedback, mini_program)
    if (decided := mini_program.orders.in_review_slot().first()) is not None:
        advance(decided, SUPERSEDE, by=by)
    order = AuditOrder.objects.create(
        mini_program=mini_program,
        build=build,
        attempt=next_attempt(mini_program),
        entity_type=mini_program.entity.type,
        category=pages[0].category,
        notes=notes,
        feedback=feedback,
        submitted_by=by.person,
        submitted_at=(submitted_at := now()),
        due_at=submitted_at + timedelta(days=RULES.version.review_days),
    )
    FunctionPage.objects.bulk_create(_function_page(order, number, page) for number, page in enumerate(pages, start=1))
    test_accounts.keep(account, order)
    record(SUBMITTED, order, by=by, to_state=order.status, data={"version": build.version, "attempt": order.attempt})
    return order


def next_attempt(mini_program: MiniProgram) -> int:
    """The number of the next submission; the Mini Program's row is locked."""
    return (mini_program.orders.aggregate(last=Max("attempt"))["last"] or 0) + 1


def checked_feedback(feedback: str, mini_program: MiniProgram) -> str:
    """What is said about the last rejection; nothing where the last verdict was none (review.md §3.3)."""
    last = test_accounts.last_decided(mini_program)
    if last is None or not last.was_rejected:
        return ""
    feedback = feedback.replace("\0", "").strip()
    if len(feedback) > (most := RULES.review.feedback_characters):
        words = _("Use at most %(most)d characters.") % {"most": most}
        raise Refused(words, code="feedback_too_long", field="feedback")
    return feedback


def lock(mini_program: MiniProgram) -> MiniProgram:
    """Lock the Mini Program's row until the transaction ends: one submission or publication at a time."""
    return MiniProgram.objects.select_for_update().get(pk=mini_program.pk)


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
def delete_order(order: AuditOrder, *, by: Member) -> None:
    """Delete a rejected version from the Review module. The development version stays."""
    advance(order, DISCARD, by=by, data=facts_of(order))
