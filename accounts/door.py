"""The one door into a Mini Program, and the doors of the desk and of the phone.

`@requires(Permission.X)` on a view with `appid` in its URL: anonymous → log in; stranger → 404; member without the
right → 403. Behind it `request.member` is set, and rows are reached through `request.member.mini_program` only.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.lifecycle import AccountStatus
from accounts.models import Member, User, WeChatPerson
from accounts.permissions import Permission

View = Callable[..., HttpResponse]
PERSON_KEY = "person_id"


class PersonRequest(HttpRequest):
    """A request behind `@requires_person`: `request.person` is who holds this phone or these tools."""

    person: WeChatPerson


class MemberRequest(PersonRequest):
    """A request behind `@requires`: `request.member` acts, in `request.member.mini_program`."""

    member: Member


class StaffRequest(HttpRequest):
    """A request behind `@staff_only`."""

    user: User


def person_of(request: HttpRequest) -> WeChatPerson | None:
    """The WeChat person of this realm's session: who scanned to log in, or whose phone this is."""
    if not hasattr(request, "_person"):
        pk = request.session.get(PERSON_KEY)
        request._person = WeChatPerson.objects.filter(pk=pk).first() if pk else None  # type: ignore[attr-defined]
    return request._person  # type: ignore[attr-defined]


def is_open_to(request: HttpRequest) -> bool:
    """Whether this realm's session is logged in at all: the console wants an account too, the others a person."""
    if request.realm.name == "console" and not request.user.is_authenticated:  # type: ignore[attr-defined]
        return False
    return person_of(request) is not None


def _to_login(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path(), login_url=request.realm.login)  # type: ignore[attr-defined]


def _to_failed_registration(request: Any, appid: str) -> HttpResponse:
    """Whose registration has failed is told so at the old address; for all others there is no such page."""
    user = request.user
    if not user.is_authenticated or user.status != AccountStatus.REGISTRATION_FAILED:
        raise Http404
    if not user.failed_mini_programs.filter(appid=appid).exists():
        raise Http404
    told = redirect("verification:register_failed")
    return HttpResponse(headers={"HX-Redirect": told.url}) if request.htmx else told


def requires(permission: Permission) -> Callable[[View], View]:
    """The door of every page of a Mini Program (console, developer tools)."""

    def door(view: View) -> View:
        @wraps(view)
        def behind(request: Any, *args: Any, appid: str, **kwargs: Any) -> HttpResponse:
            if not is_open_to(request):
                return _to_login(request)
            request.person = person_of(request)
            member = (
                Member.objects.select_related("mini_program__user", "person")
                .filter(person=request.person, mini_program__appid=appid)
                .first()
            )
            if member is None:
                return _to_failed_registration(request, appid)
            if not member.holds(permission):
                raise PermissionDenied
            request.member = member
            return view(request, *args, **kwargs)

        behind.door = permission  # type: ignore[attr-defined]
        return behind

    return door


def requires_person(view: View) -> View:
    """The door of the phone and of the developer tools: a WeChat person must be logged in here."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (person := person_of(request)) is None:
            return _to_login(request)
        request.person = person
        return view(request, *args, **kwargs)

    behind.door = "person"  # type: ignore[attr-defined]
    return behind


def staff_only(permission: Permission) -> Callable[[View], View]:
    """The door of the desk and of the world's switchboard: staff, with a second factor where it is required."""

    def door(view: View) -> View:
        @wraps(view)
        def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return _to_login(request)
            if not user.may(permission, None):
                raise Http404
            if settings.STAFF_SECOND_FACTOR and not user.authenticator_set.exists():
                return redirect("mfa_activate_totp")
            return view(request, *args, **kwargs)

        behind.door = permission  # type: ignore[attr-defined]
        return behind

    return door
