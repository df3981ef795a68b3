"""What the inspector said about a project's code, for machines."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.door import MemberRequest, requires
from accounts.permissions import Permission
from developers import queries
from developers.packages.report import Report


@requires(Permission.PROJECT_OPEN)
@require_safe
def report_json(request: MemberRequest, pk: int) -> HttpResponse:
    """The report as the project's page shows it, with the sizes and with what the code uses."""
    project = queries.project_of(request.member, pk)
    if project is None:
        raise Http404
    facts = project.package.facts if project.package else {}
    told = {"sizes": facts.get("sizes", {}), "uses": facts.get("uses", {})}
    return JsonResponse(Report.from_json(project.report).as_json() | told, json_dumps_params={"ensure_ascii": False})
