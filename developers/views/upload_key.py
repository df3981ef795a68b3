"""The code upload key in Development Settings: made, handed out once, and from where it may be used (console.md §6)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers.actions.upload_addresses import set_addresses
from developers.actions.upload_keys import generate_upload_key, key_of
from developers.forms.upload_keys import AddressesForm
from developers.queries import upload_key_of
from developers.views.settings import settings_context
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused


def _back(request: MemberRequest) -> str:
    return reverse("developers:settings_development", kwargs={"appid": request.member.mini_program.appid})


def _ask(request: MemberRequest, purpose: ScanPurpose, then: str, follows: str, **payload: object) -> HttpResponse:
    """The administrator scans; what follows is said on the phone."""
    mini_program = request.member.mini_program
    return ask_for_scan(
        request,
        purpose,
        then=reverse(then, kwargs={"appid": mini_program.appid}),
        back=_back(request),
        facts={"mini_program": display_name(mini_program), "appid": mini_program.appid, "consequence": follows},
        payload=payload,
        mini_program=mini_program,
        permission=Permission.UPLOADKEY_RESET,
    )


@requires(Permission.UPLOADKEY_RESET)
@require_POST
def key_ask(request: MemberRequest) -> HttpResponse:
    """Generate or Reset was pressed: the administrator scans to confirm."""
    follows = _("Whoever holds the key uploads code in your name, without a scan.")
    if upload_key_of(request.member.mini_program) is not None:
        follows = _("The key in use stops working at once. Whoever holds the new one uploads code in your name.")
    return _ask(request, ScanPurpose.UPLOADKEY_GENERATE, "developers:key_ready", follows)


@requires(Permission.UPLOADKEY_RESET)
@never_cache
@require_http_methods(["GET", "POST"])
def key_ready(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the next press makes the key and downloads it. Nothing is made by looking at this."""
    if request.method == "GET":
        return redirect(_back(request))
    context = settings_context(request.member.mini_program) | {"key_ticket": request.POST.get("ticket", "")[:20]}
    return render(request, "developers/settings_development.html", context)


@requires(Permission.UPLOADKEY_RESET)
@never_cache
@sensitive_variables("private")
@require_http_methods(["GET", "POST"])
def key_generate(request: MemberRequest) -> HttpResponse:
    """The private key as a file: this one answer holds it, and nothing keeps it."""
    mini_program = request.member.mini_program
    if request.method == "GET":
        return redirect(_back(request))
    try:
        with confirmed_here(request, ScanPurpose.UPLOADKEY_GENERATE) as scan:
            private = generate_upload_key(mini_program, by=scan.member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(_back(request))
    name = f'attachment; filename="private.{mini_program.appid}.key"'
    return HttpResponse(private, content_type="application/octet-stream", headers={"Content-Disposition": name})


@requires(Permission.UPLOADKEY_RESET)
@require_http_methods(["GET", "POST"])
def key_addresses_ask(request: MemberRequest) -> HttpResponse:
    """The list was changed: each line is read, then the administrator scans to confirm."""
    mini_program = request.member.mini_program
    if request.method == "GET":
        return redirect(_back(request))
    form = AddressesForm(request.POST)
    try:
        key_of(mini_program)
        if form.is_valid():
            networks, on = form.read(), form.cleaned_data["is_on"]
            follows = _follows(networks, on=on)
            then = "developers:key_addresses"
            return _ask(request, ScanPurpose.UPLOADKEY_ADDRESSES, then, follows, networks=networks, on=on)
    except Refused as refusal:
        add_refusal(form, refusal)
    context = settings_context(mini_program) | {"addresses": form}
    return render(request, "developers/settings_development.html", context, status=422)


def _follows(networks: list[str], *, on: bool) -> str:
    if not on:
        return _("Code can be uploaded by key from every address.")
    return _("Code can be uploaded by key from these addresses only: %(list)s") % {"list": ", ".join(networks)}


@requires(Permission.UPLOADKEY_RESET)
@require_http_methods(["GET", "POST"])
def key_addresses(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the list counts as it was shown on the phone."""
    if request.method == "POST":
        with refusals_as_messages(request):
            with confirmed_here(request, ScanPurpose.UPLOADKEY_ADDRESSES) as scan:
                asked = scan.payload
                set_addresses(request.member.mini_program, networks=asked["networks"], on=asked["on"], by=scan.member)
            messages.success(request, _("Saved. It counts from the next upload on."))
    return redirect(_back(request))
