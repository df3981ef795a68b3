"""Publish an approved version, by hand and with the administrator's scan: to all users, or in phases."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from releases import queries
from releases.actions import publishing
from releases.forms.publishing import PHASED, PublishForm
from releases.models import AuditOrder
from releases.views.submissions import order_or_404, to_versions
from releases.views.versions import versions_page


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def publish_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Publish was pressed: the administrator scans first."""
    order, form = order_or_404(request, pk), PublishForm(request.POST)
    if form.is_in_phases:
        publishing.check_may_phase(order)
    if not form.is_valid():
        return versions_page(request, publish_form=form)
    payload = {"order": order.pk, "how": form.cleaned_data["how"]}
    if payload["how"] == PHASED:
        share = {"percent": form.cleaned_data["percent"], "members_first": form.cleaned_data["members_first"]}
        try:
            publishing.check_percent(share["percent"], members_first=share["members_first"])
        except Refused as refusal:
            add_refusal(form, refusal)
            return versions_page(request, publish_form=form)
        payload |= share
        follows = _("%(percent)d percent of the users get it, the others keep the version that is online.") % share
    else:
        publishing.check_may_publish(order)
        follows = _what_follows(order)
    appid = request.member.mini_program.appid
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
        payload=payload,
        mini_program=request.member.mini_program,
        permission=Permission.RELEASE_PUBLISH,
    )


def _what_follows(order: AuditOrder) -> str:
    online = queries.online_release_of(order.mini_program)
    if online is None:
        return _("Everybody can open it.")
    return _("It replaces version %(version)s for all users.") % {"version": online.order.build.version}


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def publish(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the version goes online."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.RELEASE_PUBLISH) as scan:
            order = order_or_404(request, scan.payload["order"])
            if scan.payload.get("how") == PHASED:
                share = {name: scan.payload[name] for name in ("percent", "members_first")}
                publishing.publish_in_phases(order, by=scan.member, **share)
                said = _("Version %(version)s is released in phases.")
            else:
                publishing.publish(order, by=scan.member)
                said = _("Version %(version)s is online.")
        messages.success(request, said % {"version": order.build.version})
    return to_versions(request)
