"""WeChat Pay in the console: to whom it is open, the application step by step, merchant numbers, who asks for them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from entities.gates import Gate, closed_because
from entities.queries import display_name
from payments import queries
from payments.actions import applications, links
from payments.forms.apply import AmountForm, MerchantForm
from payments.lifecycle import TO_FILL_IN, PayStatus
from payments.models import MerchantLink, PayApplication
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def to_pay(request: MemberRequest) -> HttpResponse:
    """WeChat Pay of this Mini Program."""
    return redirect("payments:pay", appid=request.member.mini_program.appid)


@require_safe
@requires(Permission.CONSOLE_VIEW)
def pay(request: MemberRequest) -> HttpResponse:
    """Where it stands, and what can be done."""
    return _page(request)


def _page(
    request: MemberRequest, *, amount: AmountForm | None = None, mchid: MerchantForm | None = None
) -> HttpResponse:
    mini_program = request.member.mini_program
    application = queries.open_application_of(mini_program)
    context: dict[str, Any] = {
        "mini_program": mini_program,
        "appid": mini_program.appid,
        "entity": mini_program.entity,
        "reason": closed_because(Gate.PAY, mini_program),
        "application": application,
        "newest": application or queries.newest_application_of(mini_program),
        "to_fill_in": application is not None and application.status in TO_FILL_IN,
        "events": queries.history_of(application) if application else [],
        "amount": amount or AmountForm(),
        "tries_left": RULES.pay.check_tries - application.tries if application else 0,
        "mchid": mchid or MerchantForm(),
        "links": queries.links_of(mini_program),
        "asked": queries.asked_of(mini_program),
        "linked": queries.linked_to(mini_program),
    }
    refused = any(form is not None for form in (amount, mchid))
    return render(request, "payments/pay.html", context, status=422 if refused else 200)


def application_of(request: MemberRequest) -> PayApplication | None:
    """The application that is going on."""
    return queries.open_application_of(request.member.mini_program)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY_APPLY)
def account_verify(request: MemberRequest) -> HttpResponse:
    """How much arrived in the settlement account."""
    application, form = application_of(request), AmountForm(request.POST)
    if application is None or request.method != "POST":  # by GET: the page was shown here, and is opened anew
        return to_pay(request)
    if not form.is_valid():
        return _page(request, amount=form)
    try:
        right = applications.verify_account(application, by=request.member, amount_fen=form.cleaned_data["amount"])
    except Refused as refusal:
        messages.error(request, refusal.message)
        return to_pay(request)
    if right:
        messages.success(request, _("The account is verified. Sign the agreement now."))
        return to_pay(request)
    left = RULES.pay.check_tries - application.tries
    if left <= 0:
        messages.error(request, application.reason)
        return to_pay(request)
    form.add_error("amount", _("This is not what arrived. Tries left: %(n)d.") % {"n": left})
    return _page(request, amount=form)


@require_POST
@requires(Permission.PAY_APPLY)
def sign_ask(request: MemberRequest) -> HttpResponse:
    """The administrator signs by a scan."""
    application = application_of(request)
    if application is None or application.status != PayStatus.TO_SIGN:
        return to_pay(request)
    if "agreed" not in request.POST:
        messages.error(request, _("Read the agreement and agree to it first."))
        return to_pay(request)
    mini_program = request.member.mini_program
    return ask_for_scan(
        request,
        ScanPurpose.PAY_SIGN,
        then=reverse("payments:signed", kwargs={"appid": mini_program.appid}),
        back=reverse("payments:pay", kwargs={"appid": mini_program.appid}),
        facts={
            "mini_program": display_name(mini_program),
            "appid": mini_program.appid,
            "entity": mini_program.entity.name,
            "consequence": _("The merchant number is opened."),
        },
        payload={"application": application.pk},
        mini_program=mini_program,
        permission=Permission.PAY_APPLY,
    )


@require_POST
@requires(Permission.PAY_APPLY)
def signed(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the merchant number is opened."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.PAY_SIGN) as scan:
            application = application_of(request)
            if application is None or application.pk != scan.payload.get("application"):
                raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
            merchant = applications.sign(application, by=scan.member)
        messages.success(request, _("Merchant number %(mchid)s is opened.") % {"mchid": merchant.mchid})
    return to_pay(request)


# --- merchant numbers that exist -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY_APPLY)
def link_ask(request: MemberRequest) -> HttpResponse:
    """Bind an existing merchant number of the same entity."""
    if request.method != "POST":
        return to_pay(request)
    form = MerchantForm(request.POST)
    if not form.is_valid():
        return _page(request, mchid=form)
    try:
        spend(request, "merchant_number", RULES.rates.email_check, key=str(request.member.mini_program.pk))
        link = links.ask(request.member.mini_program, mchid=form.cleaned_data["mchid"], by=request.member)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _page(request, mchid=form)
    messages.success(request, _("%(state)s: %(mchid)s") % {"state": link.get_status_display(), "mchid": link.merchant})
    return to_pay(request)


def _link(request: MemberRequest, pk: int) -> MerchantLink:
    """A link of which this Mini Program is one side; any other does not exist."""
    link = queries.link_with(pk)
    mine = request.member.mini_program_id
    if link is None or mine not in (link.mini_program_id, link.merchant.mini_program_id):
        raise Http404
    return link


def _acting(request: MemberRequest, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return to_pay(request)


@require_POST
@requires(Permission.PAY_APPLY)
def link_answer(request: MemberRequest, pk: int) -> HttpResponse:
    """The merchant's administrator accepts, or refuses."""
    link, accepts = _link(request, pk), request.POST.get("answer") == "accept"
    done = _("Accepted.") if accepts else _("Refused.")
    return _acting(request, lambda: links.answer(link, by=request.member, accepts=accepts), done)


@require_POST
@requires(Permission.PAY_APPLY)
def link_end(request: MemberRequest, pk: int) -> HttpResponse:
    """Unbind a merchant number and an AppID."""
    link = _link(request, pk)
    return _acting(request, lambda: links.end(link, by=request.member), _("Unbound."))
