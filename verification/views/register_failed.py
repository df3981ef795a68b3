"""A registration that has failed: what was not done in time, and the way to start again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.programs import start_over
from accounts.adapter import home_of
from accounts.lifecycle import AccountStatus

TRANSFERS_SHOWN = 20


@never_cache
@require_safe
def register_failed(request: Any) -> HttpResponse:
    """What failed: the entity, what it had to remit until when, and the transfers that were given back."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
    if user.status != AccountStatus.REGISTRATION_FAILED:
        return redirect(home_of(user))
    failed = user.failed_mini_programs.select_related("entity", "remittance").order_by("-closed_at", "-pk").first()
    remittance = getattr(failed, "remittance", None)
    facts = {
        "entity": getattr(failed, "entity", None),
        "failed": failed,
        "remittance": remittance,
        "transfers": list(remittance.transfers.order_by("-pk")[:TRANSFERS_SHOWN]) if remittance else [],
    }
    return render(request, "entities/register_failed.html", facts)


@never_cache
@require_POST
def register_start_over(request: Any) -> HttpResponse:
    """Begin again at step 3; a second press finds it begun."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login("/", login_url=request.realm.login)
    if user.status == AccountStatus.REGISTRATION_FAILED:
        start_over(user)
        messages.success(request, _("You can register again. E-mail, name and ID are free for it."))
    return redirect(home_of(user))
