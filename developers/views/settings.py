"""Development Settings: AppID, original ID, the AppSecret and the code upload key (console.md §6)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed_here
from accounts.door import MemberRequest, requires
from accounts.models import MiniProgram
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers.actions.secrets import generate_app_secret
from developers.forms.upload_keys import AddressesForm
from developers.queries import app_secret_of, upload_key_of, upload_networks_of
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def settings_context(mini_program: MiniProgram) -> dict[str, Any]:
    """What the page shows: AppSecret and code upload key, and from where the key may be used."""
    key = upload_key_of(mini_program)
    networks = "\n".join(upload_networks_of(mini_program))
    return {
        "app_secret": app_secret_of(mini_program),
        "upload_key": key,
        "addresses": AddressesForm(initial={"networks": networks, "is_on": key is not None and key.checks_address}),
        "relay_settings": settings.VAR / "relay.env",
        "robots": RULES.upload.robots,
    }


@requires(Permission.SECRET_RESET)
@require_safe
def settings_development(request: MemberRequest) -> HttpResponse:
    """AppID, original ID, AppSecret and code upload key."""
    return render(request, "developers/settings_development.html", settings_context(request.member.mini_program))


@requires(Permission.SECRET_RESET)
@require_POST
def secret_ask(request: MemberRequest) -> HttpResponse:
    """Generate or Reset was pressed: the administrator scans to confirm."""
    mini_program = request.member.mini_program
    follows = _("It is shown once, on the screen.")
    if app_secret_of(mini_program) is not None:
        follows = _("The AppSecret in use stops working at once. The new one is shown once, on the screen.")
    return ask_for_scan(
        request,
        ScanPurpose.APPSECRET_GENERATE,
        then=reverse("developers:secret_generate", kwargs={"appid": mini_program.appid}),
        back=reverse("developers:settings_development", kwargs={"appid": mini_program.appid}),
        facts={"mini_program": display_name(mini_program), "appid": mini_program.appid, "consequence": follows},
        mini_program=mini_program,
        permission=Permission.SECRET_RESET,
    )


@requires(Permission.SECRET_RESET)
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def secret_generate(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: this one answer shows the new AppSecret, and nothing keeps it."""
    mini_program = request.member.mini_program
    if request.method == "GET":
        return redirect("developers:settings_development", appid=mini_program.appid)
    try:
        with confirmed_here(request, ScanPurpose.APPSECRET_GENERATE) as scan:
            secret = generate_app_secret(mini_program, by=scan.member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("developers:settings_development", appid=mini_program.appid)
    context = settings_context(mini_program) | {"secret": secret}
    return render(request, "developers/settings_development.html", context)
