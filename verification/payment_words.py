"""The words of money on the phone: what an order is for, who is paid, what moved it in and out of a wallet."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification.banks import RECEIVER_HOLDER

PURPOSES: dict[str, str | Promise] = {
    "verification_fee": _("WeChat Verification fee"),
    "open_qualification_fee": _("Developer qualification verification fee"),
}

MEMOS: dict[str, str | Promise] = {
    "pay.check": _("Small amount of WeChat Pay, to verify the account"),
    "transfer.funds": _("Money for a transfer, from outside"),
    "transfer.in": _("Transfer to the receiving account"),
    "transfer.back": _("Transfer given back"),
    "wallet.opening": _("Play money to begin with"),
    "wallet.top_up": _("Top-up"),
    **{f"payment.{purpose}": words for purpose, words in PURPOSES.items()},
}


def payee() -> str:
    """Who is paid: the platform, under its fictitious name."""
    return str(RECEIVER_HOLDER)
