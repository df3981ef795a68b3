"""Development Management: the Online, Review and Development modules, and the program's QR to download."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from developers.experience_queries import experience_of
from platform_site.web import qr
from platform_site.web.paging import page_of
from releases import queries
from releases.actions import phases
from releases.actions.readiness import first_missing
from releases.actions.service import closures_left
from releases.forms.publishing import PublishForm, RaiseForm, WhoForm
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder
from releases.offers import offers_of

SHOWN = 30  # development versions on one page
CODE_SIZES = {"small": 4, "medium": 8, "large": 32}  # pixels of one square of the QR: for a card, a page, a poster


@requires(Permission.CONSOLE_VIEW)
def versions(request: MemberRequest) -> HttpResponse:
    """Development Management."""
    return versions_page(request)


def versions_page(
    request: MemberRequest, *, raise_form: RaiseForm | None = None, publish_form: PublishForm | None = None
) -> HttpResponse:
    """The page; `raise_form` or `publish_form` is one that was sent and refused."""
    mini_program = request.member.mini_program
    phased = queries.phased_release_of(mini_program)
    if phased is not None and phases.complete_if_due(phased):
        phased = None
    release = queries.online_release_of(mini_program)
    wanted = WhoForm(request.GET)
    who = wanted.cleaned_data["who"].strip() if wanted.is_valid() else ""
    order = queries.order_in_review_slot(mini_program)
    context = {
        "mini_program": mini_program,
        "release": release,
        "phased": phased,
        "raise_form": raise_form or RaiseForm(),
        "publish_form": publish_form or PublishForm(),
        "who": who,
        "drawn": queries.drawn_by_wechat_id(mini_program, who) if who else None,
        "service": (service := queries.service_of(mini_program)),
        "closures_left": closures_left(mini_program) if service else 0,
        "code": queries.program_code_of(mini_program) if release else None,
        "order": order,
        "appid": mini_program.appid,
        **_review(order),
        "builds": page_of(queries.development_builds(mini_program), request.GET.get("page"), size=SHOWN),
        "chosen": (chosen := experience_of(mini_program)),
        "qr_path": f"/q/{chosen.link.code}" if chosen else "",
        "may_choose": request.member.holds(Permission.EXPERIENCE_SET),
        "developers_bound": queries.has_developers(mini_program),
        "obstacle": first_missing(mini_program),
        "live_builds": {shown.order.build_id for shown in (release, phased) if shown},
    }
    return render(request, "releases/versions.html", context, status=422 if raise_form or publish_form else 200)


def _review(order: AuditOrder | None) -> dict[str, Any]:
    """What the Review module says of the version in it: its place, the last words of the desk, what can be done."""
    if order is None:
        return {}
    is_waiting = order.is_open and order.status != OrderStatus.WAITING_DEVELOPER
    return {
        "place": queries.place_in_queue(order) if is_waiting else None,
        "said": queries.last_words_of(order) if order.is_open else None,
        "offers": offers_of(order),
    }


@requires(Permission.CONSOLE_VIEW)
def version_history(request: MemberRequest) -> HttpResponse:
    """Everything that has happened to versions, submissions, releases and the service: who, when, what."""
    rows = queries.history_of_program(request.member.mini_program)
    page = page_of(rows, request.GET.get("page"), size=SHOWN)
    return render(request, "releases/version_history.html", {"page": page, "events": queries.without_names(page)})


@requires(Permission.CONSOLE_VIEW)
def program_code(request: MemberRequest) -> HttpResponse:
    """The Mini Program's own QR as a PNG, to download: `?size=` is one of CODE_SIZES."""
    code = queries.program_code_of(request.member.mini_program)
    if code is None:
        raise Http404
    size = request.GET.get("size", "") if request.GET.get("size") in CODE_SIZES else "medium"
    name = f"{request.member.mini_program.appid}-{size}.png"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(qr.png(code.path, scale=CODE_SIZES[size]), content_type="image/png", headers=headers)
