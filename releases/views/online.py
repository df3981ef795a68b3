"""The Online module: a phased release goes on, a rollback, the service. What is dangerous asks for a scan.

CHANGES is the table of what a scan can confirm here: who may, what the phone says and is checked before, what is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.confirming import Confirmed, confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from releases import queries
from releases.actions import phases, rollback, service
from releases.difference import difference, pages_between
from releases.forms.publishing import RaiseForm
from releases.models import Release
from releases.views.submissions import to_versions
from releases.views.versions import versions_page


def phased_or_404(request: MemberRequest) -> Release:
    """The release in phases; one whose last day is over has become a full one."""
    release = queries.phased_release_of(request.member.mini_program)
    if release is None or phases.complete_if_due(release):
        raise Http404
    return release


def target_or_404(request: MemberRequest, pk: int) -> Release:
    """An earlier version of this Mini Program; whether it can be rolled back to is the action's to say."""
    if (found := queries.replaced_release_of(request.member.mini_program, pk)) is None:
        raise Http404
    return found


# --- Without a scan --------------------------------------------------------------------------------------------------


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def phase_raise(request: MemberRequest) -> HttpResponse:
    """Give the new version to more users."""
    form, release = RaiseForm(request.POST), phased_or_404(request)
    if not form.is_valid():
        return versions_page(request, raise_form=form)
    with refusals_as_messages(request):
        try:
            phases.raise_percent(release, by=request.member, percent=form.cleaned_data["percent"])
        except Refused as refusal:
            if refusal.field is None:
                raise
            add_refusal(form, refusal)
            return versions_page(request, raise_form=form)
        messages.success(request, _("%(percent)d percent of the users get it now.") % {"percent": release.percent})
    return to_versions(request)


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def phase_pause(request: MemberRequest) -> HttpResponse:
    """Nobody more gets it for now."""
    with refusals_as_messages(request):
        phases.pause(phased_or_404(request), by=request.member)
        messages.success(request, _("Paused. Who has the new version keeps it."))
    return to_versions(request)


@requires(Permission.RELEASE_PUBLISH)
@require_POST
def phase_resume(request: MemberRequest) -> HttpResponse:
    """The phased release goes on."""
    with refusals_as_messages(request):
        phases.resume(phased_or_404(request), by=request.member)
        messages.success(request, _("The phased release goes on."))
    return to_versions(request)


@requires(Permission.CONSOLE_VIEW)
@require_safe
def rollback_list(request: MemberRequest) -> HttpResponse:
    """What can be rolled back to, or why nothing can."""
    mini_program = request.member.mini_program
    obstacle = _refusal(lambda: rollback.check_may_roll_back(mini_program))
    context = {"obstacle": obstacle, "targets": [] if obstacle else rollback.rollback_targets(mini_program)}
    return render(request, "releases/rollback_list.html", context)


@requires(Permission.CONSOLE_VIEW)
@require_safe
def rollback_trial(request: MemberRequest, pk: int) -> HttpResponse:
    """What a rollback to this version would do; nothing happens yet."""
    mini_program = request.member.mini_program
    target, online = target_or_404(request, pk), queries.online_release_of(mini_program)
    if online is None:
        raise Http404
    context = {
        "target": target,
        "online": online,
        "obstacle": _refusal(lambda: rollback.check_may_roll_back(mini_program)),
        "pages": pages_between(online.order.build.package, target.order.build.package),
        "difference": difference(online.order.build.package, target.order.build.package),
        "function_pages": list(target.order.function_pages.all()),
    }
    return render(request, "releases/rollback_trial.html", context)


def _refusal(check: Callable[[], None]) -> str:
    try:
        check()
    except Refused as refusal:
        return refusal.message
    return ""


# --- With a scan -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Something that the administrator confirms with a scan: `ask` gives what the phone shows, `do` does it."""

    purpose: ScanPurpose
    permission: Permission
    ask: Callable[[MemberRequest, int], dict[str, str]]
    do: Callable[[MemberRequest, Confirmed], str]


def _of_phased(consequence: Callable[[], str]) -> Callable[[MemberRequest, int], dict[str, str]]:
    def ask(request: MemberRequest, _pk: int) -> dict[str, str]:
        release = phased_or_404(request)
        return {"version": release.order.build.version, "consequence": consequence()}

    return ask


