"""Paying: the phone's payment screen, and the panel of the console that shows the QR and waits."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.door import PersonRequest, requires, requires_person
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.actions.ledger import balance_of
from verification.actions.payments import close_if_overdue, order_scanned, pay_order
from verification.actions.wallets import wallet_of
from verification.forms.wallet import PayForm
from verification.lifecycle import PaymentStatus
from verification.models import PaymentOrder
from verification.payment_words import payee
from verification.views.pay_session import let_in, order_let_in


def _order_of(request: PersonRequest, pk: int) -> PaymentOrder:
    """The order that this phone has scanned; for anybody else there is no such page."""
    if (order := order_let_in(request, pk)) is None:
        raise Http404
    return order


@never_cache
@require_GET
@requires_person
def phone_pay_scanned(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    """Where the QR leads: its key lets this phone look at the order."""
    if (order := order_scanned(pk, key)) is None:
        raise Http404
    let_in(request, order)
    return redirect("verification:phone_pay", pk=pk)


@never_cache
@require_GET
@requires_person
def phone_pay(request: PersonRequest, pk: int) -> HttpResponse:
    """What is to be paid, to whom and for whom; afterwards: what came of it."""
    order = _order_of(request, pk)
    is_open = order.status == PaymentStatus.OPEN
    page = "verification/phone_pay.html" if is_open else "verification/phone_pay_result.html"
    return render(request, page, {"order": order, "payee": payee(), "is_mine": order.paid_by_id == request.person.pk})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@requires_person
def phone_pay_password(request: PersonRequest, pk: int) -> HttpResponse:
    """The password prompt, and the payment; what else is missing (a wallet, money) is said with the way to it."""
    order, form = _order_of(request, pk), PayForm(request.POST or None)
    if order.status == PaymentStatus.OPEN and request.method == "POST" and form.is_valid():
        try:
            spend(request, "wallet_password", RULES.rates.wallet_password, key=str(request.person.pk))
            pay_order(order, person=request.person, password=form.cleaned_data["password"])
        except Refused as refusal:
            add_refusal(form, refusal)
    if order.status != PaymentStatus.OPEN:
        return redirect("verification:phone_pay", pk=pk)
    wallet = wallet_of(request.person)
    balance = balance_of(wallet.account) if wallet is not None else 0
    context = {"order": order, "form": form, "wallet": wallet, "balance": balance, "payee": payee()}
    return render(request, "verification/phone_pay_password.html", context)


@never_cache
@require_GET
@requires_person
def phone_pay_cancelled(request: PersonRequest, pk: int) -> HttpResponse:
    """The person does not want to pay: nothing was charged, and the order stays open for whoever scans it next."""
    order = _order_of(request, pk)
    if order.status != PaymentStatus.OPEN:
        return redirect("verification:phone_pay", pk=pk)
    return render(request, "verification/phone_pay_cancelled.html", {"order": order})


@never_cache
@require_GET
@requires(Permission.CONSOLE_VIEW)
def pay_status(request: Any, pk: int) -> HttpResponse:
    """A poll of the panel: anew when it looks different (`?seen=`), on to `?then=` once the order is paid, else 204."""
    order = _order_of_program(request, pk)
    then = _page_of_ours(request.GET.get("then", ""), request.member.mini_program.appid)
    return answer_poll(request, order, asked_by=request.person.pk, panel={"order": order, "then": then})


def answer_poll(request: Any, order: PaymentOrder, *, asked_by: int, panel: dict[str, Any]) -> HttpResponse:
    """What the poll of a payment panel is answered, in any realm: `panel` is what its template needs."""
    try:
        spend(request, "payment_poll", RULES.rates.ticket_poll, key=f"{asked_by}:{order.pk}")
    except Refused:
        return HttpResponse(status=204, headers={"Retry-After": "5"})
    if request.GET.get("seen") == order.status:
        return HttpResponse(status=204)
    answer = render(request, "verification/_pay_panel.html", panel)
    if request.htmx and order.status == PaymentStatus.PAID:
        answer["HX-Redirect"] = panel["then"]
    return answer


def _order_of_program(request: Any, pk: int) -> PaymentOrder:
    """The order with this key, if it is one of the Mini Program's; an overdue one is closed on the spot."""
    orders = request.member.mini_program.payment_orders.select_related("link", "mini_program", "paid_by")
    order: PaymentOrder | None = orders.filter(pk=pk).first() if pk < 2**63 else None
    if order is None:
        raise Http404
    close_if_overdue(order)
    return order


def _page_of_ours(path: str, appid: str) -> str:
    """A page of this console, and nothing else; its home where the poll names none."""
    home = f"/console/{appid}/"
    is_ours = path.startswith(home) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else home
