"""Code on its way from the developer tools: previews, and builds ("development versions"; console.md §7.6-7.7)."""

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.actions.experience import follow_deletion, follow_upload
from developers.actions.rights import check_may, person_behind
from developers.lifecycle import DELETE, REPLACE
from developers.models import Build, CodePackage, Preview, Project
from developers.start_path import checked_start_path
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

LEAST_SCENE, MOST_SCENE = 1000, 9999  # of the form of a scene number; which of them exist is the program's business


@transaction.atomic
def make_preview(
    project: Project,
    *,
    package: CodePackage,
    by: Member | WeChatPerson,
    start_path: str = "",
    scene: int = RULES.upload.default_scene,
) -> Preview:
    """Send code up for a look on the developer's own phone; the QR expires.

    `start_path` is the page, with its query, that opens first; `scene` the number that the program is told.
    """
    check_may(by, Permission.CODE_PREVIEW, project)
    check_scene(scene)
    start_path = checked_start_path(package, start_path)
    return _preview(program_of(project), package, by, project=project, start_path=start_path, scene=scene)


@transaction.atomic
def make_key_preview(
    mini_program: MiniProgram,
    *,
    package: CodePackage,
    by: Member,
    robot: int,
    start_path: str = "",
    scene: int = RULES.upload.default_scene,
) -> Preview:
    """Code sent up by the code upload key, for a look on the phone of the administrator whose key it is.

    Its QR is short, so that the uploader's own decoder can show it in a terminal.
    """
    check_may(by, Permission.CODE_PREVIEW, mini_program)
    check_robot(robot)
    check_scene(scene)
    start_path = checked_start_path(package, start_path)
    return _preview(mini_program, package, by, is_short=True, robot=robot, start_path=start_path, scene=scene)


def _preview(
    mini_program: MiniProgram,
    package: CodePackage,
    by: Member | WeChatPerson,
    *,
    is_short: bool = False,
    **columns: Any,
) -> Preview:
    created_at = now()
    expires_at = created_at + timedelta(minutes=RULES.preview.valid_minutes)
    link = make_link("/phone/preview/", expires_at=expires_at, is_short=is_short)
    preview = Preview.objects.create(
        mini_program=mini_program,
        package=package,
        person=person_behind(by),
        link=link,
        created_at=created_at,
        expires_at=expires_at,
        **columns,
    )
    link.path = reverse("developers:phone_preview", kwargs={"pk": preview.pk})
    link.save(update_fields=["path"])
    record("developers.preview.made", preview, by=by, data={"package": package.sha256})
    return preview


@transaction.atomic
def upload_build(
    mini_program: MiniProgram,
    *,
    package: CodePackage,
    version: str,
    notes: str = "",
    by: Member | WeChatPerson,
    project: Project | None = None,
    robot: int | None = None,
) -> Build:
    """Upload code as a development version; it takes the place of the same uploader's earlier one.

    `robot` (1-30) is given where it came by the code upload key; what people upload is left alone then.
    """
    check_may_upload(by, mini_program)
    check_version(version)
    check_notes(notes)
    check_robot(robot)
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    uploader = person_behind(by)
    same = {"uploader": uploader, "robot": None} if robot is None else {"robot": robot}
    replaced = list(mini_program.builds.ready().filter(**same))
    for earlier in replaced:
        advance(earlier, REPLACE, by=by)
    build = Build.objects.create(
        mini_program=mini_program,
        package=package,
        uploader=uploader,
        robot=robot,
        version=version,
        notes=notes,
        uploaded_at=now(),
    )
    if project is not None:
        project.uploaded_at = build.uploaded_at
        project.save(update_fields=["uploaded_at"])
    record(
        "developers.build.uploaded",
        build,
        by=by,
        to_state=build.status,
        data={"version": version, "package": package.sha256} | ({"robot": robot} if robot else {}),
    )
    for earlier in replaced:
        follow_upload(earlier, build, by=by)
    return build


def check_may_upload(by: Actor, mini_program: MiniProgram) -> None:
    """NotAllowed with the seed's words for everybody but administrators."""
    if not by.may(Permission.BUILD_UPLOAD, mini_program):
        raise NotAllowed(
            _("Only administrators can perform uploads, developers do not have the permission to perform uploads."),
            code="upload_not_administrator",
        )


def program_of(project: Project) -> MiniProgram:
    """The Mini Program of a project; Refused for a project without an AppID (console.md §7.3)."""
    if project.mini_program is None:
        raise Refused(_("Without an AppID there is nothing to preview or upload to."), code="no_appid")
    return project.mini_program


def check_version(version: str) -> None:
    """Letters, digits and dots, as in 1.0.0 or v1.0.0; not compared with earlier ones."""
    most = RULES.version.number_characters
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.]*", version) or len(version) > most:
        raise Refused(
            _("Use 1 to %(n)d letters, digits and dots, for example 1.0.0.") % {"n": most},
            code="version_number",
            field="version",
        )


def check_notes(notes: str) -> None:
    """At most 200 characters, none of them unprintable."""
    most = RULES.version.notes_characters
    if len(notes) > most or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", notes):
        raise Refused(
            _("Use at most %(n)d characters that can be shown.") % {"n": most}, code="version_notes", field="notes"
        )


def check_scene(scene: int) -> None:
    """A scene number as WeChat has them: four digits."""
    if not LEAST_SCENE <= scene <= MOST_SCENE:
        message = _("A scene is a number from %(least)d to %(most)d, for example 1011 for a scanned QR code.")
        raise Refused(message % {"least": LEAST_SCENE, "most": MOST_SCENE}, code="scene", field="scene")


def check_robot(robot: int | None) -> None:
    """None (a person), or one of the robots by whose number uploads by key are kept apart."""
    most = RULES.upload.robots
    if robot is not None and not 1 <= robot <= most:
        raise Refused(_("Use a robot from 1 to %(n)d.") % {"n": most}, code="robot", field="robot")


@transaction.atomic
def delete_build(build: Build, *, by: Actor) -> None:
    """Delete a development version; if it is the experience version, there is none any more."""
    MiniProgram.objects.select_for_update().get(pk=build.mini_program_id)
    advance(build, DELETE, by=by)
    follow_deletion(build, by=by)
