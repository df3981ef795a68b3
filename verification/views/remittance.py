"""The remittance page: what to remit, from where, until when; what has arrived; and where it leads in the end."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.adapter import home_of
from accounts.door import requires
from accounts.lifecycle import AccountStatus
from accounts.permissions import Permission
from accounts.views.paging import number_of
from platform_site.kernel.clock import now
from verification.actions.remittances import expire_if_due
from verification.banks import BANKS, CITIES, PROVINCES, RECEIVER, RECEIVER_BANK, RECEIVER_HOLDER
from verification.lifecycle import RemittanceStatus
from verification.models import Remittance

MOST_POLLS = 60  # of one waiting page: three minutes
TRANSFERS_SHOWN = 20


@never_cache
@require_safe
@requires(Permission.CONSOLE_VIEW)
def remittance(request: Any) -> HttpResponse:
    """What to remit; with ?checking=1 what has arrived. An overdue one fails here, whoever looks."""
    found, elsewhere = _remittance_of(request)
    if found is None:
        return redirect(elsewhere)
    checking = found.status == RemittanceStatus.OPEN and "checking" in request.GET
    return render(request, "verification/remittance.html", {**_facts(found), "checking": checking, "n": 1})


@never_cache
@require_safe
@requires(Permission.CONSOLE_VIEW)
def remittance_status(request: Any) -> HttpResponse:
    """The waiting panel, asking anew a bounded number of times; it leaves for the page when the result is there."""
    found, elsewhere = _remittance_of(request)
    here = reverse("verification:remittance", args=[request.member.mini_program.appid])
    if not request.htmx:
        return redirect(f"{here}?checking=1" if found else elsewhere)
    if found is None or found.status != RemittanceStatus.OPEN:
        return HttpResponse(headers={"HX-Redirect": here if found else elsewhere})
    n = min(number_of(request.GET.get("n")), MOST_POLLS) + 1
    return render(request, "verification/_remittance_checking.html", {**_facts(found), "n": n})


@never_cache
@require_safe
def register_remittance(request: HttpRequest) -> HttpResponse:
    """The end of the registration wizard on the path of remittance: the remittance page of this account's program."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path(), login_url=request.realm.login)  # type: ignore[attr-defined]
    if user.status != AccountStatus.REGISTERED or user.is_staff:
        return redirect(home_of(user))
    return redirect("verification:remittance", appid=user.mini_program.appid)


def _remittance_of(request: Any) -> tuple[Remittance | None, str]:
    """This program's remittance, or None and where to go: there is none, or its deadline has passed."""
    mini_program = request.member.mini_program
    found: Remittance | None = getattr(mini_program, "remittance", None)
    if found is None:
        return None, reverse("home:console", args=[mini_program.appid])
    expire_if_due(found)
    if found.status == RemittanceStatus.EXPIRED:
        request.user.refresh_from_db()
        return None, home_of(request.user)
    return found, ""


def _facts(found: Remittance) -> dict[str, Any]:
    at = now()
    return {
        "remittance": found,
        "bank": BANKS.get(found.bank, found.bank),
        "province": PROVINCES.get(found.province, found.province),
        "city": CITIES.get(found.province, {}).get(found.city, found.city),
        "receiver": {"holder": RECEIVER_HOLDER, "bank": RECEIVER_BANK, "number": RECEIVER["number"]},
        "now": at,
        "days_left": (found.expires_at - at).days,
        "seconds_left": max((found.expires_at - at) // timedelta(seconds=1), 0),
        "transfers": list(found.transfers.order_by("-pk")[:TRANSFERS_SHOWN]),
        "asks_again_until": MOST_POLLS,
    }
