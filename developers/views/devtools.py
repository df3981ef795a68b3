"""The developer tools: log in by QR, the list of projects, a new project (console.md §7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.door import PERSON_KEY, PersonRequest, person_of, requires_person
from accounts.forms.refusals import add_refusal
from accounts.models import WeChatPerson
from accounts.purposes import ScanPurpose
from accounts.scanning import scan_confirmed, show_ticket
from developers import queries
from developers.actions.projects import create_project, not_a_developer
from developers.forms.projects import ProjectForm
from developers.models import Project
from developers.packages.report import PackageRefused
from developers.views.code import read_code, sent
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
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("developers:devtools_login")
    if not queries.workplaces(person).exists():
        messages.error(request, _why_not(person))
        return redirect("developers:devtools_login")
    request.session.cycle_key()
    request.session[PERSON_KEY] = person.pk
    rotate_token(request)
    return redirect("developers:devtools")


def _why_not(person: WeChatPerson) -> str:
    return _(
        "%(person)s is neither the administrator nor a bound developer of any Mini Program. "
        "Ask an administrator to bind this WeChat ID under User Identity."
    ) % {"person": person.actor_name}


@require_POST
def devtools_logout(request: HttpRequest) -> HttpResponse:
    """Log out of the developer tools."""
    request.session.flush()
    return redirect("developers:devtools_login")


@requires_person
@require_safe
def devtools(request: PersonRequest) -> HttpResponse:
    """The projects of the person who is logged in."""
    if not queries.workplaces(request.person).exists():
        reason = _why_not(request.person)
        request.session.flush()
        messages.error(request, reason)
        return redirect("developers:devtools_login")
    page = queries.page_of_projects(request.person, request.GET.get("page"))
    names = names_of([project.mini_program for project in page])
    return render(request, "developers/devtools.html", {"page": page, "names": names})


@requires_person
@require_http_methods(["GET", "POST"])
def project_create(request: PersonRequest) -> HttpResponse:
    """A new project: AppID, project name, local directory."""
    form = ProjectForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _created(request, form)
        except Refused as refusal:
            add_refusal(form, refusal)
    workplaces = list(queries.workplaces(request.person))
    names = names_of([member.mini_program for member in workplaces])
    context = {"form": form, "workplaces": workplaces, "names": names}
    return render(request, "developers/project_create.html", context)


def _created(request: PersonRequest, form: ProjectForm) -> HttpResponse:
    """Create the project; code that can't be used does not keep it from being created."""
    member = queries.workplace(request.person, form.cleaned_data["appid"])
    if member is None:
        raise not_a_developer()
    project: Project = create_project(
        request.person, mini_program=member.mini_program, name=form.cleaned_data["name"], directory=form.directory
    )
    here = redirect("developers:project", appid=member.mini_program.appid, pk=project.pk)
    if form.cleaned_data.get("files") or form.cleaned_data.get("archive"):
        try:
            read_code(request, project, form)
        except PackageRefused as refusal:
            messages.error(request, _("The code was not taken: %(reason)s") % {"reason": refusal.message})
    return here
