"""Mini Programs on the phone: search among those online, and the person's own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest, requires_person
from platform_site.web.paging import page_of
from releases import queries
from releases.forms.phone import ProgramSearch

SHOWN = 20


@requires_person
@require_safe
def phone_programs(request: PersonRequest) -> HttpResponse:
    """Find a Mini Program by its name or by what its pages are about."""
    form = ProgramSearch(request.GET)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    page = page_of(queries.online_releases(search), request.GET.get("page"), size=SHOWN)
    context = {"form": form, "q": search, "page": page, "mine": queries.programs_of(request.person)}
    return render(request, "releases/phone_programs.html", context)
