"""The experience version: the one development version that members and experiencers open (console.md §9.2-9.3)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import Member, MiniProgram, QrLink, WeChatPerson
from accounts.permissions import Permission
from developers.actions.rights import check_may, person_behind
from developers.lifecycle import BuildStatus
from developers.models import Build, ExperienceVersion
from developers.start_path import checked_start_path, has_page
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused
from platform_site.kernel.models import record

SET, UNSET = "developers.experience.set", "developers.experience.unset"


@transaction.atomic
def set_experience(build: Build, *, by: Member | WeChatPerson, start_path: str = "") -> ExperienceVersion:
    """Let this development version be the experience version, in place of the one there is.

    `start_path` is a page of the package with or without a query; "" is the first page. The QR stays the same.
    """
    check_may(by, Permission.EXPERIENCE_SET, build)
    MiniProgram.objects.select_for_update().get(pk=build.mini_program_id)
    build = Build.objects.select_related("package", "mini_program").get(pk=build.pk)
    if build.status != BuildStatus.READY:
        message = _("This development version has been replaced or deleted. Choose one of those that are listed.")
        raise Refused(message, code="experience_build_gone")
    start_path = checked_start_path(build.package, start_path)
    chosen, _is_new = ExperienceVersion.objects.update_or_create(
        mini_program=build.mini_program,
        defaults={"build": build, "start_path": start_path, "set_by": person_behind(by), "set_at": now()},
        create_defaults={
            "build": build,
            "start_path": start_path,
            "set_by": person_behind(by),
            "set_at": now(),
            "link": _link_of(build.mini_program),
        },
    )
    _record_set(chosen, by=by)
    return chosen


def _link_of(mini_program: MiniProgram) -> QrLink:
    """The QR of this Mini Program's experience version: the same for all that it ever has."""
    path = reverse("developers:phone_experience", kwargs={"appid": mini_program.appid})
    return QrLink.objects.filter(path=path, expires_at=None).first() or make_link(path)


def _record_set(chosen: ExperienceVersion, *, by: Actor) -> None:
    data = {"version": chosen.build.version, "build": chosen.build_id, "start_path": chosen.start_path}
    record(SET, chosen, by=by, data=data)


@transaction.atomic
def unset_experience(mini_program: MiniProgram, *, by: Actor) -> None:
    """Have no experience version any more; the development version stays."""
    check_may(by, Permission.EXPERIENCE_SET, mini_program)
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    chosen = ExperienceVersion.objects.select_related("build").filter(mini_program=mini_program).first()
    if chosen is None:
        raise Refused(_("There is no experience version now."), code="experience_none")
    _take_away(chosen, by=by)


def follow_upload(earlier: Build, build: Build, *, by: Actor) -> None:
    """The experience version moves on with its uploader: what replaces its code takes its place.

    A start page that the new code does not have any more gives way to the first page.
    """
    chosen = ExperienceVersion.objects.select_related("mini_program").filter(build=earlier).first()
    if chosen is None:
        return
    chosen.build = build
    if not has_page(build.package, chosen.start_path):
        chosen.start_path = ""
    chosen.save(update_fields=["build", "start_path"])
    _record_set(chosen, by=by)


def follow_deletion(build: Build, *, by: Actor) -> None:
    """A deleted development version is no experience version any more."""
    chosen = ExperienceVersion.objects.select_related("build", "mini_program").filter(build=build).first()
    if chosen is not None:
        _take_away(chosen, by=by)


def _take_away(chosen: ExperienceVersion, *, by: Actor) -> None:
    record(UNSET, chosen, by=by, data={"version": chosen.build.version, "build": chosen.build_id})
    chosen.delete()
