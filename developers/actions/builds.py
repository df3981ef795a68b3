"""Code on its way from the developer tools: previews, and builds ("development versions"; console.md §7.6-7.7)."""

import re
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.actions.rights import check_may, person_behind
from developers.lifecycle import DELETE, REPLACE
from developers.models import Build, CodePackage, Preview, Project
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def make_preview(project: Project, *, package: CodePackage, by: Member | WeChatPerson) -> Preview:
    """Send code up for a look on the developer's own phone; the QR expires."""
    check_may(by, Permission.CODE_PREVIEW, project)
    created_at = now()
    expires_at = created_at + timedelta(minutes=RULES.preview.valid_minutes)
    link = make_link("/phone/preview/", expires_at=expires_at)
    preview = Preview.objects.create(
        project=project,
        mini_program=project.mini_program,
        package=package,
        person=person_behind(by),
        link=link,
        created_at=created_at,
        expires_at=expires_at,
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
) -> Build:
    """Upload code as a development version; it takes the place of the same uploader's earlier one."""
    check_may_upload(by, mini_program)
    check_version(version)
    check_notes(notes)
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    uploader = person_behind(by)
    for earlier in mini_program.builds.ready().filter(uploader=uploader):
        advance(earlier, REPLACE, by=by)
    build = Build.objects.create(
        mini_program=mini_program,
        package=package,
        uploader=uploader,
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
        data={"version": version, "package": package.sha256},
    )
    return build


def check_may_upload(by: Actor, mini_program: MiniProgram) -> None:
    """NotAllowed with the seed's words for everybody but administrators."""
    if not by.may(Permission.BUILD_UPLOAD, mini_program):
        raise NotAllowed(
            _("Only administrators can perform uploads, developers do not have the permission to perform uploads."),
            code="upload_not_administrator",
        )


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


@transaction.atomic
def delete_build(build: Build, *, by: Actor) -> None:
    """Delete a development version."""
    advance(build, DELETE, by=by)
