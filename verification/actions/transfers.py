"""Transfers to the platform's receiving account: booked, judged in the seed's order, given back in the end."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.identity import number_digest
from entities.actions.standing import prove
from entities.organisations import name_digest
from entities.wording import INVISIBLE, tidy
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification.actions.ledger import balance_of, bank_account, outside_account, post, receiving_account
from verification.actions.remittances import expire_if_due
from verification.banks import RECEIVER
from verification.lifecycle import (
    ACCEPT_TRANSFER,
    GIVE_BACK_TRANSFER,
    PAY_REMITTANCE,
    RETURN_TRANSFER,
    RemittanceStatus,
    TransferStatus,
)
from verification.models import Remittance, Transfer, TransferOutcome


@dataclass(frozen=True)
class Slip:
    """A transfer as its sender's bank has sent it, in its tidy form."""

    holder: str
    account: str
    amount_fen: int
    remark: str


@transaction.atomic
def receive_transfer(
    *, from_holder: str, from_account: str, to_account: str, amount_fen: int, remark: str = ""
) -> Transfer:
    """Book a bank transfer to the receiving account, then judge it: accepted it proves the entity, else it goes back.

    Refused (field "from_holder", "from_account", "to_account", "amount_fen" or "remark") for what no bank would send;
    then nothing is booked. Source: console.md §1.7, the checks in its order.
    """
    slip = _checked_slip(from_holder, from_account, to_account, amount_fen, remark)
    remittance = _meant_remittance(slip)
    transfer = Transfer.objects.create(
        remittance=remittance,
        from_holder=slip.holder,
        from_account=slip.account,
        amount_fen=slip.amount_fen,
        remark=slip.remark,
        outcome=_judge(remittance, slip),
        received_at=now(),
    )
    _book(transfer)
    record("verification.transfer.received", transfer, by=SYSTEM, to_state=transfer.status)
    if remittance is not None and transfer.outcome == TransferOutcome.RIGHT:
        advance(transfer, ACCEPT_TRANSFER, by=SYSTEM)
        advance(remittance, PAY_REMITTANCE, by=SYSTEM, paid_at=now())
        prove(remittance.mini_program, by=SYSTEM)
    else:
        advance(transfer, RETURN_TRANSFER, by=SYSTEM, data={"outcome": transfer.outcome}, returned_at=now())
        _book_back(transfer)
    return transfer


@transaction.atomic
def give_back(remittance: Remittance) -> bool:
    """Return the remitted amount by the original route, once it has proved the entity; false if that was done before.

    Source: console.md §1.7 "The money is returned by the original route after success".
    """
    accepted = remittance.transfers.select_for_update(of=("self",)).filter(status=TransferStatus.ACCEPTED).first()
    if accepted is None:
        return False
    advance(accepted, GIVE_BACK_TRANSFER, by=SYSTEM, returned_at=now())
    _book_back(accepted)
    return True


def _checked_slip(holder: str, account: str, to_account: str, amount_fen: int, remark: str) -> Slip:
    holder, account, remark = tidy(holder), _plain_number(account), tidy(remark)
    _check_text(holder, field="from_holder")
    _check_text(remark, field="remark")
    if not holder:
        raise Refused(_("Enter the account holder."), code="holder_missing", field="from_holder")
    _check_from_account(account)
    if _plain_number(to_account) != RECEIVER["number"]:
        raise Refused(_("The bank knows no such account to transfer to."), code="no_such_account", field="to_account")
    most = RULES.remittance.transfer_fen_max
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or not 0 < amount_fen <= most:
        raise Refused(
            _("Transfer more than nothing, and at most %(most)s yuan.") % {"most": f"{most / 100:,.2f}"},
            code="amount_invalid",
            field="amount_fen",
        )
    return Slip(holder, account, amount_fen, remark)


