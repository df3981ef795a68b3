"""The developer tools: log in by QR, the list of projects, a new project (console.md §7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.door import PersonRequest, person_of, requires_person
from accounts.forms.refusals import add_refusal
from accounts.models import MiniProgram
from accounts.purposes import ScanPurpose
from accounts.scanning import scan_confirmed, show_ticket
from developers import queries
from developers.actions.packages import Received
from developers.actions.projects import create_project, not_a_developer
from developers.forms.projects import ProjectForm
from developers.packages.report import PackageRefused
from developers.tools_session import check_may_enter, enter
from developers.views.code import led, receive_code, sent, take_code
from developers.views.project_door import place
from entities.queries import names_of
from platform_site.kernel.lifecycle import Refused


@never_cache
@require_safe
def devtools_login(request: HttpRequest) -> HttpResponse:
    """The QR by which an administrator or a bound developer logs in."""
    person = person_of(request)
    if person is not None and queries.workplaces(person).exists():
        return redirect("developers:devtools")
    ticket = show_ticket(
        request,
        ScanPurpose.DEVTOOLS_LOGIN,
        then=reverse("developers:devtools_enter"),
        back=reverse("developers:devtools_login"),
        facts={"consequence": _("The developer tools in that browser act with your WeChat ID.")},
    )
    return render(request, "developers/devtools_login.html", {"ticket": ticket})


@require_POST
def devtools_enter(request: HttpRequest) -> HttpResponse:
    """The scan is confirmed: administrators and bound developers get in, others are told why not."""
    try:
        with scan_confirmed(request, ScanPurpose.DEVTOOLS_LOGIN) as scan:
            person = scan.person
        check_may_enter(person)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("developers:devtools_login")
    enter(request, person)
    return redirect("developers:devtools")


@require_POST
def devtools_logout(request: HttpRequest) -> HttpResponse:
    """Log out of the developer tools."""
    request.session.flush()
    return redirect("developers:devtools_login")


@requires_person
@require_safe
def devtools(request: PersonRequest) -> HttpResponse:
    """The projects of the person who is logged in."""
    try:
        check_may_enter(request.person)
    except Refused as refusal:
        request.session.flush()
        messages.error(request, refusal.message)
        return redirect("developers:devtools_login")
    page = queries.page_of_projects(request.person, request.GET.get("page"))
    names = names_of([project.mini_program for project in page if project.mini_program])
    context = {"page": page, "names": names, "places": {project.pk: place(project, "project") for project in page}}
    return render(request, "developers/devtools.html", context)


@requires_person
@require_http_methods(["GET", "POST"])
def project_create(request: PersonRequest) -> HttpResponse:
    """A new project: AppID or none, project name, local directory."""
    form = ProjectForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _created(request, form)
        except Refused as refusal:
            add_refusal(form, refusal)
    workplaces = list(queries.workplaces(request.person))
    names = names_of([member.mini_program for member in workplaces])
    context = {"form": form, "workplaces": workplaces, "names": names}
    return render(request, "developers/project_create.html", context, status=422 if form.errors else 200)


def _created(request: PersonRequest, form: ProjectForm) -> HttpResponse:
    """Create the project; code that can't be used does not keep it from being created, Cancel does."""
    check_may_enter(request.person)
    mini_program = None if form.cleaned_data["no_appid"] else _program(request, form.cleaned_data["appid"])
    received = _received(request, form, appid=mini_program.appid if mini_program else "")
    project = create_project(
        request.person, mini_program=mini_program, name=form.cleaned_data["name"], directory=form.directory
    )
    if received is not None:
        take_code(project, received, form)
    return led(request, place(project, "project"))


def _program(request: PersonRequest, appid: str) -> MiniProgram:
    member = queries.workplace(request.person, appid)
    if member is None:
        raise not_a_developer()
    return member.mini_program


def _received(request: PersonRequest, form: ProjectForm, *, appid: str) -> Received | None:
    """The code that the form brought or asked for; None for none, and where it can't be used."""
    if not any(form.cleaned_data.get(name) for name in ("files", "archive", "quick_start")):
        return None
    try:
        return receive_code(request, form, appid=appid)
    except PackageRefused as refusal:
        messages.error(request, _("The code was not taken: %(reason)s") % {"reason": refusal.message})
        return None
