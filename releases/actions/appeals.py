"""Appeals: a rejection is looked at again, by another reviewer (review.md §2.1, §2.6)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.permissions import Permission
from developers.lifecycle import BuildStatus
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.orders import SUBMITTED, lock, next_attempt
from releases.actions.readiness import check_program_may_submit
from releases.actions.test_accounts import TestAccountInput, keep
from releases.lifecycle import SUPERSEDE, Lane, OrderStatus
from releases.models import AuditOrder, FunctionPage, TestAccount


@transaction.atomic
def appeal(order: AuditOrder, *, by: Member, words: str) -> AuditOrder:
    """Ask another reviewer to look at a rejected submission again, as it was; once, and soon."""
    mini_program = lock(order.mini_program)
    order.refresh_from_db(from_queryset=AuditOrder.objects.select_related("mini_program", "build"))
    if not by.may(Permission.ORDER_SUBMIT, order):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    check_may_appeal(order)
    words = words.replace("\0", "").strip()
    if not words:
        raise Refused(_("Say why the verdict should be another."), code="words_missing", field="words")
    if len(words) > (most := RULES.review.feedback_characters):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="words_too_long", field="words")
    advance(order, SUPERSEDE, by=by)
    at = now()
    again = AuditOrder.objects.create(
        mini_program=mini_program,
        build=order.build,
        attempt=next_attempt(mini_program),
        lane=Lane.APPEAL,
        entity_type=order.entity_type,
        category=order.category,
        appeal_of=order,
        notes=order.notes,
        feedback=words,
        submitted_by=by.person,
        submitted_at=at,
        due_at=at + timedelta(days=RULES.version.review_days),
    )
    pages = order.function_pages.order_by("position")
    FunctionPage.objects.bulk_create(
        FunctionPage(order=again, position=p.position, path=p.path, title=p.title, category=p.category, tags=p.tags)
        for p in pages
    )
    if (account := TestAccount.objects.filter(order=order).first()) is not None:
        keep(TestAccountInput(account.account, account.password, account.notes), again)
    data = {"version": order.build.version, "attempt": again.attempt, "appeal_of": order.attempt}
    record(SUBMITTED, again, by=by, to_state=again.status, data=data)
    return again


def check_may_appeal(order: AuditOrder) -> None:
    """Refused, in words, when there can be no appeal against this verdict."""
    if order.status != OrderStatus.REJECTED or order.decided_at is None:
        raise Refused(_("There is only an appeal against a rejection."), code="illegal_move")
    if order.appeal_of_id is not None:
        raise Refused(_("The verdict on an appeal is final. Correct the version and submit it again."), code="appealed")
    if order.build.status != BuildStatus.READY:
        raise Refused(_("This development version is no longer there: upload it again."), code="85086")
    if order.decided_at + timedelta(days=RULES.review.appeal_days) < now():
        words = _("An appeal is possible for %(days)d days after the verdict. Submit the version again.")
        raise Refused(words % {"days": RULES.review.appeal_days}, code="appeal_too_late")
    check_program_may_submit(order.mini_program)
