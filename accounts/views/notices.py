"""The console's notices: what the bell leads to."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.actions.messages import mark_notices_read
from accounts.door import MemberRequest, requires
from accounts.notices import render_notice
from accounts.permissions import Permission
from accounts.queries import unread_notices
from accounts.views.paging import ON_A_PAGE, newest, number_of


@require_GET
@requires(Permission.CONSOLE_VIEW)
def notice_list(request: MemberRequest) -> HttpResponse:
    """The notices of this Mini Program, newest first."""
    rows = request.member.mini_program.notices.order_by("-pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "notices": [(row, *render_notice(row.event, row.facts)) for row in page],
        "newest": newest(page),
        "unread": unread_notices(request.member),
    }
    return render(request, "accounts/notice_list.html", shown)


@require_POST
@requires(Permission.CONSOLE_VIEW)
def notices_read(request: MemberRequest) -> HttpResponse:
    """The notices up to `up_to` have been read."""
    mark_notices_read(request.member.mini_program, up_to=number_of(request.POST.get("up_to")))
    return redirect("accounts:notice_list", appid=request.member.mini_program.appid)
