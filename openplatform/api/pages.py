"""The pages of the server API: on the phone what a QR of a page opens, in the console the log of calls."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest, requires_person
from entities.queries import display_name
from openplatform.models import Environment, PageCode
from openplatform.page_code_queries import code_with, preview_of, release_lacks

PAGE_OF = {  # env_version: the address of the whole program, and that of one page with the name of its parameter
    Environment.RELEASE: ("releases:phone_program", "releases:phone_page", "path"),
    Environment.TRIAL: ("developers:phone_experience", "developers:phone_experience", "page"),
    Environment.DEVELOP: ("developers:phone_preview", "developers:phone_preview", "page"),
}


@requires_person
@never_cache
@require_safe
def phone_code(request: PersonRequest, slug: str) -> HttpResponse:
    """A QR of a page was scanned: it leads to its page of its version, whose own door asks who may see it."""
    code = code_with(slug)
    if code is None:
        return _refused(request, _("Nothing on Ministage has this QR code. Perhaps it was cut off."))
    if code.env_version == Environment.DEVELOP:
        preview = preview_of(request.person, code)
        if preview is None:
            words = _(
                "This QR code opens the development version, as its scanner previews it. You have no preview of "
                "%(program)s that is still good: make one in the developer tools, then scan again."
            )
            return _refused(request, words % {"program": display_name(code.mini_program)})
        return redirect(_address(code, pk=preview.pk))
    if code.env_version == Environment.RELEASE and release_lacks(request.person, code):
        words = _("The online version of %(program)s has no page %(page)s any more.")
        return _refused(request, words % {"program": display_name(code.mini_program), "page": code.page})
    return redirect(_address(code, appid=code.mini_program.appid))


def _address(code: PageCode, **kwargs: str | int) -> str:
    whole, one, name = PAGE_OF[Environment(code.env_version)]
    path = reverse(one, kwargs={**kwargs, name: code.page}) if code.page else reverse(whole, kwargs=kwargs)
    return f"{path}?{code.query}" if code.query else path


def _refused(request: PersonRequest, message: str) -> HttpResponse:
    return render(request, "openplatform/phone_code_refused.html", {"message": message}, status=404)
