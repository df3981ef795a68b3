"""Projects in a person's developer tools: an AppID, a local name, a local directory (console.md §7)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.models import CodePackage, Project
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record


@transaction.atomic
def create_project(person: WeChatPerson, *, mini_program: MiniProgram, name: str, directory: str = "") -> Project:
    """Create a project of a Mini Program in this person's developer tools."""
    if not person.may(Permission.PROJECT_OPEN, mini_program):
        raise not_a_developer()
    try:
        with transaction.atomic():
            project = Project.objects.create(
                person=person, mini_program=mini_program, name=name, directory=directory, created_at=now()
            )
    except IntegrityError:  # the database knows best, also when the button is pressed twice at once
        raise Refused(
            _("You have a project of this name for this AppID already."), code="project_exists", field="name"
        ) from None
    record("developers.project.created", project, by=person, data={"name": name})
    return project


def not_a_developer() -> Refused:
    """The same for an AppID that does not exist, so that nobody learns which exist."""
    return Refused(_("This WeChat isn't a developer of the AppID."), code="not_a_developer", field="appid")


@transaction.atomic
def choose_code(project: Project, *, package: CodePackage, directory: str, report: dict[str, object]) -> None:
    """Let the project work on this code from now on: what is previewed and uploaded."""
    if not project.person.may(Permission.PROJECT_OPEN, project):
        raise not_a_developer()
    project.package, project.report, project.packed_at = package, report, now()
    project.directory = directory or project.directory
    project.save(update_fields=["package", "report", "packed_at", "directory"])
