"""token_check: CPU of one call of the server API with its token, against a bare view with three indexed reads.

`getaccountbasicinfo`, until `get_auditstatus` exists (issue 6): it reads more than that will. Both in process, handler
in a loop, in turns: ours with all middleware of the platform, the bare one with none. The log of calls is written as
when the platform runs: by a thread of its own, whose CPU counts.
"""

import json
import time
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from accounts.models import MiniProgram
from entities.models import Entity, Standing
from openplatform.actions.tokens import issue_token
from openplatform.models import ApiCall
from scripts.bench.pairs import Figures, in_turns

CALLS = 300
PATH = "/cgi-bin/account/getaccountbasicinfo"
BARE = "/bare/"


def bare(request: HttpRequest) -> HttpResponse:
    """Three indexed reads through the ORM, and a JSON answer."""
    mini_program = MiniProgram.objects.get(appid=request.GET["appid"])
    entity = Entity.objects.get(mini_program=mini_program)
    standing = Standing.objects.get(mini_program=mini_program)
    return JsonResponse({"appid": mini_program.appid, "principal": entity.name, "status": standing.status})


urlpatterns = [path("bare/", bare)]


def measure() -> Figures:
    """Milliseconds of CPU for one call."""
    mini_program = MiniProgram.objects.exclude(profile=None).exclude(standing=None).order_by("pk")[0]
    token = issue_token(mini_program).text
    handler, factory = WSGIHandler(), RequestFactory()
    with override_settings(MIDDLEWARE=[]):
        plain = WSGIHandler()

    def ours() -> HttpResponseBase:
        return handler.get_response(factory.get(PATH, {"access_token": token}))

    def limit() -> HttpResponseBase:
        request = factory.get(BARE, {"appid": mini_program.appid})
        request.urlconf = __name__
        return plain.get_response(request)

    for act in (ours, limit):
        told = json.loads(getattr(act(), "content", b""))
        if told.get("appid") != mini_program.appid:
            raise RuntimeError(f"it was answered otherwise: {told}")
    figures = in_turns(lambda: _cpu(ours), lambda: _cpu(limit), unit="ms", goal=1.2)
    if ApiCall.objects.exclude(errcode=0).exists():
        raise RuntimeError("calls were refused")
    return figures


def _cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    for _n in range(CALLS):
        act()
    return (time.process_time() - began) * 1000 / CALLS
