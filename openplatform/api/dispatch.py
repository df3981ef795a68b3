"""From a request to an answer: method, body, caller, quotas, parameters, action, log. HTTP 200 always."""

import json
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.models import MiniProgram
from developers.api.bodies import drain
from openplatform.actions.quotas import spend_quota
from openplatform.api.call_log import CallLog, note
from openplatform.api.codes import BUSY, CODES, ApiError, code_of
from openplatform.api.declaration import Answer, Call, Endpoint, Picture, Token
from openplatform.api.doors import RefusedCaller, address_of, by_secret, by_token, meant_by
from openplatform.api.reading import body_of, parameters_of, shown
from openplatform.models import Period
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import LostRace, Refused

log = logging.getLogger(__name__)

JSON_TYPE = "application/json; encoding=utf-8"
PICTURE_NAME = 'attachment; filename="QRCode.jpg"'
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RID = "X-Rid"  # calls that went well are found in the log, too


def view_of(endpoint: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """The view of a declared call: no cookies, no session, no CSRF token."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        return answer(endpoint, request)

    return view


@csrf_exempt
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address at which there is no call; of a known one with a slash at its end, too."""
    drain(request)
    rid = new_rid()
    return _as_json(_error(ApiError(40066), rid), rid)


def answer(endpoint: Endpoint, request: HttpRequest) -> HttpResponse:
    """Make the call, and note it in the log."""
    entry = CallLog(new_rid(), str(request.method), endpoint.path, address_of(request), time.perf_counter())
    try:
        told = _made(endpoint, request, entry)
    except ApiError as refusal:
        drain(request)
        entry.refuse(refusal)
        if entry.mini_program_id is None and (meant := meant_by(request)) is not None:
            entry.mini_program_id = meant.pk
        told = _error(refusal, entry.rid, comma=endpoint.comma)
    note(entry)
    return _as_picture(told, entry.rid) if isinstance(told, Picture) else _as_json(told, entry.rid)


def _made(endpoint: Endpoint, request: HttpRequest, entry: CallLog) -> Answer:
    """The answer of the call; ApiError in every other case."""
    try:
        call = _called(endpoint, request, entry)
        told = endpoint.act(call)
    except RefusedCaller as refusal:
        entry.mini_program_id = refusal.mini_program.pk
        raise
    except LostRace:
        raise ApiError(BUSY) from None
    except Refused as refusal:
        raise ApiError(code_of(refusal.code), parameter=refusal.field or "") from None
    except ApiError:
        raise
    except Exception:
        log.exception("the call %s failed", endpoint.path)
        got_request_exception.send(sender=None, request=request)
        raise ApiError(BUSY) from None
    return told if endpoint.plain or isinstance(told, Picture) else {"errcode": 0, "errmsg": "ok", **told}


def _called(endpoint: Endpoint, request: HttpRequest, entry: CallLog) -> Call:
    """Whose call it is and what was sent; a caller with a token is asked for it before anything else is looked at."""
    if request.method not in endpoint.methods:
        raise ApiError(43001 if endpoint.methods == ("GET",) else 43002, parameter="method", came=shown(entry.method))
    body = body_of(request)
    if endpoint.token is Token.OWN:
        mini_program = by_token(request, *endpoint.reads)
        given = None
    else:
        given = parameters_of(endpoint, request, body)
        mini_program = by_secret(request, given)
    entry.mini_program_id = mini_program.pk
    _spend(endpoint, mini_program)
    if given is None:
        given = parameters_of(endpoint, request, body)
    return Call(mini_program, given, entry.address)


def _spend(endpoint: Endpoint, mini_program: MiniProgram) -> None:
    """Count the call against the quotas of its minute, its day and its month."""
    try:
        spend_quota(mini_program, endpoint.name, period=Period.MINUTE, most=endpoint.per_minute())
    except Refused:
        raise ApiError(endpoint.minute_code) from None
    spend_quota(mini_program, endpoint.name, period=Period.DAY, most=endpoint.per_day())
    spend_quota(mini_program, endpoint.name, period=Period.MONTH, most=endpoint.per_month())


def new_rid() -> str:
    """What a caller can name a call by: the time and 64 random bits, as three groups of eight hex digits."""
    random = secrets.token_hex(8)
    return f"{int(now().timestamp()) & 0xFFFFFFFF:08x}-{random[:8]}-{random[8:]}"


def _error(refusal: ApiError, rid: str, *, comma: bool = False) -> dict[str, Any]:
    return {"errcode": refusal.code, "errmsg": f"{CODES[refusal.code].errmsg}{',' if comma else ''} rid: {rid}"}


def _as_json(told: dict[str, Any], rid: str) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text.encode("utf-8", "replace"), content_type=JSON_TYPE, headers={**HEADERS, RID: rid})


def _as_picture(picture: Picture, rid: str) -> HttpResponse:
    headers = {**HEADERS, RID: rid, "Content-Disposition": PICTURE_NAME}
    return HttpResponse(picture.data, content_type="image/jpeg", headers=headers)
