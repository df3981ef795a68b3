"""The static view of a submitted version at the desk, and of the online version on the phone."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest, StaffRequest, requires_person, staff_only
from accounts.permissions import Permission
from developers.rendering import Urls, image_response, program_page, skin_response
from entities.queries import display_name
from releases import queries
from releases.actions import phases
from releases.models import Release
from releases.rollout import live_releases
from releases.views.desk import order_or_404


def served(request: PersonRequest, appid: str) -> queries.Served:
    """What the person who asks gets; a phased release whose last day is over has become a full one."""
    releases = live_releases(appid)
    if any(phases.complete_if_due(release) for release in releases):
        releases = live_releases(appid)
    return queries.served_to(request.person, releases)


def release_or_404(request: PersonRequest, appid: str) -> Release:
    if (release := served(request, appid).release) is None:
        raise Http404
    return release


def urls_for(which: str, **kwargs: str | int) -> Urls:
    """Where the pages, pictures and colours of `which` ("desk", "phone") are."""

    def address(kind: str) -> Callable[[str], str]:
        return lambda path: reverse(f"releases:{which}_{kind}", kwargs={**kwargs, "path": path})

    return Urls(page=address("page"), asset=address("asset"), skin=address("skin"))


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_page(request: StaffRequest, pk: int, path: str) -> HttpResponse:
    """One page of the submitted version."""
    order = order_or_404(pk)
    program = program_page(order.build.package, path, urls=urls_for("desk", pk=pk))
    if program is None:
        raise Http404
    context = {"order": order, "program": program, "program_name": display_name(order.mini_program)}
    return render(request, "releases/desk_page.html", context)


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_asset(request: StaffRequest, pk: int, path: str) -> HttpResponse:
    """A picture of the submitted version."""
    return image_response(order_or_404(pk).build.package, path)


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_skin(request: StaffRequest, pk: int, path: str) -> HttpResponse:
    """The colours of a page of the submitted version."""
    return skin_response(order_or_404(pk).build.package, path)


@requires_person
@require_safe
def phone_page(request: PersonRequest, appid: str, path: str = "") -> HttpResponse:
    """A Mini Program, opened by anybody with a phone; a page that says so where it is not published."""
    found = served(request, appid)
    if (release := found.release) is None:
        context = {"appid": appid, "is_suspended": found.is_suspended, "back": reverse("releases:phone_programs")}
        return render(request, "releases/phone_not_published.html", context, status=404)
    program = program_page(release.order.build.package, path, urls=urls_for("phone", appid=appid))
    if program is None:
        raise Http404
    context = {
        "program": program,
        "program_name": display_name(release.mini_program),
        "close": reverse("releases:phone_programs"),
    }
    return render(request, "releases/phone_program.html", context)


@requires_person
@require_safe
def phone_asset(request: PersonRequest, appid: str, path: str) -> HttpResponse:
    """A picture of the online version."""
    return image_response(release_or_404(request, appid).order.build.package, path)


@requires_person
@require_safe
def phone_skin(request: PersonRequest, appid: str, path: str) -> HttpResponse:
    """The colours of a page of the online version."""
    return skin_response(release_or_404(request, appid).order.build.package, path)
