"""What a reviewer can do with a submission, each thing declared once: who may, from which states, what it needs.

Page, form, keys and the control API are drawn from this table (review.md §2.6, actions as data).

`perform("delay", order, Given(words="…", days=2), by=reviewer)` does it, by the ordinary actions, or is Refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Refused
from releases.actions import conversation, held_decisions, verdicts
from releases.actions.pictures import CleanPicture
from releases.actions.verdicts import ReasonInput
from releases.lifecycle import AT_THE_DESK, OrderStatus
from releases.models import AuditOrder

AT_HAND = frozenset({OrderStatus.QUEUED, OrderStatus.DELAYED, OrderStatus.CLAIMED})  # a free one is claimed by deciding
SECOND = frozenset({OrderStatus.SECOND_OPINION})


class Need(StrEnum):
    """What a decision asks the reviewer for."""

    REASONS = "reasons"
    WORDS = "words"
    OPTIONAL_WORDS = "optional_words"
    DAYS = "days"
    PICTURES = "pictures"
    SECOND = "second"  # may be held for a second opinion


@dataclass(frozen=True)
class Given:
    """What the reviewer gave."""

    reasons: tuple[ReasonInput, ...] = ()
    words: str = ""
    days: int = 0
    pictures: tuple[CleanPicture, ...] = ()
    ask_second: bool = False


@dataclass(frozen=True)
class Decision:
    """A thing that a reviewer can do with a submission. `told`: its words reach the administrator."""

    name: str
    label: str | Promise
    hint: str | Promise
    key: str
    states: frozenset[str]
    act: Callable[[AuditOrder, Given, User], object]
    needs: frozenset[Need] = field(default_factory=frozenset)
    told: bool = True
    danger: bool = False
    permission: Permission = Permission.ORDER_DECIDE
    done: str | Promise = ""  # what is said when it is done

    def is_open_for(self, order: AuditOrder) -> bool:
        """Whether it can be done from the state that the submission is in."""
        return order.status in self.states

    @property
    def asks_words(self) -> bool:
        return bool(self.needs & {Need.WORDS, Need.OPTIONAL_WORDS})


def _approve(order: AuditOrder, given: Given, by: User) -> object:
    return verdicts.approve(order, by=by, ask_second=given.ask_second, words=given.words)


def _reject(order: AuditOrder, given: Given, by: User) -> object:
    return verdicts.reject(order, by=by, reasons=given.reasons, ask_second=given.ask_second, words=given.words)


def _delay(order: AuditOrder, given: Given, by: User) -> object:
    return conversation.delay(order, by=by, words=given.words, days=given.days)


def _ask_test_account(order: AuditOrder, given: Given, by: User) -> object:
    if not verdicts.may_ask_for_test_account(order):
        return verdicts.return_for_test_account(order, by=by, words=given.words)
    words = given.words.strip() or _("Please provide a test account with which all functions can be tried.")
    return conversation.ask(order, by=by, words=words, wants_test_account=True)


def _ask(order: AuditOrder, given: Given, by: User) -> object:
    return conversation.ask(order, by=by, words=given.words, pictures=given.pictures)


def _escalate(order: AuditOrder, given: Given, by: User) -> object:
    return conversation.escalate(order, by=by, words=given.words)


def _confirm(order: AuditOrder, given: Given, by: User) -> object:
    return held_decisions.confirm_held(order, by=by)


def _send_back(order: AuditOrder, given: Given, by: User) -> object:
    return held_decisions.send_back(order, by=by, words=given.words)


def _write(order: AuditOrder, given: Given, by: User) -> object:
    return conversation.write(order, by=by, words=given.words, pictures=given.pictures)


def _note(order: AuditOrder, given: Given, by: User) -> object:
    return conversation.note(order, by=by, words=given.words)


VERDICTS = (
    Decision(
        "approve",
        gettext_lazy("Approve"),
        gettext_lazy("The administrator may then publish it by hand."),
        "a",
        AT_HAND,
        _approve,
        frozenset({Need.SECOND}),
        done=gettext_lazy("Approved: %(order)s."),
    ),
    Decision(
        "reject",
        gettext_lazy("Reject"),
        gettext_lazy("With at least one reason, in your own words. The administrator reads them."),
        "r",
        AT_HAND,
        _reject,
        frozenset({Need.REASONS, Need.PICTURES, Need.SECOND}),
        danger=True,
        done=gettext_lazy("Rejected: %(order)s."),
    ),
    Decision(
        "delay",
        gettext_lazy("Delay"),
        gettext_lazy("The verdict comes later. The administrator reads why."),
        "d",
        AT_HAND,
        _delay,
        frozenset({Need.WORDS, Need.DAYS}),
        done=gettext_lazy("Delayed: %(order)s."),
    ),
    Decision(
        "ask_test_account",
        gettext_lazy("Ask for a test account"),
        gettext_lazy("A first submission goes back with this reason; from the second one on it waits for the answer."),
        "t",
        AT_HAND,
        _ask_test_account,
        frozenset({Need.OPTIONAL_WORDS}),
        done=gettext_lazy("A test account is asked for: %(order)s."),
    ),
    Decision(
        "ask_material",
        gettext_lazy("Ask for material"),
        gettext_lazy("The submission waits for the administrator's answer; its due time stands still."),
        "m",
        AT_HAND,
        _ask,
        frozenset({Need.WORDS, Need.PICTURES}),
        done=gettext_lazy("The administrator is asked: %(order)s."),
    ),
    Decision(
        "escalate",
        gettext_lazy("Escalate"),
        gettext_lazy("A colleague with more experience decides. Only staff read your words."),
        "e",
        AT_HAND,
        _escalate,
        frozenset({Need.WORDS}),
        told=False,
        done=gettext_lazy("Escalated: %(order)s."),
    ),
    Decision(
        "confirm",
        gettext_lazy("Confirm the held verdict"),
        gettext_lazy("It is carried out as your colleague gave it."),
        "c",
        SECOND,
        _confirm,
        done=gettext_lazy("Confirmed: %(order)s."),
    ),
    Decision(
        "send_back",
        gettext_lazy("Send back to the queue"),
        gettext_lazy("You do not agree: somebody decides anew. Only staff read your words."),
        "b",
        SECOND,
        _send_back,
        frozenset({Need.WORDS}),
        told=False,
        danger=True,
        done=gettext_lazy("Sent back: %(order)s."),
    ),
)
REMARKS = (
    Decision(
        "message",
        gettext_lazy("Write to the administrator"),
        gettext_lazy("A message; nothing else changes."),
        "w",
        AT_THE_DESK | {OrderStatus.WAITING_DEVELOPER},
        _write,
        frozenset({Need.WORDS, Need.PICTURES}),
        done=gettext_lazy("Your message is sent."),
    ),
    Decision(
        "note",
        gettext_lazy("Note for staff"),
        gettext_lazy("It stays with the Mini Program. Only staff read it."),
        "i",
        frozenset(OrderStatus),
        _note,
        frozenset({Need.WORDS}),
        told=False,
        done=gettext_lazy("Your note is kept."),
    ),
)
DECISIONS = {decision.name: decision for decision in (*VERDICTS, *REMARKS)}


def open_decisions(order: AuditOrder) -> list[Decision]:
    """The verdicts that can be given from the state that the submission is in."""
    return [decision for decision in VERDICTS if decision.is_open_for(order)]


def perform(name: str, order: AuditOrder, given: Given, *, by: User) -> Decision:
    """Do it; Refused (`unknown_decision`) for what the table has not, else whatever the action says."""
    decision = DECISIONS.get(name)
    if decision is None:
        known = ", ".join(DECISIONS)
        raise Refused(_("Choose one of: %(known)s.") % {"known": known}, code="unknown_decision", field="decision")
    decision.act(order, given, by)
    return decision
