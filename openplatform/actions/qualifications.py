"""Developer qualification verification: applied for, paid on the phone, audited at the desk, valid for a year.

Source: console.md §14; seed.md, note: an account must have it before it can bind Mini Programs.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import end_work
from accounts.identity import normal_phone
from accounts.models import User
from accounts.permissions import Permission
from accounts.wording import check_words
from entities.wording import check_person_name
from openplatform.lifecycle import (
    LAPSE,
    PASS_QUALIFICATION,
    PAY_QUALIFICATION,
    REJECT_QUALIFICATION,
    VERIFY,
    WITHDRAW_QUALIFICATION,
    OpenAccountStatus,
    QualificationStatus,
)
from openplatform.models import OpenAccount, Qualification
from openplatform.queries import FEE, QUALIFICATIONS, open_qualification_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, LostRace, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification.actions.payments import close_open_order_of, open_order
from verification.models import PaymentOrder

SUBMITTED = "openplatform.qualification.submitted"
RENEWED = "openplatform.openaccount.renewed"


@dataclass(frozen=True)
class QualificationInput:
    """Who answers for the account, and the kept scan of its licence or ID card."""

    contact_name: str
    contact_phone: str
    licence_sha256: str


def check_may_apply(account: OpenAccount) -> None:
    """Refused while an application is open, and while the verification holds longer than a renewal may come early."""
    if open_qualification_of(account) is not None:
        raise Refused(_("An application is open already: go on with that one."), code="qualification_open")
    until = account.verified_until
    early = timedelta(days=RULES.open_platform.qualification_renewal_days)
    if account.is_verified and until is not None and until - early > now():
        raise Refused(
            _("The developer qualification is verified. It can be renewed in its last %(days)d days.")
            % {"days": early.days},
            code="qualification_verified",
        )


@transaction.atomic
def apply(account: OpenAccount, given: QualificationInput, *, by: User) -> Qualification:
    """Apply, to pay next. Refused as `check_may_apply`, or (`field`) for a name, number or scan that is none."""
    account = OpenAccount.objects.select_for_update().get(pk=account.pk)
    check_may_apply(account)
    name = check_person_name(given.contact_name)
    phone = normal_phone(given.contact_phone)
    if not given.licence_sha256:
        raise Refused(_("Choose the scan of the licence or ID card."), code="licence_missing", field="licence")
    row = Qualification.objects.create(
        account=account,
        contact_name=name,
        contact_phone=phone,
        licence_sha256=given.licence_sha256,
        submitted_at=now(),
    )
    record(SUBMITTED, row, by=by, to_state=row.status)
    return row


def fee_order(qualification: Qualification, *, by: User) -> PaymentOrder:
    """The order of the fee (RULES.open_platform.qualification_fee_fen), open or anew."""
    account = qualification.account
    return open_order(
        purpose=FEE,
        subject=qualification.subject,
        amount_fen=RULES.open_platform.qualification_fee_fen,
        mini_program=None,
        user=account.user,
        payer_name=account.entity_name,
        by=by,
    )


@transaction.atomic
def withdraw(qualification: Qualification, *, by: User) -> None:
    """Give up an application that is not paid yet, and its order with it."""
    close_open_order_of(qualification.subject, by=by, reason="withdrawn")
    advance(_locked(qualification), WITHDRAW_QUALIFICATION, by=by)


def fee_paid(order: PaymentOrder, by: Actor) -> None:
    """The fee is charged: the audit begins, in the transaction of the charge."""
    pk = order.subject.rpartition(":")[2]
    row = Qualification.objects.select_for_update().filter(pk=pk).first() if pk.isdigit() else None
    if row is None or row.subject != order.subject:
        raise Refused(
            _("What this order pays for does not exist any more. Nothing was charged."), code="payment_closed"
        )
    due_at = now() + timedelta(days=RULES.open_platform.qualification_audit_days)
    advance(row, PAY_QUALIFICATION, by=by, paid_at=now(), due_at=due_at)


@transaction.atomic
def pass_qualification(qualification: Qualification, *, by: User) -> None:
    """The desk says yes: the account is verified for a year, from now or from the end of the year that runs."""
    row = _decidable(qualification, by=by)
    account = OpenAccount.objects.select_for_update().get(pk=row.account_id)
    advance(row, PASS_QUALIFICATION, by=by, decided_by=by, decided_at=now())
    begins = account.verified_until if account.is_verified and account.verified_until else now()
    until = begins + timedelta(days=RULES.open_platform.qualification_days)
    if account.status == OpenAccountStatus.VERIFIED and not account.is_verified:
        lapse(account)  # overdue, and no sweep has come by
    if account.status == OpenAccountStatus.VERIFIED:
        account.verified_until = until
        account.save(update_fields=["verified_until"])
        record(RENEWED, account, by=by)
    else:
        advance(account, VERIFY, by=by, verified_until=until)


@transaction.atomic
def reject_qualification(qualification: Qualification, *, by: User, reason: str) -> None:
    """The desk says no, with words that the account reads; the fee is not given back (seed.md)."""
    row = _decidable(qualification, by=by)
    words = checked_reason(reason)
    advance(row, REJECT_QUALIFICATION, by=by, reason=words, decided_by=by, decided_at=now())
    row.reason = words
    row.save(update_fields=["reason"])


def checked_reason(reason: str) -> str:
    """Words for the account; Refused (field "reason") for none, or too many."""
    missing = _("Say what is wrong: the account reads it.")
    return check_words(reason, most=RULES.open_platform.reason_characters, missing=missing)


def check_may_decide(by: User) -> None:
    """NotAllowed for who is no reviewer."""
    if not by.may(Permission.OPEN_DECIDE, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")


def _decidable(qualification: Qualification, *, by: User) -> Qualification:
    check_may_decide(by)
    row = _locked(qualification)
    if row.status != QualificationStatus.UNDER_AUDIT:
        raise IllegalMove(_("This was decided already."), code="illegal_move")
    end_work(QUALIFICATIONS, row, by=by)
    return row


def _locked(qualification: Qualification) -> Qualification:
    return Qualification.objects.select_for_update(of=("self",)).select_related("account").get(pk=qualification.pk)


def lapse(account: OpenAccount) -> None:
    """The year is over, in the caller's transaction. What is bound stays bound; nothing more can be bound."""
    advance(account, LAPSE, by=SYSTEM)


def lapse_overdue_accounts(*, most: int = 500) -> int:
    """Sweep: qualifications whose year is over; returns how many lapsed."""
    due = OpenAccount.objects.filter(status=OpenAccountStatus.VERIFIED, verified_until__lte=now())
    lapsed = 0
    for account in due.order_by("verified_until")[:most]:
        try:
            with transaction.atomic():
                lapse(account)
            lapsed += 1
        except LostRace:  # renewed or lapsed by another at this very moment
            continue
    return lapsed