def _complete(request: MemberRequest, scan: Confirmed) -> str:
    release = phased_or_404(request)
    phases.complete(release, by=scan.member)
    return _("Version %(version)s is online for all users.") % {"version": release.order.build.version}


def _cancel(request: MemberRequest, scan: Confirmed) -> str:
    if phases.cancel(phased_or_404(request), by=scan.member):
        return _("Cancelled. All users have the version before again; the new one waits to be published.")
    return _("Cancelled. All users have the version before again. To publish the new one, submit it again.")


def _ask_roll_back(request: MemberRequest, pk: int) -> dict[str, str]:
    target = target_or_404(request, pk)
    rollback.check_may_roll_back(request.member.mini_program)
    follows = _("This version is online again for all users. No further rollback until the next publication.")
    return {"version": target.order.build.version, "consequence": follows}


def _roll_back(request: MemberRequest, scan: Confirmed) -> str:
    target = rollback.roll_back(
        request.member.mini_program, to=target_or_404(request, scan.payload["pk"]), by=scan.member
    )
    return _("Version %(version)s is online again.") % {"version": target.order.build.version}


def _ask_close(request: MemberRequest, _pk: int) -> dict[str, str]:
    left = service.closures_left(request.member.mini_program)
    follows = _("Users can't open it until you resume the service. Left this month: %(n)d.") % {"n": left}
    return {"consequence": follows}


def _close(request: MemberRequest, scan: Confirmed) -> str:
    service.close_service(request.member.mini_program, by=scan.member)
    return _("The service is suspended. Users read that it is.")


def _reopen(request: MemberRequest, scan: Confirmed) -> str:
    service.reopen_service(request.member.mini_program, by=scan.member)
    return _("In service again.")


CHANGES: dict[str, Change] = {
    "complete": Change(
        ScanPurpose.RELEASE_CHANGE,
        Permission.RELEASE_PUBLISH,
        _of_phased(lambda: _("All users get the new version.")),
        _complete,
    ),
    "cancel": Change(
        ScanPurpose.RELEASE_CHANGE,
        Permission.RELEASE_PUBLISH,
        _of_phased(lambda: _("All users get the version before it again.")),
        _cancel,
    ),
    "roll-back": Change(ScanPurpose.RELEASE_CHANGE, Permission.RELEASE_PUBLISH, _ask_roll_back, _roll_back),
    "close": Change(ScanPurpose.SERVICE_SWITCH, Permission.SERVICE_SWITCH, _ask_close, _close),
    "reopen": Change(
        ScanPurpose.SERVICE_SWITCH,
        Permission.SERVICE_SWITCH,
        lambda _request, _pk: {"consequence": _("Users can open it again.")},
        _reopen,
    ),
}


def _asking(name: str) -> Any:
    """The view of a change's button: the administrator scans first."""
    change = CHANGES[name]

    @requires(change.permission)
    @require_POST
    def ask(request: MemberRequest, pk: int = 0) -> HttpResponse:
        mini_program = request.member.mini_program
        facts = {"mini_program": display_name(mini_program), "appid": mini_program.appid}
        return ask_for_scan(
            request,
            change.purpose,
            then=reverse(f"releases:{_done(name)}", kwargs={"appid": mini_program.appid}),
            back=reverse("releases:versions", kwargs={"appid": mini_program.appid}),
            facts=facts | change.ask(request, pk),
            payload={"do": name, "pk": pk},
            mini_program=mini_program,
            permission=change.permission,
        )

    return ask


def _done(name: str) -> str:
    return "service_changed" if CHANGES[name].purpose == ScanPurpose.SERVICE_SWITCH else "online_changed"


def _changing(purpose: ScanPurpose, permission: Permission) -> Any:
    """The view that follows the scan."""

    @requires(permission)
    @require_POST
    def changed(request: MemberRequest) -> HttpResponse:
        with refusals_as_messages(request):
            with confirmed_here(request, purpose) as scan:
                change = CHANGES[scan.payload["do"]]
                said = change.do(request, scan)
            messages.success(request, said)
        return to_versions(request)

    return changed


phase_complete_ask = _asking("complete")
phase_cancel_ask = _asking("cancel")
rollback_ask = _asking("roll-back")
service_close_ask = _asking("close")
service_reopen_ask = _asking("reopen")
online_changed = _changing(ScanPurpose.RELEASE_CHANGE, Permission.RELEASE_PUBLISH)
service_changed = _changing(ScanPurpose.SERVICE_SWITCH, Permission.SERVICE_SWITCH)
