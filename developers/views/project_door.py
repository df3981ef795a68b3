"""The doors of a project's pages: behind its AppID, or its owner's for a project without one (console.md §7.3)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.door import MemberRequest, PersonRequest, View, requires, requires_person
from accounts.permissions import Permission
from developers import queries
from developers.models import Project
from developers.tools_session import check_may_enter
from entities.queries import display_name

ProjectView = Callable[..., HttpResponse]
BAR = {"project": "project", "preview": "project", "upload": "project", "edit": "edit", "debug": "debug"}


def project_or_404(request: MemberRequest, pk: int) -> Project:
    """The project of who acts, in the Mini Program of the door."""
    project = queries.project_of(request.member, pk)
    if project is None:
        raise Http404
    return project


def both_doors(view: ProjectView) -> tuple[View, View]:
    """`view(request, project, …)` behind the door of the AppID, and behind the door of who made it without one."""

    @wraps(view)
    def of_program(request: MemberRequest, *, pk: int, **more: Any) -> HttpResponse:
        return view(request, project_or_404(request, pk), **more)

    @wraps(view)
    def of_person(request: PersonRequest, *, pk: int, **more: Any) -> HttpResponse:
        check_may_enter(request.person)
        project = queries.local_project_of(request.person, pk)
        if project is None:
            raise Http404
        return view(request, project, **more)

    return requires(Permission.PROJECT_OPEN)(of_program), requires_person(of_person)


def place(project: Project, name: str, **more: Any) -> str:
    """The address of a page of a project; of Preview and Upload only where it has an AppID."""
    if project.mini_program is None:
        return reverse(f"developers:local_{name}", kwargs={"pk": project.pk, **more})
    return reverse(f"developers:{name}", kwargs={"appid": project.mini_program.appid, "pk": project.pk, **more})


def shown(request: PersonRequest, page: str, project: Project, **context: Any) -> HttpResponse:
    """A page of a project, with the bar on its left."""
    member = getattr(request, "member", None)
    program = project.mini_program
    names = ("project", "edit", "debug", *(("preview", "upload") if program else ()))
    shared = {
        "project": project,
        "program_name": display_name(program) if program else "",
        "may_upload": member is not None and member.holds(Permission.BUILD_UPLOAD),
        "place": page,
        "bar": BAR[page],
        "at": {name: place(project, name) for name in names},
    }
    status = context.pop("status", 200)
    return render(request, f"developers/{page}.html", {**shared, **context}, status=status)
