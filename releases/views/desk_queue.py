"""The desk's queue of submissions: its lists, the next one, and who is looking at one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from accounts.presence import look_at, look_away, who_looks
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.web.keyset import keyset_page
from releases.actions.next_claim import claim_next, claims_left, lapse_overdue_claims
from releases.forms.queue import QueueFilter
from releases.queries import has_order
from releases.queue import LISTINGS, count_words, in_queue

SHOWN = 50
KIND = "order"  # of work, in presence


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """A list of the queue, the most urgent first; what is asked for stands in the address."""
    lapse_overdue_claims()
    form = QueueFilter(request.GET)
    wanted = form.wanted()
    rows = in_queue(wanted, request.user)
    page = keyset_page(rows, wanted.keyset, request.GET, size=SHOWN)
    context = {
        "page": page,
        "count": count_words(rows),
        "form": form,
        "wanted": wanted,
        "listings": LISTINGS.values(),
        "looking": who_looks(KIND, [order.pk for order in page], but=request.user),
        "claims_left": claims_left(request.user),
        "now": now(),
    }
    return render(request, "releases/desk.html", context)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_next(request: StaffRequest) -> HttpResponse:
    """Claim the most urgent submission and open it."""
    try:
        order = claim_next(by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('releases:desk')}?who=mine")
    if order is None:
        messages.info(request, _("Nothing waits that you may take."))
        return redirect("releases:desk")
    return redirect("releases:desk_order", pk=order.pk)


@staff_only(Permission.ORDER_DECIDE)
@require_POST
def desk_looking(request: StaffRequest, pk: int) -> HttpResponse:
    """The ping of an open page: I am looking at it (or, with `gone`, no longer); who else is."""
    if not has_order(pk):
        raise Http404
    if "gone" in request.POST:
        look_away(KIND, pk, request.user)
        return HttpResponse(status=204)
    look_at(KIND, pk, request.user)
    people = who_looks(KIND, [pk], but=request.user).get(pk, [])
    return render(request, "components/desk_looking.html", {"people": people})
