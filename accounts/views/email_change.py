"""Change of the log-in e-mail: the new address, the link that was mailed there, the administrator's scan."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import email_change as actions
from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.email_change import EmailChangeForm
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.models import EmailChange
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.queries import email_change_of, name_of
from accounts.scanning import ask_for_scan, holder_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@requires(Permission.EMAIL_CHANGE)
@never_cache
@require_http_methods(["GET", "POST"])
def email_change(request: MemberRequest) -> HttpResponse:
    """Ask for the change; or see how far it has come."""
    form = EmailChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _ask(request, form):
        return redirect("accounts:email_change", appid=request.member.mini_program.appid)
    account = request.member.mini_program.account
    context = {"form": form, "account": account, "change": email_change_of(account), "now": now()}
    return render(request, "accounts/email_change.html", context)


def _ask(request: MemberRequest, form: EmailChangeForm) -> bool:
    email = form.cleaned_data["email"]
    try:
        spend(request, "email_check", RULES.rates.email_check, key=holder_of(request))
        spend(request, "mail", RULES.rates.mail, key=email)
        actions.ask_email_change(request.member.mini_program, email=email, by=request.member)
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("A mail is on its way to %(email)s. Open its link.") % {"email": email})
    return True


@requires(Permission.EMAIL_CHANGE)
@require_POST
def email_change_drop(request: MemberRequest) -> HttpResponse:
    """Keep the address as it is."""
    actions.drop_email_change(request.member.mini_program, by=request.member)
    messages.success(request, _("The log-in e-mail stays as it is."))
    return redirect("entities:settings_basic", appid=request.member.mini_program.appid)


@requires(Permission.EMAIL_CHANGE)
@never_cache
@require_http_methods(["GET", "POST"])
def email_prove(request: MemberRequest) -> HttpResponse:
    """The link of the mail (`?token=`): its page only asks, its button goes on to the administrator's scan."""
    mini_program = request.member.mini_program
    if not (token := request.GET.get("token", "")):
        return redirect("accounts:email_change", appid=mini_program.appid)
    try:
        if request.method == "POST":
            return _scan(request, actions.prove_email(mini_program, token, by=request.member))
        context: dict[str, Any] = {"change": actions.email_link(mini_program, token)}
    except Refused as refusal:
        return render(request, "accounts/email_prove.html", {"refusal": refusal}, status=410)
    return render(request, "accounts/email_prove.html", context | {"account": mini_program.account})


@requires(Permission.EMAIL_CHANGE)
@require_POST
def email_change_scan(request: MemberRequest) -> HttpResponse:
    """The new address is proved, and the scan was not made yet: ask for it again."""
    change = email_change_of(request.member.mini_program.account)
    if change is None or change.proved_at is None:
        raise Refused(_("Open the link in the mail to the new address first."), code="email_not_proved")
    return _scan(request, change)


def _scan(request: MemberRequest, change: EmailChange) -> HttpResponse:
    mini_program, appid = request.member.mini_program, request.member.mini_program.appid
    return ask_for_scan(
        request,
        ScanPurpose.EMAIL_CHANGE,
        then=reverse("accounts:email_changed", kwargs={"appid": appid}),
        back=reverse("accounts:email_change", kwargs={"appid": appid}),
        facts={
            "mini_program": name_of(mini_program),
            "appid": appid,
            "email": change.email,
            "consequence": _("The account logs in with this address only. The old one is free."),
        },
        payload={"email": change.email},
        mini_program=mini_program,
        permission=Permission.EMAIL_CHANGE,
    )


@requires(Permission.EMAIL_CHANGE)
@require_POST
def email_changed(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the account moves."""
    mini_program = request.member.mini_program
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.EMAIL_CHANGE) as scan:
            user = actions.change_email(mini_program, email=scan.payload["email"], by=scan.member)
        messages.success(request, _("The log-in e-mail is %(email)s now.") % {"email": user.email})
    return redirect("entities:settings_basic", appid=mini_program.appid)
