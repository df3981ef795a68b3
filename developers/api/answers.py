"""How the uploader is answered: always JSON, `errCode` a number, one clear sentence in `errMsg` (§9 of its notes)."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from developers.api.bodies import drain
from developers.packages.report import PackageRefused
from platform_site.kernel.lifecycle import Refused

UNKNOWN_APPID, NO_SUCH_CALL, WRONG_METHOD = "40013", "404", "405"
OTHERS = -1
INNER = {"main_size": 80200, "subpackage_size": 80200, "total_size": 80200}  # the documented number of what is too big
KNOWN = {"too_many": 45011}

Call = Callable[..., dict[str, Any]]


def as_json(told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """An answer; people read it in a terminal, so that no letter is escaped."""
    return HttpResponse(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        status=status,
        content_type="application/json; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def call(method: str = "") -> Callable[[Call], Callable[..., HttpResponse]]:
    """A call of the uploader by one method ("": any): no cookies, no CSRF token; every Refused becomes its JSON."""

    def door(view: Call) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if method and request.method != method:
                    words = _("Ask for %(path)s by %(method)s.") % {"path": request.path, "method": method}
                    raise Refused(words, code=WRONG_METHOD)
                return as_json(view(request, *args, **kwargs))
            except Refused as refusal:
                drain(request)
                return _refusal(refusal, method)

        return behind

    return door


def _refusal(refusal: Refused, method: str) -> HttpResponse:
    answer = as_json(
        {"errCode": code_of(refusal), "errMsg": sentence_of(refusal)},
        status={NO_SUCH_CALL: 404, WRONG_METHOD: 405}.get(refusal.code, 200),
    )
    if refusal.code == WRONG_METHOD:
        answer["Allow"] = method
    return answer


def code_of(refusal: Refused) -> int:
    """The number by which the uploader's users know a refusal; -1 where there is none."""
    if re.fullmatch(r"-?[0-9]{1,6}", refusal.code):
        return int(refusal.code)
    return KNOWN.get(refusal.code, OTHERS)


def sentence_of(refusal: Refused) -> str:
    """What is wrong, with its file; of a package with many faults the first one and how many more there are."""
    message = str(refusal.message)
    if isinstance(refusal, PackageRefused) and (more := len(refusal.report.errors) - 1):
        message += " " + ngettext("(and %(n)d more problem)", "(and %(n)d more problems)", more) % {"n": more}
    if inner := INNER.get(refusal.code):
        return f"inner upload fail with errcode: {inner}, errmsg: {message}"
    return message
