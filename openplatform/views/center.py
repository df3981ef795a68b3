"""The Administration Center: mobile and website applications, and the Mini Programs bound as official accounts."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.refusals import add_refusal
from accounts.lifecycle import AccountStatus
from accounts.models import EmailKind, Member, MiniProgram
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import Scan, ask_for_scan, scan_confirmed
from entities.papers import Kept
from entities.queries import display_name
from entities.views.papers import picture_response
from openplatform import queries
from openplatform.actions import applications
from openplatform.actions.bindings import bind, check_may_be_bound, check_qualified, unbind
from openplatform.door import OpenRequest, open_account_only
from openplatform.forms.accounts import BindForm
from openplatform.forms.applications import ApplicationForm
from openplatform.lifecycle import ApplicationStatus
from openplatform.models import Application, ApplicationKind, OpenBinding
from platform_site.kernel.lifecycle import Refused
from platform_site.web.paging import page_of

SHOWN = 50


@require_safe
@open_account_only
def center(request: OpenRequest, kind: str = ApplicationKind.MOBILE) -> HttpResponse:
    """The applications of one tab."""
    context = {
        "tab": kind,
        "kind": ApplicationKind(kind),
        "applications": queries.applications_of(request.account, ApplicationKind(kind)),
        "room": queries.application_room(request.account),
        "account": request.account,
    }
    return render(request, "openplatform/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_account_only
def application_new(request: OpenRequest, kind: str) -> HttpResponse:
    """Create an application."""
    form = ApplicationForm(ApplicationKind(kind), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = applications.create(request.account, ApplicationKind(kind), form.given(), by=request.user)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is under review.") % {"name": row.name})
            return redirect("openplatform:application", pk=row.pk)
    room = queries.application_room(request.account)
    context = {"form": form, "kind": ApplicationKind(kind), "room": room, "tab": kind, "account": request.account}
    return render(request, "openplatform/application_form.html", context, status=422 if form.errors else 200)


def _own(request: OpenRequest, pk: int) -> Application:
    if (row := queries.application_of(request.account, pk)) is None:
        raise Http404
    return row


@require_safe
@open_account_only
def application(request: OpenRequest, pk: int) -> HttpResponse:
    """One application: its facts, what the desk said, what can be done with it."""
    row = _own(request, pk)
    context = {"application": row, "tab": row.kind, "account": request.account}
    return render(request, "openplatform/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_account_only
def application_edit(request: OpenRequest, pk: int) -> HttpResponse:
    """Correct a rejected application and hand it in again."""
    row = _own(request, pk)
    if row.status != ApplicationStatus.REJECTED:
        messages.error(request, _("Only a rejected application is handed in again."))
        return redirect("openplatform:application", pk=pk)
    form = ApplicationForm(ApplicationKind(row.kind), request.POST or None, request.FILES or None, before=row)
    if request.method == "POST" and form.is_valid():
        try:
            applications.resubmit(row, form.given(), by=request.user)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is under review.") % {"name": row.name})
            return redirect("openplatform:application", pk=pk)
    context = {"form": form, "kind": ApplicationKind(row.kind), "application": row, "tab": row.kind}
    context["account"] = request.account
    return render(request, "openplatform/application_form.html", context, status=422 if form.errors else 200)


@require_POST
@open_account_only
def application_delete(request: OpenRequest, pk: int) -> HttpResponse:
    """Give an application up."""
    row = _own(request, pk)
    try:
        applications.delete(row, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("openplatform:application", pk=pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": row.name})
    return redirect(f"openplatform:center_{row.kind}")


@require_safe
@open_account_only
def application_icon(request: OpenRequest, pk: int, size: str) -> HttpResponse:
    """An icon, to its own account."""
    if size not in ("small", "large"):
        raise Http404
    return picture_response(Kept(pk, _own(request, pk).icon(size)))


# --- Official Accounts -----------------------------------------------------------------------------------------------


@require_safe
@open_account_only
def bindings(request: OpenRequest) -> HttpResponse:
    """What is bound, and how much room is left."""
    context = {
        "tab": "bindings",
        "page": page_of(queries.bindings_of(request.account), request.GET.get("page"), size=SHOWN),
        "rooms": queries.rooms_of(request.account),
        "why_not": _why_not(request),
        "account": request.account,
    }
    return render(request, "openplatform/bindings.html", context)


def _why_not(request: OpenRequest) -> str:
    """Why nothing can be bound; "" if it can."""
    try:
        check_qualified(request.account)
    except Refused as refusal:
        return refusal.message
    return ""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@open_account_only
def bind_ask(request: OpenRequest) -> HttpResponse:
    """Bind an official account: its e-mail and password here, then its administrator's scan."""
    why_not, form = _why_not(request), BindForm(request.POST or None)
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            mini_program = _program_of(request, form.cleaned_data["email"], form.cleaned_data["password"])
            check_may_be_bound(request.account, mini_program)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return _ask(request, ScanPurpose.OPEN_BIND, mini_program, then="openplatform:bound")
    context = {"form": form, "why_not": why_not, "tab": "bindings", "account": request.account}
    status = 422 if form.errors or (why_not and request.method == "POST") else 200
    return render(request, "openplatform/bind.html", context, status=status)


