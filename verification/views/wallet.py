"""The wallet on the phone: its balance and postings, opening it, topping it up, its payment password."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.door import PersonRequest, requires_person
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.views.paging import ON_A_PAGE, number_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web.paging import page_of
from verification.actions.ledger import balance_of
from verification.actions.wallets import change_password, open_wallet, statement_of, top_up, wallet_of
from verification.forms.wallet import OpenForm, PasswordForm, TopUpForm
from verification.models import PaymentOrder
from verification.views.pay_session import order_let_in


@never_cache
@require_GET
@requires_person
def phone_wallet(request: PersonRequest) -> HttpResponse:
    """The balance and what moved it; without a wallet, the way to open one."""
    wallet = wallet_of(request.person)
    context: dict[str, Any] = {"wallet": wallet, "rows": []}
    if wallet is not None:
        page = page_of(statement_of(wallet), request.GET.get("page"), size=ON_A_PAGE)
        rows = [(row, row.target_id == wallet.account_id) for row in page]
        context |= {"balance": balance_of(wallet.account), "page": page, "rows": rows}
    return render(request, "verification/phone_wallet.html", context)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
@requires_person
def phone_wallet_open(request: PersonRequest) -> HttpResponse:
    """Open the wallet with a payment password; somebody who was about to pay goes on with that."""
    order, form = _order_waiting(request), OpenForm(request.POST or None)
    if wallet_of(request.person) is not None:
        return _on_to(order)
    if request.method == "POST" and form.is_valid():
        try:
            open_wallet(request.person, form.cleaned_data["password"], form.cleaned_data["again"])
            messages.success(request, _("Your wallet is open."))
            return _on_to(order)
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "verification/phone_wallet_open.html", {"form": form, "order": order})


@never_cache
@require_http_methods(["GET", "POST"])
@requires_person
def phone_wallet_top_up(request: PersonRequest) -> HttpResponse:
    """Play money into the wallet; somebody who was about to pay goes on with that."""
    order, form = _order_waiting(request), TopUpForm(request.POST or None)
    if (wallet := wallet_of(request.person)) is None:
        return redirect("verification:phone_wallet")
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "wallet_top_up", RULES.rates.transfer, key=str(request.person.pk))
            if top_up(request.person, form.amount_fen(), once=form.cleaned_data["once"]):
                messages.success(request, _("Your wallet is topped up."))
            return _on_to(order)
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "order": order, "balance": balance_of(wallet.account)}
    return render(request, "verification/phone_wallet_top_up.html", context)


@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
@requires_person
def phone_wallet_password(request: PersonRequest) -> HttpResponse:
    """Change the payment password."""
    form = PasswordForm(request.POST or None)
    if wallet_of(request.person) is None:
        return redirect("verification:phone_wallet")
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "wallet_password", RULES.rates.wallet_password, key=str(request.person.pk))
            change_password(request.person, **form.cleaned_data)
            messages.success(request, _("The payment password is changed."))
            return redirect("verification:phone_wallet")
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "verification/phone_wallet_password.html", {"form": form})


def _order_waiting(request: PersonRequest) -> PaymentOrder | None:
    """The order that this person was about to pay (`?order=`), if this phone has scanned it."""
    return order_let_in(request, number_of(request.GET.get("order")))


def _on_to(order: PaymentOrder | None) -> HttpResponse:
    if order is None:
        return redirect("verification:phone_wallet")
    return redirect("verification:phone_pay_password", pk=order.pk)
