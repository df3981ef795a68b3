"""The Review module: one review version, the conversation with the review team, withdraw, expedite, appeal."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal, lead_to_first_error
from accounts.limits import spend
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from entities.views.papers import picture_response
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from releases import desk_queries, queries
from releases.actions import withdrawals
from releases.actions.appeals import appeal
from releases.actions.conversation import answer, write_back
from releases.actions.expedites import expedite
from releases.actions.test_accounts import masked
from releases.forms.review import AnswerForm, AppealForm, ExpediteForm, MessageForm
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder
from releases.offers import offers_of
from releases.views.submissions import facts_of_build, order_or_404, to_versions


@requires(Permission.CONSOLE_VIEW)
@require_safe
def order_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One review version: how it stands, the reasons, what was written, its function pages, its history."""
    return _page(request, order_or_404(request, pk))


def _page(request: MemberRequest, order: AuditOrder, **sent: forms.Form) -> HttpResponse:
    """The page; a form that was sent and refused stands in it with what is wrong."""
    is_asked = order.status == OrderStatus.WAITING_DEVELOPER
    given = getattr(order, "test_account", None)
    context: dict[str, Any] = {
        "order": order,
        "appid": order.mini_program.appid,
        "pages": list(order.function_pages.all()),
        "place": queries.place_in_queue(order) if order.is_open and not is_asked else None,
        "events": queries.history_without_names(order),
        "thread": desk_queries.thread_of(order, for_staff=False),
        "account": masked(given.account) if given else "",
        "offers": offers_of(order),
        "answer": (AnswerForm(order=order) if is_asked else None),
        "message": (MessageForm() if order.is_open and not is_asked else None),
        "expedite": ExpediteForm(),
        "appeal": AppealForm(),
    }
    return render(request, "releases/order_detail.html", context | sent, status=422 if sent else 200)


# --- What is written to the review team ------------------------------------------------------------------------------


def _written(
    request: MemberRequest,
    order: AuditOrder,
    name: str,
    form: Callable[[], forms.Form],
    act: Callable[[Any], AuditOrder | None],
    done: str,
) -> HttpResponse:
    """What a form of the page does: by GET the page again, refused the page with what is wrong, done a message.

    `act` may give the submission that takes this one's place.
    """
    appid, pk, before = order.mini_program.appid, order.pk, order.status
    if request.method != "POST":
        return redirect("releases:order_detail", appid=appid, pk=pk)
    sent = form()
    if sent.is_valid():
        try:
            later = act(sent)
            messages.success(request, done)
            return redirect("releases:order_detail", appid=appid, pk=later.pk if later else pk)
        except Refused as refusal:
            if (
                order_or_404(request, pk).status != before
            ):  # the submission has moved on: there is no such form any more
                messages.error(request, refusal.message)
                return redirect("releases:order_detail", appid=appid, pk=pk)
            add_refusal(sent, refusal)
    lead_to_first_error(sent)
    return _page(request, order_or_404(request, pk), **{name: sent})


def _count_pictures(request: MemberRequest) -> None:
    for _file in request.FILES.getlist("pictures")[: RULES.review.pictures_max]:
        spend(request, "paper_upload", RULES.rates.paper_upload, key=str(request.user.pk))


@sensitive_post_parameters()
@requires(Permission.ORDER_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def order_answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Answer what the review team has asked."""
    order = order_or_404(request, pk)

    def act(form: AnswerForm) -> None:
        _count_pictures(request)
        given, pictures = form.test_account(), form.kept()
        answer(order, by=request.member, text=form.cleaned_data["text"], pictures=pictures, test_account=given)

    done = _("Your answer is sent. The version waits for review again.")
    return _written(request, order, "answer", lambda: AnswerForm(request.POST, request.FILES, order=order), act, done)


@requires(Permission.ORDER_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def order_message(request: MemberRequest, pk: int) -> HttpResponse:
    """Write to the review team while there is no verdict."""
    order = order_or_404(request, pk)

    def act(form: MessageForm) -> None:
        _count_pictures(request)
        write_back(order, by=request.member, text=form.cleaned_data["text"], pictures=form.kept())

    done = _("Your message is sent.")
    return _written(request, order, "message", lambda: MessageForm(request.POST, request.FILES), act, done)


@requires(Permission.ORDER_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def order_expedite(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for a faster verdict, with a reason."""
    order = order_or_404(request, pk)

    def act(form: ExpediteForm) -> None:
        expedite(order, by=request.member, reason=form.cleaned_data["reason"])

    done = _("Expedited: the verdict is due within hours.")
    return _written(request, order, "expedite", lambda: ExpediteForm(request.POST), act, done)


@requires(Permission.ORDER_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def order_appeal(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask another reviewer to look at a rejected submission again."""
    order = order_or_404(request, pk)

    def act(form: AppealForm) -> AuditOrder:
        return appeal(order, by=request.member, words=form.cleaned_data["words"])

    done = _("Your appeal is handed in: another reviewer looks at the version again.")
    return _written(request, order, "appeal", lambda: AppealForm(request.POST), act, done)


@requires(Permission.CONSOLE_VIEW)
@require_safe
def order_picture(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """A screenshot of a reason or of the conversation."""
    found = desk_queries.told_pictures_of(order_or_404(request, pk)).filter(pk=number).first()
    if found is None:
        raise Http404
    return picture_response(found)


# --- Withdraw --------------------------------------------------------------------------------------------------------


@requires(Permission.ORDER_WITHDRAW)
@require_POST
def order_withdraw_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Withdraw a submission: the administrator scans first (console.md §9.3)."""
    order = order_or_404(request, pk)
    withdrawals.check_may_withdraw(order)
    appid, left = order.mini_program.appid, withdrawals.withdrawals_left(order.mini_program)
    follows = _(
        "The Review module empties, the development version stays. "
        "Withdrawals left, this one included: %(day)d today, %(month)d this month."
    )
    return ask_for_scan(
        request,
        ScanPurpose.ORDER_WITHDRAW,
        then=reverse("releases:order_withdraw", kwargs={"appid": appid}),
        back=reverse("releases:versions", kwargs={"appid": appid}),
        facts=facts_of_build(order.build) | {"consequence": follows % {"day": left.today, "month": left.this_month}},
        payload={"order": order.pk},
        mini_program=request.member.mini_program,
        permission=Permission.ORDER_WITHDRAW,
    )


@requires(Permission.ORDER_WITHDRAW)
@require_POST
def order_withdraw(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: withdraw."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.ORDER_WITHDRAW) as scan:
            withdrawals.withdraw(order_or_404(request, scan.payload["order"]), by=scan.member)
        messages.success(request, _("The submission is withdrawn. The development version stays."))
    return to_versions(request)
