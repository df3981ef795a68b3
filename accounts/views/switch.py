"""The account switcher of the console."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.adapter import home_of
from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from accounts.views.login import enter_console


@require_POST
@requires(Permission.CONSOLE_VIEW)
def switch(request: MemberRequest) -> HttpResponse:
    """Go over to another Mini Program that the same person administers."""
    user = request.member.mini_program.account
    if not user.is_active:
        raise Http404
    enter_console(request, user, request.person)
    return redirect(home_of(user))
