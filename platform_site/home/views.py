"""The platform's home page, the home of one Mini Program's console, the home of the desk, and help."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.adapter import home_of
from accounts.door import MemberRequest, StaffRequest, requires, staff_only
from accounts.permissions import Permission
from openplatform.api.description import description
from platform_site.home.docs import PAGES, context_of
from platform_site.home.flow import flow_of, recent_events
from platform_site.home.queues import overview_for
from platform_site.home.works import claimed_by_you
from platform_site.kernel.clock import now
from platform_site.simulation import world
from releases.actions.next_claim import claims_left, lapse_overdue_claims
from releases.queue import Wanted, in_queue
from verification.actions.remittances import expire_if_due

MINE_SHOWN = 20


def index(request: HttpRequest) -> HttpResponse:
    """What the platform is, the log-in box, and in the demo who can log in."""
    return render(request, "home/index.html", {"logins": world.logins() if settings.DEMO else []})


@requires(Permission.CONSOLE_VIEW)
def console(request: MemberRequest) -> HttpResponse:
    """The Mini Program publishing flow: what is done, what is next, who must act."""
    mini_program = request.member.mini_program
    if mini_program.standing.is_overdue:  # the deadline fires for whoever looks, whether or not a sweep came by
        account = mini_program.account
        expire_if_due(mini_program.remittance)
        account.refresh_from_db()
        return redirect(home_of(account))
    return render(
        request, "home/console.html", {"flow": flow_of(request.member), "events": recent_events(mini_program)}
    )


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The desk: every queue with what waits in it, and what this reviewer has claimed."""
    lapse_overdue_claims()
    context = {
        "areas": overview_for(request.user),
        "mine": list(in_queue(Wanted(who="mine"), request.user).order_by("claimed_until", "pk")[:MINE_SHOWN]),
        "my_work": claimed_by_you(request.user),
        "claims_left": claims_left(request.user),
        "now": now(),
    }
    return render(request, "home/desk.html", context)


def docs(request: HttpRequest) -> HttpResponse:
    """The table of contents of the help pages."""
    return render(request, "docs/index.html", {"pages": PAGES.values()})


@require_safe
def docs_openapi(request: HttpRequest) -> JsonResponse:
    """The server API of the help page, as an OpenAPI document."""
    return JsonResponse(description())


def docs_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One help page."""
    if (page := PAGES.get(slug)) is None:
        raise Http404
    return render(request, f"docs/{slug}.html", {"pages": PAGES.values(), "page": page, **context_of(slug)})
