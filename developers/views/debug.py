"""Debug: a page of the program beside a console and the app data (console.md §7.4).

The program is the static view until programs run here; the page says so.
"""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.door import PersonRequest
from developers.models import CodePackage, Project
from developers.packages.report import Report
from developers.rendering import Urls, image_response, program_page, skin_response
from developers.views.project_door import both_doors, place, shown


def urls_of(project: Project) -> Urls:
    """Where the pages, pictures and colours of the program being debugged are."""
    return Urls(
        page=lambda path: place(project, "debug_page", page=path),
        asset=lambda path: place(project, "debug_asset", page=path),
        skin=lambda path: place(project, "debug_skin", page=path),
    )


def _debug(request: PersonRequest, project: Project, page: str = "") -> HttpResponse:
    """A page of the program; without one, its first."""
    if project.package is None:
        return shown(request, "debug", project)
    program = program_page(project.package, page, urls=urls_of(project))
    if program is None:
        raise Http404
    context = {
        "program": program,
        "report": Report.from_json(project.report),
        "query": request.META["QUERY_STRING"],
        "pages": [(path, place(project, "debug_page", page=path)) for path in project.package.facts["pages"]],
    }
    return shown(request, "debug", project, **context)


def _package_of(project: Project) -> CodePackage:
    if project.package is None:
        raise Http404
    return project.package


def _asset(request: PersonRequest, project: Project, page: str) -> HttpResponse:
    """A picture of the program."""
    return image_response(_package_of(project), page)


def _skin(request: PersonRequest, project: Project, page: str) -> HttpResponse:
    """The colours of a page of the program."""
    return skin_response(_package_of(project), page)


debug, local_debug = both_doors(require_safe(_debug))
debug_asset, local_debug_asset = both_doors(require_safe(_asset))
debug_skin, local_debug_skin = both_doors(require_safe(_skin))
