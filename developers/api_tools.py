"""The developer tools for the command line, /devtools/api/…: the same session, scans and actions as in the browser.

JSON out, forms in, with the CSRF token that `session` hands out. Refusals become JSON in web/middleware.py; who is not
logged in is sent to the log-in page, as everywhere.
"""

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.door import PersonRequest, person_of, requires_person
from accounts.limits import spend
from accounts.models import Member, MiniProgram, ScanTicket
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import scan_confirmed, show_ticket, waiting_for
from developers import queries
from developers.actions import builds
from developers.actions.packages import Received, receive_zip
from developers.actions.projects import choose_code, not_a_developer, open_project
from developers.forms.tools_api import ApiPreviewForm, ApiUploadForm, CodeForm
from developers.models import CodePackage, Project
from developers.packages.report import PackageRefused
from developers.tools_session import check_may_enter, enter
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web import qr


@never_cache
@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """Who is logged in, and the token that every POST sends back as X-CSRFToken."""
    person = person_of(request)
    is_in = person is not None and queries.workplaces(person).exists()
    who = {"wechat_id": person.wechat_id, "nickname": person.nickname} if person is not None and is_in else None
    return JsonResponse({"login": is_in, "person": who, "csrf_token": get_token(request)})


@require_POST
def login(request: HttpRequest) -> JsonResponse:
    """A QR by which somebody logs in; then `ticket` is polled, and sent to `enter`."""
    facts = {"consequence": _("The developer tools in that terminal act with your WeChat ID.")}
    then = reverse("developers:api_enter")
    return _shown(request, show_ticket(request, ScanPurpose.DEVTOOLS_LOGIN, then=then, facts=facts))


def _shown(request: HttpRequest, ticket: ScanTicket, **more: Any) -> JsonResponse:
    """A ticket as the terminal shows it."""
    shown = {
        "ticket": ticket.pk,
        "status": ticket.status,
        "qr": qr.absolute(f"/q/{ticket.code}"),
        "typed_code": ticket.typed_code,
        "expires_at": ticket.expires_at.isoformat(),
        "poll_milliseconds": RULES.ticket.poll_milliseconds,
    }
    return JsonResponse({**shown, **more})


