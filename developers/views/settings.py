"""Development Settings: AppID, original ID and the AppSecret (console.md §6)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers.actions.secrets import generate_app_secret
from developers.queries import app_secret_of
from developers.views.scans import confirmed_here
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused


@requires(Permission.SECRET_RESET)
@require_safe
def settings_development(request: MemberRequest) -> HttpResponse:
    """AppID, original ID, and whether there is an AppSecret."""
    return render(
        request, "developers/settings_development.html", {"app_secret": app_secret_of(request.member.mini_program)}
    )


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
    context = {"app_secret": app_secret_of(mini_program), "secret": secret}
    return render(request, "developers/settings_development.html", context)
