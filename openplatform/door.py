"""The door of the Open Platform's own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.lifecycle import AccountStatus
from accounts.models import User
from openplatform.models import OpenAccount
from openplatform.queries import account_of

View = Callable[..., HttpResponse]


class OpenRequest(HttpRequest):
    """A request behind `@open_account_only`: `request.account` acts."""

    user: User
    account: OpenAccount


def open_log_in_only(view: View) -> View:
    """An Open Platform account is logged in, its e-mail proved; its entity may be missing yet."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
        if not user.is_open_platform or user.status == AccountStatus.AWAITING_ACTIVATION:
            raise Http404
        return view(request, *args, **kwargs)

    behind.door = "open account"  # type: ignore[attr-defined]
    return behind


def open_account_only(view: View) -> View:
    """An Open Platform account that has said who stands behind it; one that has not is led there."""

    @open_log_in_only
    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (account := account_of(request.user)) is None:
            return redirect("openplatform:entity")
        request.account = account
        return view(request, *args, **kwargs)

    return behind
