"""Projects in a person's developer tools: an AppID or none, a local name, a local directory (console.md §7)."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.models import CodePackage, Project
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def create_project(
    person: WeChatPerson, *, mini_program: MiniProgram | None, name: str, directory: str = ""
) -> Project:
    """Create a project in this person's developer tools: of a Mini Program, or without an AppID."""
    if mini_program is not None and not person.may(Permission.PROJECT_OPEN, mini_program):
        raise not_a_developer()
    if mini_program is None and person.projects.filter(mini_program=None).count() >= RULES.package.local_projects:
        raise Refused(
            _("You have %(n)d projects without an AppID; there can't be more.") % {"n": RULES.package.local_projects},
            code="projects",
            field="no_appid",
        )
    try:
        with transaction.atomic():
            project = Project.objects.create(
                person=person, mini_program=mini_program, name=name, directory=directory, created_at=now()
            )
    except IntegrityError:  # the database knows best, also when the button is pressed twice at once
        raise Refused(
            _("You have a project of this name for this AppID already.")
            if mini_program
            else _("You have a project of this name without an AppID already."),
            code="project_exists",
            field="name",
        ) from None
    record("developers.project.created", project, by=person, data={"name": name})
    return project


@transaction.atomic
def open_project(person: WeChatPerson, *, mini_program: MiniProgram, name: str, directory: str = "") -> Project:
    """The person's project of this name, created now if there is none."""
    if not person.may(Permission.PROJECT_OPEN, mini_program):
        raise not_a_developer()
    found = Project.objects.filter(person=person, mini_program=mini_program, name=name).first()
    return found or create_project(person, mini_program=mini_program, name=name, directory=directory)


def not_a_developer() -> Refused:
    """The same for an AppID that does not exist, so that nobody learns which exist."""
    return Refused(_("This WeChat isn't a developer of the AppID."), code="not_a_developer", field="appid")


@transaction.atomic
def choose_code(
    project: Project,
    *,
    package: CodePackage,
    directory: str,
    report: dict[str, object],
    settings: Mapping[str, object] | None = None,
) -> None:
    """Let the project work on this code from now on: what is previewed and uploaded.

    `settings` is what its project.config.json says; None leaves what was said before.
    """
    check_may_work_on(project)
    project.package, project.report, project.packed_at = package, report, now()
    project.directory = directory or project.directory
    project.settings = project.settings if settings is None else dict(settings)
    project.save(update_fields=["package", "report", "packed_at", "directory", "settings"])


def check_may_work_on(project: Project) -> None:
    """Refused once the person is not a developer of the AppID any more; a project without one stays its maker's."""
    if project.mini_program is not None and not project.person.may(Permission.PROJECT_OPEN, project):
        raise not_a_developer()
