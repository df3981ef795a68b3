"""The experience version on the phone of a member or an experiencer (console.md §9.3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest, requires_person
from developers.experience_queries import NONE, experience_open_to
from developers.rendering import Urls, image_response, program_page, skin_response
from developers.start_path import start_of
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused


def urls_of(appid: str) -> Urls:
    """Where the pages, pictures and colours of an experience version are."""

    def address(name: str, path: str) -> str:
        return reverse(f"developers:{name}", kwargs={"appid": appid, "page": path})

    return Urls(
        page=lambda path: address("phone_experience", path),
        asset=lambda path: address("phone_experience_asset", path),
        skin=lambda path: address("phone_experience_skin", path),
    )


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 404 if refusal.code == NONE else 403
    return render(request, "developers/phone_experience_refused.html", {"message": refusal.message}, status=status)


@requires_person
@never_cache
@require_safe
def phone_experience(request: PersonRequest, appid: str, page: str = "") -> HttpResponse:
    """A page of the experience version; without one, the page that it starts at."""
    try:
        chosen = experience_open_to(request.person, appid)
    except Refused as refusal:
        return _refused(request, refusal)
    urls, start = urls_of(appid), start_of(chosen.start_path)
    if not page and start.page:
        return redirect(urls.page(start.page) + (f"?{start.query}" if start.query else ""))
    program = program_page(chosen.build.package, page, urls=urls)
    if program is None:
        raise Http404
    context = {
        "program": program,
        "chosen": chosen,
        "program_name": display_name(chosen.mini_program),
        "query": request.META["QUERY_STRING"],
        "close": reverse("releases:phone_programs"),
    }
    return render(request, "developers/phone_experience.html", context)


@requires_person
@never_cache
@require_safe
def phone_experience_asset(request: PersonRequest, appid: str, page: str) -> HttpResponse:
    """A picture of the experience version."""
    return image_response(experience_open_to(request.person, appid).build.package, page)


@requires_person
@never_cache
@require_safe
def phone_experience_skin(request: PersonRequest, appid: str, page: str) -> HttpResponse:
    """The colours of a page of the experience version."""
    return skin_response(experience_open_to(request.person, appid).build.package, page)
