"""WeChat Pay, as far as it exists: what unlocks it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.door import requires
from accounts.permissions import Permission


@require_safe
@requires(Permission.CONSOLE_VIEW)
def pay(request: Any) -> HttpResponse:
    """Only verified Mini Programs can apply for WeChat Pay."""
    return render(request, "payments/pay.html", {"entity": request.member.mini_program.entity})
