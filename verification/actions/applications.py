"""The applicant's side of WeChat Verification: begin, fill in, submit, pay, hand in again (console.md §12).

Drafts take anything: what is missing or wrong is refused when the application is submitted.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.phones import PHONE_CONFIRMED
from accounts.models import MiniProgram
from entities.actions.standing import lock_standing
from entities.gates import Gate, check_gate
from entities.lifecycle import StandingStatus
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification import queries
from verification.actions.application_checks import (
    check_may_renew,
    check_refill_in_time,
    problems_of,
)
from verification.actions.application_steps import (
    agree,
    as_json,
    check_may_apply,
    choose_subtype,
    confirm_operator,
    confirm_phone,
    lock,
    save,
    save_invoice,
    save_name,
    save_papers,
    sms_purpose,
    write_papers,
)
from verification.actions.audits import audit_stamps
from verification.actions.payments import close_open_order_of, open_order
from verification.answers import check_all, paper_questions
from verification.lifecycle import PAY, REOPEN, RESUBMIT, SUBMIT, SUBMIT_FREE, WITHDRAW, VerificationStatus
from verification.models import PaymentOrder, Remittance, Verification
from verification.subtypes import NAME_PROOF_SLOT, subtypes_of

NOT_COPIED = {PHONE_CONFIRMED}  # a new application asks for the contact's code and scan anew


@transaction.atomic
def start(mini_program: MiniProgram, *, by: Actor) -> Verification:
    """Begin an application, first or renewal; it begins with what was handed in the last time.

    Refused with the gate's reason, while another one is open, or while it is too early to renew.
    """
    check_may_apply(mini_program, by)
    standing = lock_standing(mini_program)
    mini_program.standing = standing
    check_gate(Gate.VERIFY, mini_program)
    if queries.open_verification_of(mini_program) is not None:
        raise Refused(_("An application is open already: go on with that one."), code="verification_open")
    check_may_renew(mini_program)
    earlier = queries.latest(mini_program)
    verification = Verification.objects.create(
        mini_program=mini_program,
        is_renewal=standing.status in (StandingStatus.VERIFIED, StandingStatus.LAPSED),
        started_by=getattr(by, "person", by),
        started_at=now(),
        subtype=earlier.subtype if earlier else _only_subtype(mini_program),
        papers_data=as_json(_first_answers(mini_program, earlier)),
    )
    if earlier is not None:
        papers = {code: pages for code, pages in queries.papers_of(earlier).items() if code != NAME_PROOF_SLOT.code}
        write_papers(verification, papers)
    record("verification.application.started", verification, by=by, data={"renewal": verification.is_renewal})
    return verification


def _only_subtype(mini_program: MiniProgram) -> str:
    """The subtype of an entity type that has just one."""
    subtypes = subtypes_of(mini_program.entity.type)
    return subtypes[0].code if len(subtypes) == 1 else ""


def _first_answers(mini_program: MiniProgram, earlier: Verification | None) -> dict[str, str]:
    """What the platform knows already: the application before, or the account that the company remitted from."""
    if earlier is not None:
        return {code: text for code, text in queries.answers_of(earlier).items() if code not in NOT_COPIED}
    remittance = Remittance.objects.filter(mini_program=mini_program).first()
    return {"bank": remittance.bank, "account": remittance.account} if remittance else {}


@transaction.atomic
def submit(verification: Verification, *, by: Actor) -> None:
    """Hand in a complete application: its fee is to be paid, or the audit begins at once where nothing is paid."""
    check_may_apply(verification, by)
    lock(verification)
    if verification.status == VerificationStatus.DRAFT:  # otherwise the table says what it is
        _check_complete(verification)
    subtype = queries.subtype_of(verification)
    fee = subtype.fee_fen if subtype else RULES.verification.fee_fen
    if not fee:
        advance(verification, SUBMIT_FREE, by=by, submitted_at=now(), fee_fen=0, **audit_stamps(verification))
        return
    advance(verification, SUBMIT, by=by, submitted_at=now(), fee_fen=fee)
    open_fee_order(verification, by=by)


def open_fee_order(verification: Verification, *, by: Actor) -> PaymentOrder:
    """The order by which the fee is paid: the one that is open, or a new one when its time is over."""
    mini_program = verification.mini_program
    return open_order(
        purpose=queries.FEE,
        subject=queries.fee_subject(verification),
        amount_fen=verification.fee_fen,
        mini_program=mini_program,
        user=mini_program.user,
        payer_name=mini_program.entity.name,
        by=by,
    )


@transaction.atomic
def reopen(verification: Verification, *, by: Actor) -> None:
    """Change a submitted application before it is paid; its order is closed."""
    _close_fee_order(verification, by=by, reason="reopened")
    lock(verification)
    advance(verification, REOPEN, by=by, submitted_at=None)


@transaction.atomic
def withdraw(verification: Verification, *, by: Actor) -> None:
    """Give up an application that is not paid; its order is closed."""
    _close_fee_order(verification, by=by, reason="withdrawn")
    lock(verification)
    advance(verification, WITHDRAW, by=by)


def _close_fee_order(verification: Verification, *, by: Actor, reason: str) -> None:
    """First the order, then the application: as who pays locks them, so that neither waits for the other."""
    close_open_order_of(queries.fee_subject(verification), by=by, reason=reason)


@transaction.atomic
def fee_paid(verification: Verification, *, by: Actor) -> None:
    """The fee is paid: the audit begins, at one of the institutions."""
    lock(verification)
    advance(verification, PAY, by=by, **audit_stamps(verification))


@transaction.atomic
def resubmit(verification: Verification, *, by: Actor) -> None:
    """Hand in the mended papers again, before the 30 days are over; nothing more is paid."""
    check_may_apply(verification, by)
    lock(verification)
    if verification.status == VerificationStatus.REFILL:
        check_refill_in_time(verification)
        _check_complete(verification)
    advance(verification, RESUBMIT, by=by, refill_due_at=None, **audit_stamps(verification))


def _check_complete(verification: Verification) -> None:
    """Refused with the first thing that is missing or wrong; what is right is kept in its tidy form."""
    check_gate(Gate.VERIFY, verification.mini_program)
    for wrong in problems_of(verification).values():
        if wrong:
            raise wrong[0]
    answers = queries.answers_of(verification)
    right, _none = check_all(paper_questions(queries.subtype_of(verification)), answers)
    save(verification, papers_data=as_json({**right, PHONE_CONFIRMED: answers[PHONE_CONFIRMED]}))


__all__ = [
    "agree",
    "choose_subtype",
    "confirm_operator",
    "confirm_phone",
    "fee_paid",
    "open_fee_order",
    "problems_of",
    "reopen",
    "resubmit",
    "save_invoice",
    "save_name",
    "save_papers",
    "sms_purpose",
    "start",
    "submit",
    "withdraw",
]
