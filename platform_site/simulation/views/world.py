"""The world's clock, its people, and the way back to its beginning."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import queries, stories, world
from platform_site.simulation.actions import Moved, move_clock
from platform_site.simulation.cast import PEOPLE
from platform_site.simulation.forms import ClockForm, ClockToForm, ResetForm
from platform_site.simulation.paging import page_of
from platform_site.simulation.phones import hand_over_phone


@require_GET
@staff_only(Permission.WORLD_STEER)
def index(request: StaffRequest) -> HttpResponse:
    """The switchboard: the clock, what waits, and where to go."""
    return render(request, "simulation/index.html", {"queues": queries.queues(), "demo": settings.DEMO})


@require_http_methods(["GET", "POST"])
@staff_only(Permission.WORLD_STEER)
def clock(request: StaffRequest) -> HttpResponse:
    """Move the clock forward, and see what fired."""
    to = "to" in request.POST
    by_amount = ClockForm(None if to or request.method == "GET" else request.POST)
    by_date = ClockToForm(request.POST if to else None)
    form = by_date if to else by_amount
    if request.method == "POST" and form.is_valid():
        try:
            moved = move_clock(form.seconds(), by=request.user)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _moved_words(moved))
            return redirect(f"{reverse('sim:clock')}?since={moved.event.pk}")
    since = request.GET.get("since", "")
    fired = page_of(request, queries.events_since(int(since))) if since.isdecimal() and len(since) < 19 else None
    return render(request, "simulation/clock.html", {"by_amount": by_amount, "by_date": by_date, "page": fired})


def _moved_words(moved: Moved) -> str:
    count = sum(moved.fired.values())
    if not count:
        return _("The clock was moved. No deadline has passed.")
    return ngettext(
        "The clock was moved. %(n)d deadline has passed.", "The clock was moved. %(n)d deadlines have passed.", count
    ) % {"n": count}


@require_GET
@staff_only(Permission.WORLD_STEER)
def people(request: StaffRequest) -> HttpResponse:
    """The personas: who they are, and their phones."""
    about = {character.wechat_id: character.about for character in PEOPLE.values()}
    return render(request, "simulation/people.html", {"people": queries.personas(), "about": about})


@require_POST
@staff_only(Permission.WORLD_STEER)
def phone(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand this browser the phone of a persona: a session of the phone's own realm, in the demo only."""
    _only_in_the_demo()
    return hand_over_phone(redirect("accounts:phone_home"), queries.persona(pk))


@require_GET
@staff_only(Permission.WORLD_STEER)
def reset(request: StaffRequest) -> HttpResponse:
    """Ask before emptying the world."""
    _only_in_the_demo()
    return render(request, "simulation/reset.html", {"form": ResetForm()})


@require_POST
@staff_only(Permission.WORLD_STEER)
def reset_confirm(request: StaffRequest) -> HttpResponse:
    """Empty the world and load the demo again: everybody is logged out."""
    _only_in_the_demo()
    form = ResetForm(request.POST)
    if not form.is_valid():
        return render(request, "simulation/reset.html", {"form": form})
    logout(request)
    world.reset_world()
    messages.success(request, _("This is a new demo world. Log in again."))
    return redirect("accounts:desk_login")


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    """The source of the example Mini Program, to unpack, change and upload."""
    headers = {"Content-Disposition": 'attachment; filename="harbour-tea.zip"'}
    return HttpResponse(stories.zip_of_demo_program(), content_type="application/zip", headers=headers)
