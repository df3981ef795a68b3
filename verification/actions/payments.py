"""Payment orders: opened by the page that asks for money, paid once by whoever scans the QR, or closed."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import MiniProgram, User, WeChatPerson
from platform_site.kernel.chance import below
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, LostRace, Refused, advance
from platform_site.kernel.models import hold, record
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import digest
from verification.actions.fees import ON_PAID
from verification.actions.ledger import fees_account, post
from verification.actions.wallets import check_payment_password
from verification.lifecycle import CLOSE_ORDER, PAY_ORDER, PaymentStatus
from verification.models import PaymentOrder

NUMBER_DIGITS = 10  # after the date
KEY_LENGTH = 32


@transaction.atomic
def open_order(
    *,
    purpose: str,
    subject: str,
    amount_fen: int,
    mini_program: MiniProgram | None,
    user: User | None,
    payer_name: str,
    by: Actor,
) -> PaymentOrder:
    """The order to pay for `subject` ("app.noun:pk"): the one that is open, or a new one with a QR of its own.

    `purpose` is a key of ON_PAID, `payer_name` for whom it is paid. Refused (code "payment_paid") once the subject is
    paid. Source: console.md §12.3 step 5; RULES.payment.order_minutes.
    """
    if purpose not in ON_PAID:
        raise ValueError(f"nothing follows from a payment of {purpose}: add it to verification/actions/fees.py")
    hold(f"payment:{subject}")
    if PaymentOrder.objects.filter(subject=subject, status=PaymentStatus.PAID).exists():
        raise already_paid()
    before = PaymentOrder.objects.select_for_update().filter(subject=subject, status=PaymentStatus.OPEN).first()
    if before is not None and before.expires_at > now() and before.amount_fen == amount_fen:
        return before
    if before is not None:
        advance(before, CLOSE_ORDER, by=SYSTEM, reason="expired" if before.expires_at <= now() else "replaced")
    opened_at = now()
    order = PaymentOrder.objects.create(
        number=_free_number(),
        purpose=purpose,
        subject=subject,
        mini_program=mini_program,
        user=user,
        payer_name=payer_name,
        amount_fen=amount_fen,
        opened_at=opened_at,
        expires_at=opened_at + timedelta(minutes=RULES.payment.order_minutes),
    )
    order.link = make_link(f"/phone/pay/{order.pk}/scanned/{_key_of(order)}/", expires_at=order.expires_at)
    order.save(update_fields=["link"])
    record("verification.payment.opened", order, by=by, to_state=order.status, data=_facts_of(order))
    return order


def _free_number() -> str:
    """The date and digits that no other order has."""
    date = f"{timezone.localtime(now()):%Y%m%d}"
    while PaymentOrder.objects.filter(
        number=(number := f"{date}{below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}")
    ).exists():
        pass
    return number


def _key_of(order: PaymentOrder) -> str:
    """What only the order's QR knows: without it the bare number of an order opens nothing."""
    return digest(f"{order.pk}\n{order.number}", purpose="payment-order")[:KEY_LENGTH]


def order_scanned(pk: int, key: str) -> PaymentOrder | None:
    """The order, if `key` is the one in its QR."""
    order = order_with(pk)
    return order if order is not None and constant_time_compare(_key_of(order), key) else None


def order_with(pk: int) -> PaymentOrder | None:
    """The order with this key, for whoever has been let in already; an overdue one is closed on the spot."""
    orders = PaymentOrder.objects.select_related("mini_program__profile", "link", "paid_by")
    order = orders.filter(pk=pk).first() if pk < 2**63 else None
    if order is not None:
        close_if_overdue(order)
    return order


def _facts_of(order: PaymentOrder) -> dict[str, str | int]:
    return {"number": order.number, "amount_fen": order.amount_fen, "purpose": order.purpose}


@transaction.atomic
def close_order(order: PaymentOrder, *, by: Actor, reason: str) -> None:
    """Nobody can pay this order any more; closing twice changes nothing. Refused when it has been paid.

    Call it before you move what the order pays for: a payment locks the order first, then that.
    """
    locked = PaymentOrder.objects.select_for_update().get(pk=order.pk)
    if locked.status == PaymentStatus.PAID:
        raise already_paid()
    if locked.status == PaymentStatus.OPEN:
        advance(locked, CLOSE_ORDER, by=by, reason=reason)
    order.refresh_from_db()


def close_open_order_of(subject: str, *, by: Actor, reason: str) -> None:
    """Close the order that is open for `subject`, if there is one; see close_order."""
    for order in PaymentOrder.objects.filter(subject=subject, status=PaymentStatus.OPEN):
        close_order(order, by=by, reason=reason)


def close_if_overdue(order: PaymentOrder) -> bool:
    """Let the order's deadline fire if it has passed; a sweep may do so too, with the same one outcome."""
    if order.status != PaymentStatus.OPEN or order.expires_at > now():
        return False
    try:
        with transaction.atomic():
            advance(order, CLOSE_ORDER, by=SYSTEM, reason="expired")
    except LostRace:  # paid or closed by another at this very moment
        order.refresh_from_db()
        return False
    return True


def close_overdue_orders(*, most: int = 500) -> int:
    """Sweep: close open orders whose time has passed; returns how many."""
    due = PaymentOrder.objects.filter(status=PaymentStatus.OPEN, expires_at__lte=now()).order_by("expires_at")[:most]
    return sum(close_if_overdue(order) for order in due)


def pay_order(order: PaymentOrder, *, person: WeChatPerson, password: str) -> None:
    """Pay the order from this person's wallet, once, whoever else tries; what it pays for follows at once.

    Refused: "payment_paid", "payment_expired", "payment_closed", "wallet_missing", "password_locked",
    "password_wrong", "insufficient_balance". Call it outside a transaction: a wrong password is committed on its own.
    """
    order.refresh_from_db()
    close_if_overdue(order)
    check_payable(order)
    check_payment_password(person, password)
    try:
        _charge(order, person)
    finally:
        order.refresh_from_db()


@transaction.atomic
def _charge(order: PaymentOrder, person: WeChatPerson) -> None:
    """The charge, the move and what follows from it, in one transaction: all three or none."""
    locked = PaymentOrder.objects.select_for_update().get(pk=order.pk)
    check_payable(locked)
    try:
        post(
            f"payment:{locked.pk}",
            source=person.wallet.account,
            target=fees_account(),
            amount_fen=locked.amount_fen,
            memo=f"payment.{locked.purpose}",
        )
    except Refused as refusal:
        raise _too_little(refusal) from None
    advance(locked, PAY_ORDER, by=person, paid_by=person, paid_at=now(), data=_facts_of(locked))
    ON_PAID[locked.purpose](locked, person)


def check_payable(order: PaymentOrder) -> None:
    """Refused, in words, when this order can't be paid (any more)."""
    if order.status == PaymentStatus.PAID:
        raise already_paid()
    if order.expires_at <= now():
        raise Refused(_("This order has expired. Get a new QR code on the screen."), code="payment_expired")
    if order.status != PaymentStatus.OPEN:
        raise Refused(_("This order is closed. Nothing was charged."), code="payment_closed")


def already_paid() -> Refused:
    """What somebody hears who comes second."""
    return Refused(_("This has been paid already. Nothing was charged again."), code="payment_paid")


def _too_little(refusal: Refused) -> Refused:
    if refusal.code != "balance_short":
        return refusal
    return Refused(_("There is not enough money in your wallet. Top it up, then pay."), code="insufficient_balance")