def _program_of(request: OpenRequest, email: str, password: str) -> MiniProgram:
    """The Mini Program with this log-in; Refused in the same words whatever is wrong with it, and after many tries."""
    adapter = get_adapter(request)
    try:
        user: Any = adapter.authenticate(request, email=email, password=password)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="too_many_tries") from None
    is_programs = user is not None and user.is_active and user.kind == EmailKind.PUBLIC_PLATFORM
    if not is_programs or user.status != AccountStatus.REGISTERED:
        words = _("No Mini Program has this e-mail address and password.")
        raise Refused(words, code="email_password_mismatch", field="password")
    return user.mini_program


def _ask(request: OpenRequest, purpose: ScanPurpose, mini_program: MiniProgram, *, then: str) -> HttpResponse:
    """Its administrator confirms on the phone."""
    label = request.account.label
    follows = (
        _("Its users have one UnionID in everything of %(account)s.")
        if purpose == ScanPurpose.OPEN_BIND
        else _("It gets no UnionID of its users from %(account)s any more.")
    )
    return ask_for_scan(
        request,
        purpose,
        then=reverse(then),
        back=reverse("openplatform:bindings"),
        facts={
            "mini_program": display_name(mini_program),
            "appid": mini_program.appid,
            "open_account": label,
            "consequence": follows % {"account": label},
        },
        payload={"account": request.account.pk},
        mini_program=mini_program,
        permission=Permission.OPEN_BIND,
    )


def _confirmed_by(request: OpenRequest, scan: Scan) -> tuple[MiniProgram, Member]:
    """The Mini Program and its member who scanned; Refused for a scan that was asked for another account."""
    member = None
    if scan.mini_program is not None and scan.payload.get("account") == request.account.pk:
        rows = scan.mini_program.members.select_related("person", "mini_program")
        member = rows.filter(person=scan.person).first()
    if scan.mini_program is None or member is None:
        raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
    return scan.mini_program, member


@require_POST
@open_account_only
def bound(request: OpenRequest) -> HttpResponse:
    """The scan is confirmed: bind."""
    return _after_scan(request, ScanPurpose.OPEN_BIND, bind, _("%(name)s is bound."))


@require_POST
@open_account_only
def unbound(request: OpenRequest) -> HttpResponse:
    """The scan is confirmed: unbind."""
    return _after_scan(request, ScanPurpose.OPEN_UNBIND, unbind, _("%(name)s is not bound any more."))


def _after_scan(request: OpenRequest, purpose: ScanPurpose, act: Any, said: str) -> HttpResponse:
    try:
        with scan_confirmed(request, purpose) as scan:
            mini_program, member = _confirmed_by(request, scan)
            act(request.account, mini_program, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said % {"name": display_name(mini_program)})
    return redirect("openplatform:bindings")


def _binding(request: OpenRequest, pk: int) -> OpenBinding:
    if (row := queries.binding_with(request.account, pk)) is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@open_account_only
def unbind_ask(request: OpenRequest, pk: int) -> HttpResponse:
    """Who loses what by unbinding; then the administrator's scan."""
    row = _binding(request, pk)
    if request.method == "POST":
        return _ask(request, ScanPurpose.OPEN_UNBIND, row.mini_program, then="openplatform:unbound")
    context = {
        "binding": row,
        "name": display_name(row.mini_program),
        "neighbours": queries.neighbours_of(row),
        "tab": "bindings",
        "account": request.account,
    }
    return render(request, "openplatform/unbind.html", context)
