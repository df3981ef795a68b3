"""What the desk and the administrator write to each other about a submission: questions, answers, messages, notes."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Permission
from accounts.wording import check_words
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions import test_accounts
from releases.actions.claims import UNCLAIMED, check_may_decide, claimed_for, facts_of, locked
from releases.actions.pictures import CleanPicture, attach
from releases.actions.test_accounts import TestAccountInput
from releases.lifecycle import ANSWER, ASK, DELAY, ESCALATE, Lane, OrderStatus
from releases.models import AuditOrder, MessageKind, OrderMessage, StaffNote

WRITTEN = "releases.order.message_written"
WROTE_BACK = "releases.order.message_received"


def checked_words(words: str, *, missing: str, field: str = "words") -> str:
    """What was written, tidied; Refused (`field`) when it is nothing (`missing` says why) or too long."""
    return check_words(words, most=RULES.desk.words, missing=missing, kind="words", field=field)


@transaction.atomic
def ask(
    order: AuditOrder,
    *,
    by: User,
    words: str,
    pictures: Iterable[CleanPicture] = (),
    wants_test_account: bool = False,
) -> None:
    """Ask the administrator for something; the due time stands still until they answer."""
    order = claimed_for(order, by=by)
    words = checked_words(words, missing=_("Say what you need: the administrator reads it."))
    stamps = {"asked_at": now(), "wants_test_account": wants_test_account}
    advance(order, ASK, by=by, reason=words, data=facts_of(order), **stamps, **UNCLAIMED)
    attach(order, pictures, by=by, message=_write(order, MessageKind.QUESTION, words, by=by))


@transaction.atomic
def answer(
    order: AuditOrder,
    *,
    by: Member,
    text: str,
    pictures: Iterable[CleanPicture] = (),
    test_account: TestAccountInput | None = None,
) -> None:
    """The administrator's answer to what the desk has asked: the submission waits for review again, and is due later by
    as long as the question stood open.

    Refused (`illegal_move`) when nothing is asked; with `field` "text", or a test account's, for what is missing.
    """
    order = locked(order)
    if not by.may(Permission.ORDER_SUBMIT, order):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    if order.status != OrderStatus.WAITING_DEVELOPER or order.asked_at is None:
        raise IllegalMove(_("The desk asks nothing about this submission now."), code="illegal_move")
    text = checked_words(text, missing=_("Write an answer for the reviewer."), field="text")
    _keep_account(order, test_account or TestAccountInput())
    waited = now() - order.asked_at
    advance(
        order,
        ANSWER,
        by=by,
        data=facts_of(order),
        asked_at=None,
        asked_seconds=order.asked_seconds + int(waited.total_seconds()),
        due_at=order.due_at + waited,
        wants_test_account=False,
    )
    attach(order, pictures, by=by, message=_write(order, MessageKind.ANSWER, text, by=by))


def _keep_account(order: AuditOrder, given: TestAccountInput) -> None:
    """The test account that was asked for; a new one takes the place of the one before."""
    if not (given or order.wants_test_account):
        return
    account = test_accounts.checked(given, order.mini_program, is_asked=order.wants_test_account)
    test_accounts.keep(account, order)


@transaction.atomic
def delay(order: AuditOrder, *, by: User, words: str, days: int) -> None:
    """Delay the verdict by some days, with a reason that the administrator reads; it goes back to the queue."""
    order = claimed_for(order, by=by)
    words = checked_words(words, missing=_("Say why it takes longer: the administrator reads it."))
    if not 1 <= days <= RULES.desk.delay_days_max:
        message = _("Choose from 1 to %(most)d days.") % {"most": RULES.desk.delay_days_max}
        raise Refused(message, code="delay_days", field="days")
    stamps = {"due_at": now() + timedelta(days=days), **UNCLAIMED}
    advance(order, DELAY, by=by, reason=words, data=facts_of(order) | {"days": days}, **stamps)
    _write(order, MessageKind.DELAY, words, by=by)


@transaction.atomic
def escalate(order: AuditOrder, *, by: User, words: str) -> None:
    """Give it to a colleague with more experience: it goes back to the queue, in the lane of escalated ones."""
    order = claimed_for(order, by=by)
    words = checked_words(words, missing=_("Say what the next reviewer should look at: only staff read it."))
    lane = min(order.lane, Lane.ESCALATED)
    advance(order, ESCALATE, by=by, data=facts_of(order), lane=lane, **UNCLAIMED)
    _write(order, MessageKind.NOTE, words, by=by)


@transaction.atomic
def write(order: AuditOrder, *, by: User, words: str, pictures: Iterable[CleanPicture] = ()) -> OrderMessage:
    """A message of the desk to the administrator; nothing else changes."""
    order = locked(order)
    check_may_decide(order, by=by)
    words = checked_words(words, missing=_("Write a message."))
    message = _write(order, MessageKind.MESSAGE, words, by=by)
    attach(order, pictures, by=by, message=message)
    record(WRITTEN, order, by=by, reason=words, data=facts_of(order))
    return message


@transaction.atomic
def write_back(order: AuditOrder, *, by: Member, text: str, pictures: Iterable[CleanPicture] = ()) -> OrderMessage:
    """A message of the administrator to the desk, while there is no verdict."""
    order = locked(order)
    if not by.may(Permission.ORDER_SUBMIT, order):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    if not order.is_open:
        raise IllegalMove(_("There is a verdict already: nobody at the desk reads this."), code="illegal_move")
    text = checked_words(text, missing=_("Write a message."), field="text")
    message = _write(order, MessageKind.MESSAGE, text, by=by)
    attach(order, pictures, by=by, message=message)
    record(WROTE_BACK, order, by=by, data=facts_of(order))
    return message


def _write(order: AuditOrder, kind: MessageKind, text: str, *, by: User | Member) -> OrderMessage:
    who: dict[str, User | object] = {"staff": by} if isinstance(by, User) else {"person": by.person}
    return OrderMessage.objects.create(order=order, kind=kind, text=text, written_at=now(), **who)


@transaction.atomic
def note(order: AuditOrder, *, by: User, words: str) -> StaffNote:
    """A note about the Mini Program of this submission, for staff only; it stays for the submissions after it."""
    check_may_decide(order, by=by)
    words = checked_words(words, missing=_("Write a note."))
    return StaffNote.objects.create(mini_program=order.mini_program, text=words, written_by=by, written_at=now())
