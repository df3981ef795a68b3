"""What is answered where something is wrong: 400, 403, 404, 500, and a form without its CSRF token."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

MACHINES = ("/wxa/", "/wxa-dev-logic/")  # who asks here reads JSON and nothing else (miniprogram-ci.md §9)


def _for_machines(request: HttpRequest, status: int, words: str) -> HttpResponse | None:
    """The same as JSON, where no person looks at it."""
    if not request.path.startswith(MACHINES):
        return None
    plain = {"ensure_ascii": False}
    return JsonResponse({"errCode": status, "errMsg": words}, status=status, json_dumps_params=plain)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    if (told := _for_machines(request, 400, _("The request can't be read."))) is not None:
        return told
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role does not hold the right."""
    if (told := _for_machines(request, 403, _("This is not allowed."))) is not None:
        return told
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or it is not yours."""
    if (told := _for_machines(request, 404, _("There is no such call on this platform."))) is not None:
        return told
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: without context, so that it can be shown whatever is broken."""
    if (told := _for_machines(request, 500, _("Something broke on the platform; its log says what."))) is not None:
        return told
    from django.template import loader

    return HttpResponse(loader.get_template("500.html").render(), status=500)
