"""The simulated world's one ledger: double entry, each posting once by its key, so that all balances sum to zero."""

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.identity import number_digest
from accounts.models import WeChatPerson
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from verification.banks import RECEIVER
from verification.models import AccountKind, LedgerAccount, Posting


@transaction.atomic
def post(key: str, *, source: LedgerAccount, target: LedgerAccount, amount_fen: int, memo: str) -> Posting:
    """Take `amount_fen` from `source` and give it to `target`, once: the same posting again returns the first one.

    A wallet can't go below nothing (Refused, code "balance_short"). ValueError for what no caller may ask: an amount
    that is none, a posting to itself, or another posting under a key that is taken.
    """
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or amount_fen <= 0:
        raise ValueError("a posting moves a whole number of fen, one at least")
    if source.pk == target.pk:
        raise ValueError("a posting has two sides")
    if source.kind == AccountKind.WALLET:  # others who would take from it wait here
        LedgerAccount.objects.select_for_update().get(pk=source.pk)
    if (found := Posting.objects.filter(key=key).first()) is not None:
        return _the_same(found, source, target, amount_fen)
    if source.kind == AccountKind.WALLET and balance_of(source) < amount_fen:
        raise Refused(_("There is not enough money in the wallet."), code="balance_short")
    try:
        with transaction.atomic():
            return Posting.objects.create(
                key=key, source=source, target=target, amount_fen=amount_fen, memo=memo, posted_at=now()
            )
    except IntegrityError:  # somebody was faster
        return _the_same(Posting.objects.get(key=key), source, target, amount_fen)


def _the_same(found: Posting, source: LedgerAccount, target: LedgerAccount, amount_fen: int) -> Posting:
    if (found.source_id, found.target_id, found.amount_fen) != (source.pk, target.pk, amount_fen):
        raise ValueError(f"another posting has the key {found.key}")
    return found


def balance_of(account: LedgerAccount) -> int:
    """In fen: what postings gave to this account less what they took from it."""
    given = Posting.objects.filter(target=account).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    taken = Posting.objects.filter(source=account).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    return int(given) - int(taken)


def receiving_account() -> LedgerAccount:
    """The platform's account to which companies remit."""
    return _platform_account(
        AccountKind.RECEIVING,
        holder=RECEIVER["holder_en"],
        number=RECEIVER["number"],
        number_digest=number_digest(RECEIVER["number"]),
    )


def fees_account() -> LedgerAccount:
    """Where verification fees are earned."""
    return _platform_account(AccountKind.FEES)


def outside_account() -> LedgerAccount:
    """The rest of the world, from which money comes into the simulated one; its balance is what is in, below zero."""
    return _platform_account(AccountKind.OUTSIDE)


def _platform_account(kind: AccountKind, **columns: str) -> LedgerAccount:
    return LedgerAccount.objects.get_or_create(kind=kind, defaults={**columns, "opened_at": now()})[0]


def bank_account(holder: str, number: str) -> LedgerAccount:
    """The bank account of this number; opened under this holder's name when it is first heard of."""
    new = {"kind": AccountKind.BANK, "holder": holder, "number": number, "opened_at": now()}
    return LedgerAccount.objects.get_or_create(number_digest=number_digest(number), defaults=new)[0]


def wallet_account(person: WeChatPerson) -> LedgerAccount:
    """The account under a person's wallet, opened when it is first asked for."""
    new = {"kind": AccountKind.WALLET, "opened_at": now()}
    return LedgerAccount.objects.get_or_create(person=person, defaults=new)[0]
