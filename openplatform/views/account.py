"""The Open Platform's home, log-in, entity, and the account center with its developer qualification."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.forms.login import OpenPlatformLoginForm
from accounts.forms.refusals import add_refusal
from accounts.lifecycle import AccountStatus
from accounts.limits import spend
from openplatform import queries
from openplatform.actions.qualifications import apply, check_may_apply, fee_order, withdraw
from openplatform.actions.registration import register_entity
from openplatform.door import OpenRequest, open_account_only, open_log_in_only
from openplatform.forms.accounts import EntityForm, QualificationForm
from openplatform.lifecycle import QualificationStatus
from openplatform.models import Qualification
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.actions.payments import close_if_overdue
from verification.models import PaymentOrder
from verification.views.payments import answer_poll


class OpenLogin(LoginView):
    """E-mail and password."""

    template_name = "openplatform/login.html"
    form_class = OpenPlatformLoginForm


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out of the Open Platform: the session ends on the server."""
    end_session(request)
    return redirect("openplatform:home")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the Open Platform is for; whoever is logged in comes to the Administration Center."""
    user = request.user
    if user.is_authenticated and user.is_open_platform:
        return redirect("openplatform:center")
    return render(request, "openplatform/home.html")


@require_http_methods(["GET", "HEAD", "POST"])
@open_log_in_only
def entity(request: Any) -> HttpResponse:
    """The last step of the registration: who stands behind the account."""
    if request.user.status == AccountStatus.REGISTERED:
        return redirect("openplatform:account")
    form = EntityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            register_entity(request.user, form.given())
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The account is registered."))
            return redirect("openplatform:center")
    return render(request, "openplatform/entity.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@open_account_only
def account(request: OpenRequest) -> HttpResponse:
    """The account center: who it is, and how its developer qualification stands."""
    current = queries.open_qualification_of(request.account)
    context = {
        "account": request.account,
        "current": current,
        "qualifications": queries.qualifications_of(request.account),
        "why_not": "" if current else _why_not(request),
        "events": queries.history_of(request.account),
    }
    return render(request, "openplatform/account.html", context)


def _why_not(request: OpenRequest) -> str:
    """Why no application can be made now; "" if one can."""
    try:
        check_may_apply(request.account)
    except Refused as refusal:
        return refusal.message
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@open_account_only
def qualification_apply(request: OpenRequest) -> HttpResponse:
    """Apply for developer qualification verification; the payment is next."""
    check_may_apply(request.account)
    form = QualificationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "paper_upload", RULES.rates.paper_upload, key=str(request.user.pk))
            row = apply(request.account, form.given(), by=request.user)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("openplatform:qualification_pay", pk=row.pk)
    context = {"form": form, "account": request.account}
    return render(request, "openplatform/qualification_apply.html", context, status=422 if form.errors else 200)


def _own(request: OpenRequest, pk: int) -> Qualification:
    row = request.account.qualifications.select_related("account__user").filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
@open_account_only
def qualification_pay(request: OpenRequest, pk: int) -> HttpResponse:
    """The QR with which somebody pays the fee on the phone."""
    row = _own(request, pk)
    if row.status != QualificationStatus.TO_PAY:
        return redirect("openplatform:account")
    order = fee_order(row, by=request.user)
    context = {"qualification": row, "account": request.account, **_panel(order)}
    return render(request, "openplatform/qualification_pay.html", context)


def _panel(order: PaymentOrder) -> dict[str, Any]:
    """What the payment panel needs in this realm."""
    return {
        "order": order,
        "then": reverse("openplatform:account"),
        "status_url": reverse("openplatform:pay_status", kwargs={"pk": order.pk}),
    }


@never_cache
@require_GET
@open_account_only
def pay_status(request: OpenRequest, pk: int) -> HttpResponse:
    """A poll of the panel: anew when it looks different (`?seen=`), on to the account center once it is paid."""
    orders = request.user.payment_orders.select_related("link", "paid_by")
    order = orders.filter(pk=pk, purpose=queries.FEE).first() if pk < 2**63 else None
    if order is None:
        raise Http404
    close_if_overdue(order)
    return answer_poll(request, order, asked_by=request.user.pk, panel=_panel(order))


@require_POST
@open_account_only
def qualification_withdraw(request: OpenRequest, pk: int) -> HttpResponse:
    """Give up an application before it is paid."""
    try:
        withdraw(_own(request, pk), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The application is withdrawn. Nothing was charged."))
    return redirect("openplatform:account")
