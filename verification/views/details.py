"""WeChat Verification – Details: how the entity stands, what can be done next, and the applications so far."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.door import requires
from accounts.permissions import Permission
from entities import queries as entities
from entities.gates import Gate, closed_because
from entities.lifecycle import StandingStatus
from platform_site.kernel.rulebook import RULES
from verification import queries
from verification.actions import applications
from verification.failures import FAILURES
from verification.lifecycle import OPEN_VERIFICATION


@require_safe
@never_cache
@requires(Permission.CONSOLE_VIEW)
def details(request: Any) -> HttpResponse:
    """Settings – Basic Settings – WeChat Verification – Details."""
    mini_program = request.member.mini_program
    standing = entities.standing_of(mini_program)
    rows = queries.applications_of(mini_program)
    present = next((row for row in rows if row.status in OPEN_VERIFICATION), None)
    context = {
        "entity": entities.entity_of(mini_program),
        "standing": standing,
        "state": _state_of(standing),
        "reason": closed_because(Gate.VERIFY, mini_program),
        "present": present,
        "events": queries.history_of(present) if present else [],
        "ended": [_told(row) for row in rows if row is not present],
        "renews": standing is not None and standing.status in (StandingStatus.VERIFIED, StandingStatus.LAPSED),
        "renews_from": None if queries.may_renew_now(mini_program) else _renewal_opens(standing),
    }
    return render(request, "verification/details.html", context)


def _state_of(standing: Any) -> str:
    """How the page's tag reads: "verified", "expired" or "not"."""
    if standing is not None and standing.is_verified:
        return "verified"
    was = standing is not None and standing.status in (StandingStatus.VERIFIED, StandingStatus.LAPSED)
    return "expired" if was else "not"


def _renewal_opens(standing: Any) -> Any:
    return standing.verified_until - timedelta(days=RULES.verification.renewal_days)


def _told(verification: Any) -> dict[str, Any]:
    """An ended application with why it failed, if it did."""
    failure = FAILURES.get(verification.failure)
    return {"row": verification, "why": failure.text if failure else "", "words": verification.failure_text}


@require_POST
@requires(Permission.VERIFICATION_APPLY)
def start(request: Any) -> HttpResponse:
    """Apply, or renew; a second press goes on with the application that the first one began."""
    mini_program = request.member.mini_program
    if queries.open_verification_of(mini_program) is None:
        applications.start(mini_program, by=request.member)
    return redirect("verification:apply", appid=mini_program.appid)
