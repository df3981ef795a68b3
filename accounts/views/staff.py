"""Staff log in to the desk, with a second factor where they have one."""

from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from django.conf import settings
from django.contrib.auth import logout as end_session
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.door import View
from accounts.forms.login import StaffLoginForm


class DeskLogin(account_views.LoginView):
    """E-mail and password; then the second factor, if the account has one."""

    template_name = "accounts/desk_login.html"
    form_class = StaffLoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "second_factor": settings.STAFF_SECOND_FACTOR}


class SecondFactor(factor_views.IndexView):
    """What protects this staff account beside its password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "second_factor": settings.STAFF_SECOND_FACTOR}


def staff_account(view: View) -> View:
    """The door of a staff member's own account pages: open before the second factor is set up, to staff alone."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=reverse("accounts:desk_login"))
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    behind.door = "staff account"  # type: ignore[attr-defined]
    return behind


@require_POST
def desk_logout(request: HttpRequest) -> HttpResponse:
    """Log out of the desk: the session ends on the server."""
    end_session(request)
    return redirect("accounts:desk_login")
