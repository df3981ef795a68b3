"""A new merchant number: filled in, reviewed, its account checked by a small amount, signed (console.md §13)."""

import json
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import end_work
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.models import Member, MiniProgram, User
from accounts.permissions import Permission
from accounts.wording import check_words
from entities.gates import Gate, check_gate
from payments.lifecycle import (
    ACCEPT,
    APPROVE,
    FAIL_ACCOUNT,
    REJECT,
    SIGN,
    SUBMIT,
    TO_FILL_IN,
    VERIFY,
    WITHDRAW,
    PayStatus,
)
from payments.models import Merchant, MerchantLink, PayApplication
from payments.queries import PAY_APPLICATIONS, asked_in, open_application_of, problems_of
from payments.questions import QUESTIONS, SCAN, SCANS, checked
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, NotAllowed, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification.actions.ledger import bank_account, outside_account, post

STARTED, WRONG_AMOUNT = "payments.payapplication.started", "payments.payapplication.wrong_amount"
OPENED = "payments.merchant.opened"


def check_may_apply(mini_program: MiniProgram, by: Actor) -> None:
    """NotAllowed for who is not its administrator; Refused with the gate's reason while it is not verified."""
    if not by.may(Permission.PAY_APPLY, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    check_gate(Gate.PAY, mini_program)


@transaction.atomic
def start(mini_program: MiniProgram, *, by: Member) -> PayApplication:
    """Begin an application, or go on with the one that is open."""
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    check_may_apply(mini_program, by)
    if (open_one := open_application_of(mini_program)) is not None:
        return open_one
    row = PayApplication.objects.create(mini_program=mini_program, started_at=now())
    record(STARTED, row, by=by, to_state=row.status)
    return row


@transaction.atomic
def save(application: PayApplication, answers: dict[str, str], scans: dict[str, str], *, by: Member) -> PayApplication:
    """Keep what was typed and the scans that came with it, right or wrong: a draft takes anything of known questions.

    Refused ("illegal_move") once it is under review.
    """
    row = to_be_filled_in(application, by=by)
    typed = {name: text[:1000] for name, text in answers.items() if name in QUESTIONS and name not in SCANS}
    row.answers = json.dumps(row.given | typed)
    row.scans = row.scans | {slot: sha256 for slot, sha256 in scans.items() if slot in SCANS and sha256}
    row.save(update_fields=["answers", "scans"])
    return row


def to_be_filled_in(application: PayApplication, *, by: Member) -> PayApplication:
    """The row, locked, while it can be changed: NotAllowed, the gate's reason, or "illegal_move" otherwise."""
    row = _locked(application)
    check_may_apply(row.mini_program, by)
    if row.status not in TO_FILL_IN:
        raise IllegalMove(_("It can't be changed now: it is “%(state)s”.") % _state(row), code="illegal_move")
    return row


@transaction.atomic
def submit(application: PayApplication, *, by: Member) -> None:
    """Hand it in for review; Refused (`field`) with the first thing that is missing or wrong.

    The contact's phone must be proven ("phone_unconfirmed"), and stays so.
    """
    row = _locked(application)
    check_may_apply(row.mini_program, by)
    if wrong := problems_of(row):
        raise next(iter(wrong.values()))
    given = row.given
    tidy = {q.name: checked(q.name, str(given.get(q.name, ""))) for q in asked_in(row) if q.kind != SCAN}
    tidy[PHONE_CONFIRMED] = given[PHONE_CONFIRMED]
    due_at = now() + timedelta(days=RULES.pay.review_days)
    advance(row, SUBMIT, by=by, submitted_at=now(), due_at=due_at, decided_by=None, decided_at=None)
    row.answers, row.reason, row.tries, row.check_fen = json.dumps(tidy), "", 0, None
    row.save(update_fields=["answers", "reason", "tries", "check_fen"])


@transaction.atomic
def approve(application: PayApplication, *, by: User) -> None:
    """The desk says yes: a small random amount is sent to the settlement account, which its holder must read there."""
    row = _decidable(application, by=by)
    amount = RULES.pay.check_fen_min + secrets.randbelow(RULES.pay.check_fen_max - RULES.pay.check_fen_min + 1)
    advance(row, APPROVE, by=by, decided_by=by, decided_at=now(), check_fen=amount)
    post(
        f"pay-check:{row.pk}:{row.submitted_at:%Y%m%d%H%M%S%f}",
        source=outside_account(),
        target=bank_account(row.mini_program.entity.name, row.given["account"]),
        amount_fen=amount,
        memo="pay.check",
    )


@transaction.atomic
def reject(application: PayApplication, *, by: User, reason: str) -> None:
    """The desk says no, with words that the administrator reads; they may correct it and hand it in again."""
    row = _decidable(application, by=by)
    missing = _("Say what is wrong: the administrator reads it.")
    words = check_words(reason, most=RULES.pay.reason_characters, missing=missing)
    advance(row, REJECT, by=by, reason=words, decided_by=by, decided_at=now())
    row.reason = words
    row.save(update_fields=["reason"])


@transaction.atomic
def verify_account(application: PayApplication, *, by: Member, amount_fen: int) -> bool:
    """The holder says how much arrived. True if it is right; a wrong one counts, the last one sends it back.

    What is wrong stays written down, so nothing is raised for it: `tries` says how many are left.
    """
    row = _locked(application)
    check_may_apply(row.mini_program, by)
    if row.status != PayStatus.TO_VERIFY:
        raise IllegalMove(_("It can't be done now: it is “%(state)s”.") % _state(row), code="illegal_move")
    if amount_fen == row.check_fen:
        advance(row, VERIFY, by=by)
        return True
    row.tries += 1
    row.save(update_fields=["tries"])
    record(WRONG_AMOUNT, row, by=by, data={"tries": row.tries})
    if row.tries >= RULES.pay.check_tries:
        row.reason = _("The amount was wrong %(n)d times. Correct the settlement account and hand it in again.") % {
            "n": row.tries
        }
        row.save(update_fields=["reason"])
        advance(row, FAIL_ACCOUNT, by=SYSTEM, reason=row.reason)
    application.refresh_from_db()
    return False


@transaction.atomic
def sign(application: PayApplication, *, by: Member) -> Merchant:
    """The administrator signs the agreement: the merchant number is opened and linked to the Mini Program."""
    row = _locked(application)
    check_may_apply(row.mini_program, by)
    advance(row, SIGN, by=by)
    entity = row.mini_program.entity
    merchant = Merchant.objects.create(
        mchid=_free_mchid(),
        mini_program=row.mini_program,
        application=row,
        short_name=row.given["short_name"],
        entity_name=entity.name,
        entity_digest=entity.number_digest,
        opened_at=now(),
        signed_by=by.person,
    )
    link = MerchantLink.objects.create(
        merchant=merchant, mini_program=row.mini_program, asked_by=by.person, asked_at=now()
    )
    advance(link, ACCEPT, by=by, answered_at=now(), data={"mchid": merchant.mchid})
    record(OPENED, merchant, by=by, data={"mchid": merchant.mchid, "language": get_language() or "en"})
    return merchant


@transaction.atomic
def withdraw(application: PayApplication, *, by: Member) -> None:
    """Give it up."""
    advance(_locked(application), WITHDRAW, by=by)


def _free_mchid() -> str:
    """Ten digits, the first is 1, that no other merchant has."""
    while Merchant.objects.filter(mchid=(mchid := f"1{secrets.randbelow(10**9):09d}")).exists():
        pass
    return mchid


def _decidable(application: PayApplication, *, by: User) -> PayApplication:
    row = _locked(application)
    if not by.may(Permission.PAY_DECIDE, row):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    if row.status != PayStatus.UNDER_REVIEW:
        raise IllegalMove(_("This was decided already."), code="illegal_move")
    end_work(PAY_APPLICATIONS, row, by=by)
    return row


def _locked(application: PayApplication) -> PayApplication:
    rows = PayApplication.objects.select_for_update(of=("self",)).select_related(
        "mini_program__entity", "mini_program__standing"
    )
    return rows.get(pk=application.pk)


def _state(row: PayApplication) -> dict[str, str]:
    return {"state": row.get_status_display()}
