"""Development Management: the Online, Review and Development modules, and the program's QR to download."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.door import MemberRequest, requires
from accounts.models import MiniProgram
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Refused
from platform_site.web import qr
from releases import queries
from releases.actions.orders import check_program_may_submit

SHOWN = 30  # development versions on one page


@requires(Permission.CONSOLE_VIEW)
def versions(request: MemberRequest) -> HttpResponse:
    """Development Management."""
    mini_program = request.member.mini_program
    release = queries.online_release_of(mini_program)
    order = queries.order_in_review_slot(mini_program)
    context = {
        "mini_program": mini_program,
        "release": release,
        "code": queries.program_code_of(mini_program) if release else None,
        "order": order,
        "place": queries.place_in_queue(order) if order and order.status == "under_review" else None,
        "builds": queries.page_of(queries.development_builds(mini_program), request.GET.get("page"), size=SHOWN),
        "developers_bound": queries.has_developers(mini_program),
        "obstacle": obstacle_to_submit(mini_program),
        "online_build": release.order.build_id if release else None,
    }
    return render(request, "releases/versions.html", context)


def obstacle_to_submit(mini_program: MiniProgram) -> str:
    """Why no version can be submitted now, in words; empty if one can."""
    try:
        check_program_may_submit(mini_program)
    except Refused as refusal:
        return refusal.message
    return ""


@requires(Permission.CONSOLE_VIEW)
def program_code(request: MemberRequest) -> HttpResponse:
    """The Mini Program's own QR as a PNG, to download."""
    code = queries.program_code_of(request.member.mini_program)
    if code is None:
        raise Http404
    name = f"{request.member.mini_program.appid}.png"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(qr.png(code.path), content_type="image/png", headers=headers)
