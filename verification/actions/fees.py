"""What follows from a payment, by its purpose, in the transaction that charges."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from platform_site.kernel.lifecycle import Actor, Refused
from verification import queries
from verification.models import PaymentOrder, Verification


def _verification_fee_paid(order: PaymentOrder, by: Actor) -> None:
    """The application goes to its audit: the fee is paid per application (seed.md)."""
    from verification.actions.applications import fee_paid  # applications open orders: they import this one's caller

    pk = order.subject.rpartition(":")[2]
    verification = Verification.objects.filter(pk=pk).first() if pk.isdigit() else None
    if verification is None or queries.fee_subject(verification) != order.subject:
        raise Refused(
            _("What this order pays for does not exist any more. Nothing was charged."), code="payment_closed"
        )
    fee_paid(verification, by=by)


ON_PAID: dict[str, Callable[[PaymentOrder, Actor], None]] = {queries.FEE: _verification_fee_paid}
