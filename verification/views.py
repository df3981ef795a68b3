"""WeChat Verification, as far as it exists: individuals do not support it for the time being."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.door import requires
from accounts.permissions import Permission


@require_safe
@requires(Permission.CONSOLE_VIEW)
def details(request: Any) -> HttpResponse:
    """Settings – Basic Settings – WeChat Verification – Details."""
    return render(request, "verification/details.html", {"entity": request.member.mini_program.entity})
