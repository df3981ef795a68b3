"""What every request passes: the world's clock, its realm's session, the one place where refusals become answers."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, LostRace, NotAllowed, Refused
from platform_site.web.realms import PHONE, realm_of

GetResponse = Callable[[HttpRequest], HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponseBase)


class WorldMiddleware:
    """Each request reads the world's clock once, anew, and knows its realm; only the phone may use the camera."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clock.forget()
        request.realm = realm_of(request.path)  # type: ignore[attr-defined]
        response = self.get_response(request)
        camera = "(self)" if request.realm is PHONE else "()"  # type: ignore[attr-defined]
        response.headers["Permissions-Policy"] = f"camera={camera}, microphone=(), geolocation=(), payment=(), usb=()"
        return response


class RealmSessionMiddleware(SessionMiddleware):
    """Django's session middleware, with the cookie of the request's realm."""

    def process_request(self, request: HttpRequest) -> None:
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(request.COOKIES.get(realm_of(request.path).cookie))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        cookie = realm_of(request.path).cookie
        _read_as(request, settings.SESSION_COOKIE_NAME, cookie)
        return _write_as(super().process_response(request, response), settings.SESSION_COOKIE_NAME, cookie)


class RealmCsrfMiddleware(CsrfViewMiddleware):
    """Django's CSRF protection, with a cookie for each realm.

    Logging in renews the secret: with one cookie for all, taking up the phone in one tab would make the forms of the
    console in another tab worthless.
    """

    def process_request(self, request: HttpRequest) -> None:
        _read_as(request, settings.CSRF_COOKIE_NAME, realm_of(request.path).csrf_cookie)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer = super().process_response(request, response)
        return _write_as(answer, settings.CSRF_COOKIE_NAME, realm_of(request.path).csrf_cookie)


def _read_as(request: HttpRequest, name: str, cookie: str) -> None:
    """Let Django, which knows one cookie `name`, read the realm's `cookie` under it."""
    if cookie != name:
        request.COOKIES = {k: v for k, v in request.COOKIES.items() if k != name}
        if cookie in request.COOKIES:
            request.COOKIES[name] = request.COOKIES[cookie]


def _write_as(response: Answer, name: str, cookie: str) -> Answer:
    """What Django sets under `name` goes out as the realm's `cookie`."""
    if cookie != name and name in response.cookies:
        morsel: Any = response.cookies.pop(name)
        attributes = dict(morsel)
        response.cookies[cookie] = morsel.value
        response.cookies[cookie].update({k: v for k, v in attributes.items() if v})
    return response


class RefusalMiddleware:
    """Refused, IllegalMove and LostRace become a message and a way back, or a JSON error. In this one place."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Nothing of ours has a NUL in its address, and PostgreSQL can't even be asked for it."""
        if "\0" in request.path:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = (
            403 if isinstance(exception, NotAllowed) else 409 if isinstance(exception, IllegalMove | LostRace) else 422
        )
        if "application/json" in request.headers.get("Accept", ""):
            error = {"code": exception.code, "message": str(exception.message)}
            if exception.field:
                error["field"] = exception.field
            return JsonResponse({"error": error}, status=status)
        if request.method == "GET" or getattr(request, "htmx", False) or not (back := _way_back(request)):
            template = "components/_refusal.html" if getattr(request, "htmx", False) else "errors/refused.html"
            return render(request, template, {"message": exception.message}, status=status)
        messages.error(request, str(exception.message))
        return HttpResponseRedirect(back)


def _way_back(request: HttpRequest) -> str:
    """The page of ours from which the form came, or nothing."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return ""
    back = referer.path + (f"?{referer.query}" if referer.query else "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""  # "//elsewhere/" is a path, too
