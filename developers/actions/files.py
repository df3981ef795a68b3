"""Small changes in the developer tools: one file of a project's program is changed, added, renamed or deleted.

Every change makes a new code package by the one inspector; what it refuses changes nothing. `base_sha256` is the
package that was looked at: another one in the meantime (second tab, directory read anew) is refused in words.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, WeChatPerson
from developers.actions.packages import Received, receive_tree
from developers.actions.projects import check_may_work_on, choose_code
from developers.actions.rights import person_behind
from developers.models import CodePackage, Project
from developers.packages.editing import all_files, as_text
from developers.packages.paths import check_path, is_left_out, twin_key
from developers.packages.project_config import FILE
from developers.packages.report import Unreadable
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.rulebook import RULES

STALE = "stale"
Files = dict[str, bytes]


def change_file(project: Project, *, path: str, text: str, base_sha256: str, by: Member | WeChatPerson) -> Received:
    """Put another text in a file. PackageRefused (with `.report`) where the program would have errors."""

    def change(files: Files) -> None:
        files[path] = _content(text, like=_editable(files, path))

    return _changed(project, change, base_sha256=base_sha256, by=by)


def add_file(project: Project, *, path: str, text: str, base_sha256: str, by: Member | WeChatPerson) -> Received:
    """Add a file with this text."""

    def change(files: Files) -> None:
        _check_free(files, path, field="path")
        files[path] = _content(text)

    return _changed(project, change, base_sha256=base_sha256, by=by)


def rename_file(project: Project, *, path: str, new_path: str, base_sha256: str, by: Member | WeChatPerson) -> Received:
    """Give a file another path; what names it elsewhere is for the inspector to tell."""

    def change(files: Files) -> None:
        content = _existing(files, path)
        del files[path]
        _check_free(files, new_path, field="new_path")
        files[new_path] = content

    return _changed(project, change, base_sha256=base_sha256, by=by)


def delete_file(project: Project, *, path: str, base_sha256: str, by: Member | WeChatPerson) -> Received:
    """Take a file out of the program."""

    def change(files: Files) -> None:
        _existing(files, path)
        del files[path]

    return _changed(project, change, base_sha256=base_sha256, by=by)


def _changed(
    project: Project, change: Callable[[Files], None], *, base_sha256: str, by: Member | WeChatPerson
) -> Received:
    """Change a copy of the files, have it inspected, and work on it from now on unless somebody was quicker."""
    if person_behind(by) != project.person:
        raise NotAllowed(_("This project is somebody else's."), code="not_allowed")
    check_may_work_on(project)
    files = all_files(_same_base(project, base_sha256))
    change(files)
    received = receive_tree(files, appid=project.audit_appid)
    with transaction.atomic():
        locked = Project.objects.select_for_update(of=("self",)).select_related("package", "person").get(pk=project.pk)
        _same_base(locked, base_sha256)
        choose_code(locked, package=received.package, directory="", report=received.report.as_json())
    return received


def _same_base(project: Project, base_sha256: str) -> CodePackage:
    """The package that was looked at, if the project still works on it."""
    if project.package is None or project.package.sha256 != base_sha256:
        raise Refused(
            _(
                "The project's code has changed since you opened this file: in another tab, or its directory was read "
                "anew. Nothing was saved; your text is still here."
            ),
            code=STALE,
        )
    return project.package


def _existing(files: Files, path: str) -> bytes:
    if path not in files:
        raise Refused(_("The program has no file of this name any more."), code="no_file", field="path")
    return files[path]


def _editable(files: Files, path: str) -> bytes:
    """The bytes of a file that may be edited as text."""
    content = _existing(files, path)
    if as_text(content) is None:
        raise Refused(_("This file is no text: it can be looked at, not edited."), code="no_text", field="path")
    return content


def _check_free(files: Files, path: str, *, field: str) -> None:
    """Refused for a path that no program may have, that the tools leave out, or that is taken."""
    try:
        check_path(path)
    except Unreadable as problem:
        raise Refused(problem.message, code=problem.rule, field=field) from None
    if is_left_out(path):
        raise Refused(_("Hidden files and node_modules are no part of a program."), code="left_out", field=field)
    if path.rpartition("/")[2].startswith(("project.config.", "project.private.config.")):
        message = _("%(file)s belongs to your directory, not to the program: change it there.")
        raise Refused(message % {"file": FILE}, code="project_file", field=field)
    if path.endswith("/"):
        raise Refused(_("Give the name of a file."), code="path_folder", field=field)
    if twin_key(path) in {twin_key(taken) for taken in files}:
        message = _("There is a file of this name already (upper and lower case count as one).")
        raise Refused(message, code="path_twice", field=field)


def _content(text: str, *, like: bytes = b"") -> bytes:
    """The bytes of a text, with the line ends of the file that it replaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if b"\r\n" in like and like.count(b"\n") == like.count(b"\r\n"):
        text = text.replace("\n", "\r\n")
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(_("The text holds characters that are none."), code="encoding", field="text") from None
    if b"\0" in content:
        raise Refused(_("The text holds a NUL character."), code="nul", field="text")
    most = RULES.package.edited_bytes
    if len(content) > most:
        message = _("The text has %(kb)d KB; at most %(most)d KB can be edited here.")
        numbers = {"kb": -(-len(content) // 1024), "most": most // 1024}
        raise Refused(message % numbers, code="edited_bytes", field="text")
    return content
