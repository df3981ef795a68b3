"""The door of the control API, /_sim/…: a bearer token, JSON in and out, and the table of calls behind it.

A call is one function in a module api_….py: `@call("POST", "bank/transfers", Body)`. It gets the body (for GET the
query) as that dataclass, and the numbers of its route, does ordinary actions, and answers the TypedDict that it is
annotated with: /_sim/openapi.json describes both. No cookie, session or CSRF token is looked at.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from typing import Any, NotRequired, TypedDict, TypeVar, get_type_hints

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from platform_site.kernel.lifecycle import IllegalMove, LostRace, NotAllowed, Refused
from platform_site.simulation import api_token

MOST_BYTES = 262_144  # of a body
Act = Callable[..., Mapping[str, Any]]
Made = TypeVar("Made", bound=Act)


@dataclass(frozen=True)
class Nothing:
    """The body of a call that takes none."""


class Reason(TypedDict, total=False):
    """Why something is refused: the code of a listed reason, and words of one's own."""

    code: str
    text: str


class Wrong(TypedDict):
    """What was wrong: a word for programs, a sentence for people, and the field if it is about one."""

    code: str
    message: str
    field: NotRequired[str]


class Failure(TypedDict):
    """The answer of every call that was refused."""

    error: Wrong


class Missing(Refused):
    """There is no such row, or no such call."""


@dataclass(frozen=True)
class Call:
    """A method and a route, the dataclass that its body fills, and what it does."""

    method: str
    route: str
    shape: type
    act: Act

    @property
    def answer(self) -> Any:
        """The type of its answer."""
        return get_type_hints(self.act, include_extras=True)["return"]


CALLS: dict[str, dict[str, Call]] = {}  # by route, then method


def call(method: str, route: str, shape: type = Nothing) -> Callable[[Made], Made]:
    """Put a function into the table of calls."""

    def register(act: Made) -> Made:
        CALLS.setdefault(route, {})[method] = Call(method, route, shape, act)
        return act

    return register


def addresses() -> list[URLPattern]:
    """The URL patterns of all calls; every other address under /_sim/ is answered in JSON, too."""
    from platform_site.simulation import (  # noqa: F401 -- they fill the table
        api_calls,
        api_description,
        api_orders,
        api_people,
        api_program_shown,
        api_programs,
        api_servers,
    )

    rows = [path(f"_sim/{route}", _view(methods), name=_name(route)) for route, methods in CALLS.items()]
    return [*rows, path("_sim/<path:rest>", _view({}), name="api")]


def _name(route: str) -> str:
    """`api_payments_answers` of `payments/<str:number>/answers`."""
    return "_".join(["api", *(part for part in route.split("/") if "<" not in part)])


def _view(methods: dict[str, Call]) -> Callable[..., JsonResponse]:
    view: Any = csrf_exempt(partial(_answer, methods=methods))
    view.door = "token"
    return view


def _answer(request: HttpRequest, *, methods: dict[str, Call], **values: Any) -> JsonResponse:
    """Token, method, body, act: in this order, so that nobody without the token learns anything."""
    if not settings.DEMO:
        return _error(404, "not_found", _("The control API is on in simulation mode only."))
    if not _has_token(request):
        answer = _error(401, "unauthorized", _("Send “Authorization: Bearer” and the token from var/sim-token."))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if not methods:
        return _error(404, "not_found", _("There is no such call."))
    if (found := methods.get(request.method or "")) is None:
        answer = _error(405, "method_not_allowed", _("This call has another method."))
        answer.headers["Allow"] = ", ".join(sorted(methods))
        return answer
    return _act(request, found, values)


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and api_token.opens(token.strip())


def _act(request: HttpRequest, found: Call, values: dict[str, Any]) -> JsonResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _error(413, "too_large", _("The body is too large."))
    try:
        body = read(request.body if found.method == "POST" else json.dumps(request.GET.dict()).encode(), found.shape)
        answer = found.act(body, **values)
    except Refused as refusal:
        return _error(_status(refusal), refusal.code, str(refusal.message), refusal.field)
    return JsonResponse(answer)


def _status(refusal: Refused) -> int:
    """The same as on the pages (web/middleware.py); 400 for a body that is none."""
    for kind, status in ((NotAllowed, 403), (IllegalMove, 409), (LostRace, 409), (Missing, 404)):
        if isinstance(refusal, kind):
            return status
    return 400 if refusal.code == "bad_json" else 422


def _error(status: int, code: str, message: str, field: str | None = None) -> JsonResponse:
    wrong: Wrong = {"code": code, "message": message}
    if field:
        wrong["field"] = field
    failure: Failure = {"error": wrong}
    return JsonResponse(failure, status=status)


def read(body: bytes, shape: type) -> Any:
    """The JSON object as an instance of `shape`; Refused, with the field, for what is missing, unknown or of no use."""
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused(_("The body is not JSON."), code="bad_json") from None
    if not isinstance(given, dict):
        raise Refused(_("The body has to be a JSON object."), code="bad_json")
    known = {field.name: field for field in fields(shape)}
    for name in given:
        if name not in known:
            raise Refused(_("There is no such field."), code="unknown_field", field=name[:60])
    for name, field in known.items():
        if name not in given and field.default is MISSING and field.default_factory is MISSING:
            raise Refused(_("This field is missing."), code="missing_field", field=name)
    types = get_type_hints(shape)
    return shape(**{name: _checked(name, value, types[name]) for name, value in given.items()})


def _checked(name: str, value: Any, wanted: Any) -> Any:
    """The value, if it is exactly of this type: a bool is no number, text holds no NUL nor half a character."""
    if wanted in (str, int, bool):
        if type(value) is not wanted:
            raise Refused(_("This field has another type."), code="wrong_type", field=name)
    elif not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refused(_("This field has another type."), code="wrong_type", field=name)
    _check_texts(name, value)
    return value


def _check_texts(name: str, value: Any) -> None:
    texts = [value] if isinstance(value, str) else []
    if isinstance(value, list):
        texts = [text for one in value for pair in one.items() for text in pair]
    for text in texts:
        if not isinstance(text, str):
            raise Refused(_("This field has another type."), code="wrong_type", field=name)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise Refused(_("Leave out characters that can't be seen."), code="invisible_characters", field=name)
