"""WeChat Pay, as far as it exists: to whom it is open, and what unlocks it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from entities.gates import Gate, closed_because


@require_safe
@requires(Permission.CONSOLE_VIEW)
def pay(request: MemberRequest) -> HttpResponse:
    """Only verified Mini Programs can apply for WeChat Pay."""
    mini_program = request.member.mini_program
    context = {
        "entity": mini_program.entity,
        "appid": mini_program.appid,
        "reason": closed_because(Gate.PAY, mini_program),
    }
    return render(request, "payments/pay.html", context)
