"""A preview on the developer's own phone (seed.md, Preview)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest, requires_person
from developers.models import Preview
from developers.queries import preview_open_to
from developers.rendering import Urls, image_response, program_page, skin_response
from developers.start_path import start_of
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused

_GONE = "preview_expired"


def urls_of(preview: Preview) -> Urls:
    """Where the pages, pictures and colours of a preview are."""

    def address(name: str, path: str) -> str:
        return reverse(f"developers:{name}", kwargs={"pk": preview.pk, "page": path})

    return Urls(
        page=lambda path: address("phone_preview", path),
        asset=lambda path: address("phone_preview_asset", path),
        skin=lambda path: address("phone_preview_skin", path),
    )


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 410 if refusal.code == _GONE else 403
    return render(request, "developers/phone_preview_refused.html", {"message": refusal.message}, status=status)


@requires_person
@never_cache
@require_safe
def phone_preview(request: PersonRequest, pk: int, page: str = "") -> HttpResponse:
    """A page of the previewed code."""
    try:
        preview = preview_open_to(request.person, pk)
    except Refused as refusal:
        return _refused(request, refusal)
    urls, start = urls_of(preview), start_of(preview.start_path)
    if not page and start.page:
        return redirect(urls.page(start.page) + (f"?{start.query}" if start.query else ""))
    program = program_page(preview.package, page, urls=urls)
    if program is None:
        raise Http404
    context = {
        "program": program,
        "preview": preview,
        "program_name": display_name(preview.mini_program),
        "query": request.META["QUERY_STRING"],
        "close": reverse("accounts:phone_home"),
    }
    return render(request, "developers/phone_preview.html", context)


@requires_person
@require_safe
def phone_preview_asset(request: PersonRequest, pk: int, page: str) -> HttpResponse:
    """A picture of the previewed code."""
    return image_response(preview_open_to(request.person, pk).package, page)


@requires_person
@require_safe
def phone_preview_skin(request: PersonRequest, pk: int, page: str) -> HttpResponse:
    """The colours of a page of the previewed code."""
    return skin_response(preview_open_to(request.person, pk).package, page)
