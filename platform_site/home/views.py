"""The platform's home page, the home of one Mini Program's console, and help."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from platform_site.home.docs import PAGES, context_of
from platform_site.home.flow import flow_of, recent_events
from platform_site.simulation import world


def index(request: HttpRequest) -> HttpResponse:
    """What the platform is, the log-in box, and in the demo who can log in."""
    return render(request, "home/index.html", {"logins": world.logins() if settings.DEMO else []})


@requires(Permission.CONSOLE_VIEW)
def console(request: MemberRequest) -> HttpResponse:
    """The Mini Program publishing flow: what is done, what is next, who must act."""
    mini_program = request.member.mini_program
    return render(
        request, "home/console.html", {"flow": flow_of(request.member), "events": recent_events(mini_program)}
    )


def docs(request: HttpRequest) -> HttpResponse:
    """The table of contents of the help pages."""
    return render(request, "docs/index.html", {"pages": PAGES.values()})


def docs_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One help page."""
    if (page := PAGES.get(slug)) is None:
        raise Http404
    return render(request, f"docs/{slug}.html", {"pages": PAGES.values(), "page": page, **context_of(slug)})
