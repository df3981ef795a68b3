"""Wallets in the stories: opened with the payment password of the cast, and orders paid from them."""

from platform_site.simulation.cast import PAYMENT_PASSWORD
from platform_site.simulation.stories.people import Who, person
from verification.actions import payments, wallets
from verification.models import PaymentOrder, Wallet


def wallet(who: Who) -> Wallet:
    """This person's wallet, opened if they have none yet."""
    found = person(who)
    return wallets.wallet_of(found) or wallets.open_wallet(found, PAYMENT_PASSWORD, PAYMENT_PASSWORD)


def pay(order: PaymentOrder, who: Who) -> None:
    """Pay this order on the phone of this person."""
    wallet(who)
    payments.pay_order(order, person=person(who), password=PAYMENT_PASSWORD)