@never_cache
@require_GET
def ticket(request: HttpRequest, pk: int) -> JsonResponse:
    """How the scan stands, for the terminal that shows it."""
    found = waiting_for(request, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    spend(request, "ticket_poll", RULES.rates.ticket_poll, key=str(pk))
    return _shown(request, found[0])


@require_POST
def login_enter(request: HttpRequest) -> JsonResponse:
    """The scan is confirmed: administrators and bound developers get in."""
    with scan_confirmed(request, ScanPurpose.DEVTOOLS_LOGIN) as scan:
        person = scan.person
    check_may_enter(person)
    enter(request, person)
    who = {"wechat_id": person.wechat_id, "nickname": person.nickname}
    return JsonResponse({"login": True, "person": who, "csrf_token": get_token(request)})


@require_POST
def logout(request: HttpRequest) -> JsonResponse:
    """Nobody is logged in any more."""
    request.session.flush()
    return JsonResponse({"login": False})


def _workplace(request: PersonRequest, form: CodeForm) -> Member:
    """Where the code belongs; Refused, in the tools' words, for who does not work there."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), code="form", field=str(field))
    member = queries.workplace(request.person, form.cleaned_data["appid"])
    if member is None:
        raise not_a_developer()
    return member


def _read(request: PersonRequest, member: Member, form: CodeForm) -> tuple[Project, Received]:
    """The code comes up into the project of this name, which is opened now if there is none."""
    spend(request, "package_upload", RULES.rates.package_upload, key=str(request.person.pk))
    received = receive_zip(form.cleaned_data["archive"], appid=member.mini_program.appid)
    name, directory = form.cleaned_data["project"], form.cleaned_data["directory"]
    project = open_project(request.person, mini_program=member.mini_program, name=name, directory=directory)
    choose_code(project, package=received.package, directory=directory, report=received.report.as_json())
    return project, received


def _bad_code(refusal: PackageRefused) -> JsonResponse:
    error = {"code": refusal.code, "message": refusal.message, "field": "archive"}
    return JsonResponse({"error": error, "report": refusal.report.as_json()}, status=422)


def size_of(package: CodePackage) -> dict[str, Any]:
    """As the real tools' info file has it, in KB: all, and each package where there are several."""
    sizes = {name: round(size / 1024, 2) for name, size in package.facts["sizes"].items()}
    parts = [{"name": "__APP__" if name == "main" else f"/{name}/", "size": sizes[name]} for name in sizes]
    parts = [part for part in parts if part["name"] != "/total/"]
    whole = {"name": "__FULL__", "size": sizes["total"]}
    return {"total": sizes["total"], "packages": [whole] if len(parts) == 1 else [whole, *parts]}


@requires_person
@require_POST
def preview(request: PersonRequest) -> JsonResponse:
    """Code comes up for one look on the phone of who is logged in."""
    form = ApiPreviewForm(request.POST, request.FILES)
    member = _workplace(request, form)
    try:
        project, received = _read(request, member, form)
    except PackageRefused as refusal:
        return _bad_code(refusal)
    made = builds.make_preview(
        project, package=received.package, by=member, start_path=form.start_path, scene=form.scene_number
    )
    return JsonResponse(
        {
            "qr": qr.absolute(f"/q/{made.link.code}"),
            "expires_at": made.expires_at.isoformat(),
            "size": size_of(received.package),
            "report": received.report.as_json(),
        }
    )


@requires_person
@require_POST
def upload(request: PersonRequest) -> JsonResponse:
    """Code comes up to be a development version: the administrator is asked to confirm exactly this."""
    form = ApiUploadForm(request.POST, request.FILES)
    member = _workplace(request, form)
    builds.check_may_upload(member, member.mini_program)
    version, notes = form.cleaned_data["version"], form.cleaned_data["notes"]
    builds.check_version(version)
    builds.check_notes(notes)
    try:
        project, received = _read(request, member, form)
    except PackageRefused as refusal:
        return _bad_code(refusal)
    asked = _ask(request, project, received.package, version=version, notes=notes)
    return _shown(request, asked, size=size_of(received.package), report=received.report.as_json())


def _ask(request: PersonRequest, project: Project, package: CodePackage, **told: str) -> ScanTicket:
    mini_program: MiniProgram = builds.program_of(project)
    facts = {"mini_program": display_name(mini_program), "appid": mini_program.appid, "project": project.name, **told}
    return show_ticket(
        request,
        ScanPurpose.BUILD_UPLOAD,
        then=reverse("developers:api_uploaded"),
        facts=facts,
        payload={"project": project.pk, "package": package.sha256, **told},
        mini_program=mini_program,
        permission=Permission.BUILD_UPLOAD,
    )


@requires_person
@require_POST
def uploaded(request: PersonRequest) -> JsonResponse:
    """The scan is confirmed: the code becomes the development version."""
    with scan_confirmed(request, ScanPurpose.BUILD_UPLOAD) as scan:
        members = scan.mini_program.members.select_related("person", "mini_program") if scan.mini_program else None
        by = members.filter(person=scan.person).first() if members is not None else None
        here = queries.workplace(request.person, by.mini_program.appid) if by is not None else None
        project = queries.project_of(here, scan.payload["project"]) if here is not None else None
        if by is None or project is None:
            raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
        build = builds.upload_build(
            by.mini_program,
            package=queries.package_with(scan.payload["package"]),
            version=scan.payload["version"],
            notes=scan.payload["notes"],
            by=by,
            project=project,
        )
    return JsonResponse({"version": build.version, "build": build.pk, "size": size_of(build.package)})
