"""Publish an approved version, by hand and with the administrator's scan."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers.views.scans import confirmed_here, refusals_as_messages
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from releases import queries
from releases.actions import publishing
from releases.views.submissions import order_or_404, to_versions


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def publish_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Publish was pressed: the administrator scans first."""
    order = order_or_404(request, pk)
    publishing.check_not_in_closed_beta(request.member.mini_program)
    if not order.can("publish"):
        raise Refused(_("Only an approved version can be published."), code="illegal_move")
    appid = request.member.mini_program.appid
    online = queries.online_release_of(request.member.mini_program)
    follows = _("Everybody can open it.")
    if online is not None:
        follows = _("It replaces version %(version)s for all users.") % {"version": online.order.build.version}
    return ask_for_scan(
        request,
        ScanPurpose.RELEASE_PUBLISH,
        then=reverse("releases:publish", kwargs={"appid": appid}),
        back=reverse("releases:versions", kwargs={"appid": appid}),
        facts={
            "mini_program": display_name(request.member.mini_program),
            "appid": appid,
            "version": order.build.version,
            "consequence": follows,
        },
        payload={"order": order.pk},
        mini_program=request.member.mini_program,
        permission=Permission.RELEASE_PUBLISH,
    )


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def publish(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the version goes online."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.RELEASE_PUBLISH) as scan:
            release = publishing.publish(order_or_404(request, scan.payload["order"]), by=scan.member)
        messages.success(request, _("Version %(version)s is online.") % {"version": release.order.build.version})
    return to_versions(request)