def _plain_number(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def _check_text(text: str, *, field: str) -> None:
    if len(text) > RULES.remittance.transfer_characters:
        raise Refused(
            _("Use %(most)d characters at most.") % {"most": RULES.remittance.transfer_characters},
            code="too_long",
            field=field,
        )
    if any(unicodedata.category(character) in INVISIBLE for character in text):
        raise Refused(_("Leave out characters that can't be seen."), code="invisible_characters", field=field)


def _check_from_account(number: str) -> None:
    rules = RULES.remittance
    right_length = rules.account_digits_min <= len(number) <= rules.account_digits_max
    if not (right_length and number.isascii() and number.isdigit()):
        raise Refused(
            _("An account number has %(least)d to %(most)d digits.")
            % {"least": rules.account_digits_min, "most": rules.account_digits_max},
            code="account_invalid",
            field="from_account",
        )
    if number == RECEIVER["number"]:
        raise Refused(
            _("The receiving account can't remit to itself."), code="account_is_receiver", field="from_account"
        )


def _meant_remittance(slip: Slip) -> Remittance | None:
    """The remittance that this is for, locked, expired on the spot if it is overdue: by remark, else by the payer."""
    pk = _by_remark(slip) or _by_account(slip)
    if pk is None:
        return None
    found = Remittance.objects.select_for_update(of=("self",)).select_related("mini_program")
    remittance = found.get(pk=pk)  # read anew: of two transfers at once the second waits here
    expire_if_due(remittance)
    return remittance


def _by_remark(slip: Slip) -> int | None:
    remark = unicodedata.normalize("NFKC", slip.remark).replace(" ", "")
    return Remittance.objects.filter(remark=remark).values_list("pk", flat=True).first() if remark else None


def _by_account(slip: Slip) -> int | None:
    """Of the remittances from this account the open one that fits best, the oldest first; else the newest of all."""
    found = Remittance.objects.filter(account_digest=number_digest(slip.account)).order_by("pk")
    waiting = list(found.filter(status=RemittanceStatus.OPEN))
    best = max(waiting, key=lambda row: (_is_holder(row, slip), row.amount_fen == slip.amount_fen), default=None)
    best = best or found.last()
    return best.pk if best else None


def _judge(remittance: Remittance | None, slip: Slip) -> TransferOutcome:
    """What the checks find, in the seed's order (console.md §1.7)."""
    if remittance is None:
        return TransferOutcome.UNKNOWN
    checks = (
        (remittance.status == RemittanceStatus.PAID, TransferOutcome.DUPLICATE),
        (remittance.status == RemittanceStatus.EXPIRED, TransferOutcome.LATE),
        (remittance.amount_fen != slip.amount_fen, TransferOutcome.AMOUNT),
        (not _is_holder(remittance, slip), TransferOutcome.HOLDER),
        (remittance.account_digest != number_digest(slip.account), TransferOutcome.ACCOUNT),
        (unicodedata.normalize("NFKC", slip.remark).replace(" ", "") != remittance.remark, TransferOutcome.REMARK),
    )
    return next((outcome for is_wrong, outcome in checks if is_wrong), TransferOutcome.RIGHT)


def _is_holder(remittance: Remittance, slip: Slip) -> bool:
    return name_digest(slip.holder) == name_digest(remittance.holder)


def _book(transfer: Transfer) -> None:
    """The money arrives. What the payer's account lacks comes from outside: the simulated bank asks no balance."""
    payer = bank_account(transfer.from_holder, transfer.from_account)
    if (lacks := transfer.amount_fen - balance_of(payer)) > 0:
        key = f"transfer:{transfer.pk}:funds"
        post(key, source=outside_account(), target=payer, amount_fen=lacks, memo="transfer.funds")
    key = f"transfer:{transfer.pk}:in"
    post(key, source=payer, target=receiving_account(), amount_fen=transfer.amount_fen, memo="transfer.in")


def _book_back(transfer: Transfer) -> None:
    payer = bank_account(transfer.from_holder, transfer.from_account)
    key = f"transfer:{transfer.pk}:back"
    post(key, source=receiving_account(), target=payer, amount_fen=transfer.amount_fen, memo="transfer.back")
