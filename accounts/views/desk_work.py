"""What every list and every page of the desk's work shows of its claims: who has it, who looks, what may be pressed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import CLAIMED_BY_OTHER, check_may_decide
from accounts.desk_work import DeskWork, claim_on, claimed_by, claims_on, work_left
from accounts.door import StaffRequest
from accounts.forms.desk import TakeOverForm
from accounts.models import DeskClaim
from accounts.presence import who_looks
from platform_site.kernel.lifecycle import NotAllowed, Refused

MINE = "mine"


def is_mine_asked(request: StaffRequest) -> bool:
    """Whether the list is to show what this reviewer has claimed, and nothing else."""
    return request.GET.get("who") == MINE


def of_whom(request: StaffRequest, work: DeskWork, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a list, narrowed to those that this reviewer has where that is asked for."""
    return claimed_by(work, rows, request.user) if is_mine_asked(request) else rows


def list_context(request: StaffRequest, work: DeskWork, page: Iterable[Any]) -> dict[str, Any]:
    """For a list: `claims` and `looking` by row, in one query and two reads of the cache, and the "Next" button."""
    pks = [row.pk for row in page]
    return {
        "page": page,
        "who": MINE if is_mine_asked(request) else "",
        "claims": claims_on(work, pks),
        "looking": who_looks(work.kind, pks, but=request.user),
        "next_url": reverse("home:work_next", kwargs={"work": work}),
        "claims_left": work_left(request.user),
    }


def page_context(request: StaffRequest, work: DeskWork, row: Any) -> dict[str, Any]:
    """For one row: `claim`, the addresses that change it, and `why_not`: why this reviewer can't decide, in words."""
    claim = claim_on(work, row.pk) if work.is_waiting(row) else None
    own = _why_never(request, work, row)
    addresses = {
        f"{name}_url": reverse(f"home:work_{name}", kwargs={"work": work, "pk": row.pk})
        for name in ("claim", "release", "take_over", "looking")
    }
    return {
        "claim": claim,
        "is_to_decide": work.is_waiting(row),
        "is_mine": claim is not None and claim.claimed_by_id == request.user.pk,
        "may_claim": not own,
        "why_not": own or _why_not_now(request, claim),
        "take_over": TakeOverForm(),
        **addresses,
    }


def _why_never(request: StaffRequest, work: DeskWork, row: Any) -> str:
    try:
        check_may_decide(work, row, by=request.user)
    except NotAllowed as refusal:
        return refusal.message
    return ""


def _why_not_now(request: StaffRequest, claim: DeskClaim | None) -> str:
    if claim is None or claim.claimed_by_id == request.user.pk:
        return ""
    words = _("%(who)s has it until %(until)s. Only who has claimed it decides.")
    return words % {"who": claim.claimed_by, "until": date_format(localtime(claim.claimed_until), "H:i")}


def sent_away(request: StaffRequest, work: DeskWork, row: Any, refusal: Refused) -> HttpResponse | None:
    """Back to the page with the words, where a colleague has it: there is no form any more to show them beside."""
    if refusal.code != CLAIMED_BY_OTHER:
        return None
    messages.error(request, refusal.message)
    return redirect(work.page, pk=row.pk)
