"""Delete a rejected version or a development version by scan; what the other views share."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers.actions.builds import delete_build
from developers.models import Build
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from releases import queries
from releases.actions import orders
from releases.models import AuditOrder


def build_or_404(request: MemberRequest, pk: int) -> Build:
    if (build := queries.build_of(request.member.mini_program, pk)) is None:
        raise Http404
    return build


def order_or_404(request: MemberRequest, pk: int) -> AuditOrder:
    if (order := queries.order_of(request.member.mini_program, pk)) is None:
        raise Http404
    return order


def to_versions(request: MemberRequest) -> HttpResponse:
    return redirect("releases:versions", appid=request.member.mini_program.appid)


@requires(Permission.ORDER_DELETE)
@require_POST
def order_delete_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete a rejected version: the administrator scans first."""
    order = order_or_404(request, pk)
    if not order.can("discard"):
        raise Refused(_("Only a rejected version can be deleted."), code="illegal_move")
    return ask_for_scan(
        request,
        ScanPurpose.ORDER_DELETE,
        then=reverse("releases:order_delete", kwargs={"appid": order.mini_program.appid}),
        back=reverse("releases:versions", kwargs={"appid": order.mini_program.appid}),
        facts=facts_of_build(order.build) | {"consequence": _("The rejected version leaves the Review module.")},
        payload={"order": order.pk},
        mini_program=request.member.mini_program,
        permission=Permission.ORDER_DELETE,
    )


@requires(Permission.ORDER_DELETE)
@require_POST
def order_delete(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: delete."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.ORDER_DELETE) as scan:
            orders.delete_order(order_or_404(request, scan.payload["order"]), by=scan.member)
        messages.success(request, _("The rejected version is deleted."))
    return to_versions(request)


@requires(Permission.BUILD_DELETE)
@require_POST
def build_delete_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete a development version: the administrator scans first."""
    build = build_or_404(request, pk)
    appid = request.member.mini_program.appid
    return ask_for_scan(
        request,
        ScanPurpose.BUILD_DELETE,
        then=reverse("releases:build_delete", kwargs={"appid": appid}),
        back=reverse("releases:versions", kwargs={"appid": appid}),
        facts=facts_of_build(build) | {"consequence": _("The online version and the review version stay as they are.")},
        payload={"build": build.pk},
        mini_program=request.member.mini_program,
        permission=Permission.BUILD_DELETE,
    )


@requires(Permission.BUILD_DELETE)
@require_POST
def build_delete(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: delete."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.BUILD_DELETE) as scan:
            delete_build(build_or_404(request, scan.payload["build"]), by=scan.member)
        messages.success(request, _("The development version is deleted."))
    return to_versions(request)


def facts_of_build(build: Build) -> dict[str, str]:
    return {
        "mini_program": display_name(build.mini_program),
        "appid": build.mini_program.appid,
        "version": build.version,
        "notes": build.notes,
    }
