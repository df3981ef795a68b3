"""The wallet on a person's phone: opened with a payment password of six digits, topped up with play money."""

import re
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import WeChatPerson
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import random_token
from verification.actions.ledger import outside_account, post, wallet_account
from verification.models import Posting, Wallet

ONCE = re.compile(r"[-_A-Za-z0-9]{16,48}")


def wallet_of(person: WeChatPerson) -> Wallet | None:
    """This person's wallet, if they have opened one."""
    return Wallet.objects.select_related("account").filter(person=person).first()


def statement_of(wallet: Wallet) -> QuerySet[Posting]:
    """What came into and went out of a wallet, newest first."""
    return Posting.objects.filter(Q(source=wallet.account_id) | Q(target=wallet.account_id)).order_by("-pk")


@transaction.atomic
def open_wallet(person: WeChatPerson, password: str, again: str) -> Wallet:
    """Open the person's wallet with some play money in it; Refused (fields "password", "again").

    Source: RULES.payment.wallet_opening_fen.
    """
    if wallet_of(person) is not None:
        raise _open_already()
    hashed = make_password(_new_password(password, again))
    account = wallet_account(person)
    try:
        with transaction.atomic():
            wallet = Wallet.objects.create(person=person, account=account, password=hashed, opened_at=now())
    except IntegrityError:  # a double press
        raise _open_already() from None
    record("verification.wallet.opened", wallet, by=person)
    post(
        f"wallet:{wallet.pk}:opening",
        source=outside_account(),
        target=account,
        amount_fen=RULES.payment.wallet_opening_fen,
        memo="wallet.opening",
    )
    return wallet


def _open_already() -> Refused:
    return Refused(_("You have a wallet already."), code="wallet_exists")


def _new_password(password: str, again: str) -> str:
    digits = RULES.payment.password_digits
    if not (len(password) == digits and password.isascii() and password.isdigit()):
        raise Refused(
            _("A payment password has %(n)d digits.") % {"n": digits}, code="password_invalid", field="password"
        )
    if password != again:
        raise Refused(_("The two passwords differ."), code="password_differs", field="again")
    return password


def _of(person: WeChatPerson) -> Wallet:
    if (wallet := wallet_of(person)) is None:
        raise Refused(_("You have no wallet yet. Open it first."), code="wallet_missing")
    return wallet


@transaction.atomic
def top_up(person: WeChatPerson, amount_fen: int, *, once: str = "") -> bool:
    """Play money comes into the wallet from outside; Refused (field "amount") for nothing or too much.

    `once` is a token of the form that was pressed: pressed twice with one amount, it tops up once (then False).
    """
    wallet, most = _of(person), RULES.payment.top_up_fen_max
    if not 0 < amount_fen <= most:
        raise Refused(
            _("Top up more than nothing, and at most %(most)s yuan at a time.") % {"most": f"{most / 100:,.2f}"},
            code="amount_out_of_range",
            field="amount",
        )
    token = once if ONCE.fullmatch(once) else random_token()
    key = f"top_up:{wallet.pk}:{amount_fen}:{token}"
    if Posting.objects.filter(key=key).exists():
        return False
    post(key, source=outside_account(), target=wallet.account, amount_fen=amount_fen, memo="wallet.top_up")
    record("verification.wallet.topped_up", wallet, by=person, data={"amount_fen": amount_fen})
    return True


def change_password(person: WeChatPerson, *, old: str, password: str, again: str) -> None:
    """Change the payment password; Refused (fields "old", "password", "again").

    Call it outside a transaction: a wrong old password counts like one at a payment, and that is committed.
    """
    fresh = _new_password(password, again)
    check_payment_password(person, old, field="old")
    hashed = make_password(fresh)
    with transaction.atomic():
        wallet = Wallet.objects.select_for_update().get(person=person)
        wallet.password = hashed
        wallet.save(update_fields=["password"])
        record("verification.wallet.password_changed", wallet, by=person)


def check_payment_password(person: WeChatPerson, password: str, *, field: str = "password") -> None:
    """Refused unless this is the payment password; after so many wrong ones the wallet is locked for a while.

    Call it before the transaction that it guards, not inside: it commits the try on its own (durable), because a
    refusal that rolled the count back would allow a million tries. Whether the password is right is found out before
    the row is locked (the hash is slow) and used only behind the lock, where tries are counted one after another.
    """
    wallet = _of(person)
    is_right = not _is_locked(wallet) and check_password(password, wallet.password)
    with transaction.atomic(durable=True):
        locked = Wallet.objects.select_for_update().get(pk=wallet.pk)
        refusal = _count_try(locked, is_right and locked.password == wallet.password, field)
    if refusal is not None:
        raise refusal


def _count_try(wallet: Wallet, is_right: bool, field: str) -> Refused | None:
    """What to say to this try; the wallet's count follows it."""
    rules = RULES.payment
    if _is_locked(wallet):
        return _locked(wallet, field)
    wallet.wrong_tries = 0 if is_right else wallet.wrong_tries + 1
    wallet.locked_until = None
    if left := rules.password_attempts - wallet.wrong_tries:
        wallet.save(update_fields=["wrong_tries", "locked_until"])
    else:
        wallet.wrong_tries, wallet.locked_until = 0, now() + timedelta(minutes=rules.password_lock_minutes)
        wallet.save(update_fields=["wrong_tries", "locked_until"])
        record("verification.wallet.locked", wallet, by=wallet.person)
        return _locked(wallet, field)
    if is_right:
        return None
    words = ngettext(
        "The payment password is wrong. You can try once more.",
        "The payment password is wrong. You can try %(n)d more times.",
        left,
    )
    return Refused(words % {"n": left}, code="password_wrong", field=field)


def _is_locked(wallet: Wallet) -> bool:
    return wallet.locked_until is not None and wallet.locked_until > now()


def _locked(wallet: Wallet, field: str) -> Refused:
    until = wallet.locked_until or now()
    minutes = max(1, -int((now() - until).total_seconds() // 60))
    words = ngettext(
        "Too many wrong passwords. Try again in a minute.",
        "Too many wrong passwords. Try again in %(n)d minutes.",
        minutes,
    )
    return Refused(words % {"n": minutes}, code="password_locked", field=field)
