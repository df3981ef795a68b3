"""The page that lists the calls of the control API, made from their table."""

from dataclasses import MISSING, dataclass, fields
from typing import get_type_hints

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from platform_site.simulation import api


@dataclass(frozen=True)
class Field:
    """A field of a call's body (of its query, for GET)."""

    name: str
    kind: str
    is_needed: bool


@dataclass(frozen=True)
class Listed:
    """A call as the page shows it; `about` is what the call's function says of itself."""

    method: str
    path: str
    about: str
    body: str
    fields: list[Field]


@require_GET
@staff_only(Permission.WORLD_STEER)
def calls(request: StaffRequest) -> HttpResponse:
    """All calls, and how they are called."""
    listed = [_listed(call) for methods in api.CALLS.values() for call in methods.values()]
    listed.sort(key=lambda call: (call.path, call.method))
    return render(request, "simulation/api.html", {"calls": listed, "base": settings.BASE_URL})


def _listed(call: api.Call) -> Listed:
    path = "/_sim/" + call.route.replace("<str:", "<").replace("<int:", "<")
    types = get_type_hints(call.shape)
    shape = [
        Field(field.name, _kind(types[field.name]), field.default is MISSING and field.default_factory is MISSING)
        for field in fields(call.shape)
    ]
    return Listed(call.method, path, _words(call.act.__doc__), _words(call.shape.__doc__) if shape else "", shape)


def _kind(kind: object) -> str:
    return {"str": "text", "int": "number", "bool": "true or false"}.get(getattr(kind, "__name__", ""), "list")


def _words(doc: str | None) -> str:
    return " ".join((doc or "").split())
