"""Which payment orders a phone may look at: those it has scanned in this session, those its person paid."""

from accounts.door import PersonRequest
from verification.actions.payments import order_with
from verification.models import PaymentOrder

SCANNED_KEY = "payment_orders"  # numbers of orders, in the phone's session
MOST_SCANNED = 20


def let_in(request: PersonRequest, order: PaymentOrder) -> None:
    """This phone has scanned the order's QR."""
    before = [pk for pk in request.session.get(SCANNED_KEY, []) if pk != order.pk]
    request.session[SCANNED_KEY] = [*before[1 - MOST_SCANNED :], order.pk]


def order_let_in(request: PersonRequest, pk: int) -> PaymentOrder | None:
    """The order, if this phone may look at it; its bare number opens nothing."""
    order = order_with(pk)
    if order is None:
        return None
    may_look = order.pk in request.session.get(SCANNED_KEY, []) or order.paid_by_id == request.person.pk
    return order if may_look else None
