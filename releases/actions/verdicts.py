"""Verdicts: a submission is approved, or rejected with coded reasons, by who has claimed it.

A share of them, picked by a keyed hash, waits for a second reviewer first; and each one for which that is asked.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, Refused, advance
from platform_site.kernel.rulebook import RULES
from releases.actions import test_accounts
from releases.actions.claims import UNCLAIMED, claimed_for, facts_of
from releases.actions.pictures import CleanPicture, attach
from releases.actions.second_opinion import hold, why_held
from releases.lifecycle import APPROVE, REJECT, OrderStatus
from releases.models import AuditOrder, RejectionReason
from releases.reasons import REASONS, TEST_ACCOUNT_MISSING

PAGE_CHARACTERS = RejectionReason._meta.get_field("page").max_length or 0
DEVICE_CHARACTERS = RejectionReason._meta.get_field("device").max_length or 0


class ReasonInput(NamedTuple):
    """A reason as the reviewer gives it: its code, their words, the page and the device where it was seen."""

    code: str
    text: str
    page: str = ""
    device: str = ""
    pictures: tuple[CleanPicture, ...] = ()


Reasons = Sequence[ReasonInput | tuple[str, str]]


@transaction.atomic
def approve(order: AuditOrder, *, by: User, ask_second: bool = False, words: str = "") -> bool:
    """Approve a submission: its administrator may now publish it. False where a second opinion is waited for."""
    order = to_decide_on(order, by=by)
    if why := why_held(order, asked=ask_second):
        hold(order, "approve", why=why, by=by, words=words)
        return False
    carry_out_approval(order, by=by)
    return True


def carry_out_approval(order: AuditOrder, *, by: User) -> None:
    """The approval takes effect, in the caller's transaction."""
    advance(order, APPROVE, by=by, decided_by=by, decided_at=now(), data=facts_of(order), **UNCLAIMED)


@transaction.atomic
def reject(order: AuditOrder, *, by: User, reasons: Reasons, ask_second: bool = False, words: str = "") -> bool:
    """Reject a submission, with at least one coded reason and the reviewer's own words for each.

    False where a second opinion is waited for. For a missing test account the next submit form asks for one.
    """
    order = to_decide_on(order, by=by)
    given = checked_reasons(reasons)
    if why := why_held(order, asked=ask_second):
        hold(order, "reject", why=why, by=by, words=words, payload={"reasons": [_kept(reason) for reason in given]})
        return False
    carry_out_rejection(order, given, by=by)
    return True


def carry_out_rejection(order: AuditOrder, given: list[ReasonInput], *, by: User) -> None:
    """The rejection takes effect with its reasons, in the caller's transaction."""
    data = facts_of(order) | {"reasons": [reason.code for reason in given]}
    wants = any(reason.code == TEST_ACCOUNT_MISSING for reason in given)
    stamps: dict[str, Any] = {"decided_by": by, "decided_at": now(), "wants_test_account": wants}
    advance(order, REJECT, by=by, data=data, **stamps, **UNCLAIMED)
    for reason in given:
        row = RejectionReason.objects.create(
            order=order, code=reason.code, text=reason.text, page=reason.page, device=reason.device
        )
        attach(order, reason.pictures, by=by, reason=row)


def to_decide_on(order: AuditOrder, *, by: User) -> AuditOrder:
    """The submission, claimed by who gives the first verdict; a held one is confirmed or sent back instead."""
    order = claimed_for(order, by=by)
    if order.status == OrderStatus.SECOND_OPINION:
        words = _("A verdict waits for a second opinion here: confirm it, or send it back.")
        raise IllegalMove(words, code="illegal_move")
    return order


def return_for_test_account(order: AuditOrder, *, by: User, words: str = "") -> bool:
    """The first submission of a program that needs a log-in goes back with that reason (seed.md, Test accounts)."""
    text = words.strip() or REASONS[TEST_ACCOUNT_MISSING].explanation
    return reject(order, by=by, reasons=[ReasonInput(TEST_ACCOUNT_MISSING, text)])


def may_ask_for_test_account(order: AuditOrder) -> bool:
    """Whether it is asked for within the review: from the second submission on, where the form offers it."""
    return order.attempt > 1 and test_accounts.is_offered(order.mini_program)


def _kept(reason: ReasonInput) -> dict[str, object]:
    return reason._asdict() | {"pictures": [[p.sha256, p.width, p.height] for p in reason.pictures]}


def reasons_kept(payload: dict[str, Any]) -> list[ReasonInput]:
    """The reasons of a held rejection."""
    rows: Iterable[dict[str, Any]] = payload.get("reasons", [])
    return [ReasonInput(**row | {"pictures": tuple(CleanPicture(*p) for p in row["pictures"])}) for row in rows]


def checked_reasons(reasons: Reasons) -> list[ReasonInput]:
    """The reasons, tidied; Refused unless at least one known one is given, each once and in words.

    `field` is "reasons", the code, or "page-<code>" and "device-<code>".
    """
    given = [ReasonInput(*reason) for reason in reasons]
    if not given:
        raise Refused(_("Choose at least one reason."), code="reason_missing", field="reasons")
    codes = [reason.code for reason in given]
    if any(code not in REASONS for code in codes):
        raise Refused(_("There is no such reason."), code="reason_unknown", field="reasons")
    if len(set(codes)) < len(codes):
        raise Refused(_("Give each reason once."), code="reason_twice", field="reasons")
    return [_checked(reason) for reason in given]


def _checked(reason: ReasonInput) -> ReasonInput:
    text, page, device = (part.replace("\0", "").strip() for part in (reason.text, reason.page, reason.device))
    if not text:
        raise Refused(_("Say in words what was found."), code="reason_without_words", field=reason.code)
    for part, field, most in (
        (text, reason.code, RULES.version.reason_characters),
        (page, f"page-{reason.code}", PAGE_CHARACTERS),
        (device, f"device-{reason.code}", DEVICE_CHARACTERS),
    ):
        if len(part) > most:
            message = _("Use at most %(most)d characters.") % {"most": most}
            raise Refused(message, code="reason_too_long", field=field)
    return reason._replace(text=text, page=page, device=device)
