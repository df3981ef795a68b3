"""A project in the developer tools: its code, Preview and Upload (seed.md, Preview, Upload code)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed_here
from accounts.door import MemberRequest, PersonRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers import queries
from developers.actions import builds
from developers.forms.projects import CodeForm, UploadForm
from developers.forms.starts import PreviewForm
from developers.models import Project
from developers.packages.report import PackageRefused, Report
from developers.packages.sizes_shown import sizes_of
from developers.views.code import led, needs_code, receive_code, sent, take_code
from developers.views.project_door import both_doors, place, project_or_404, shown
from entities.queries import display_name
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def _project(request: PersonRequest, project: Project) -> HttpResponse:
    """The project: AppID, directory, sizes, settings, last upload; its code can be read anew."""
    form = CodeForm(*sent(request))
    report, status = Report.from_json(project.report), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                take_code(project, receive_code(request, form, appid=project.audit_appid), form)
            except PackageRefused as refusal:
                report = refusal.report
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The code was read and inspected."))
                return led(request, place(project, "project"))
    context = {"form": form, "report": report, "sizes": sizes_of(project.package), "status": status}
    return shown(request, "project", project, **context)


project, local_project = both_doors(require_http_methods(["GET", "POST"])(_project))


@requires(Permission.CODE_PREVIEW)
@require_http_methods(["GET", "POST"])
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """Preview: start page, query and scene; pressing the button makes a QR."""
    found = project_or_404(request, pk)
    if found.package is None:
        if request.method == "POST":
            raise needs_code()
        return shown(request, "preview", found)
    form = PreviewForm(request.POST if request.method == "POST" else None, package=found.package)
    if request.method == "POST" and form.is_valid():
        return _made_preview(request, found, form)
    context = {"form": form, "rules": RULES.preview, "report": Report.from_json(found.report)}
    return shown(request, "preview", found, **context, status=422 if form.errors else 200)


def _made_preview(request: MemberRequest, project: Project, form: PreviewForm) -> HttpResponse:
    """Make the preview that the form asks for, and lead to its QR."""
    spend(request, "preview", RULES.rates.package_upload, key=str(request.person.pk))
    made = builds.make_preview(
        project,
        package=form.package,
        by=request.member,
        start_path=form.start_path,
        scene=form.cleaned_data["scene"],
    )
    return redirect(place(project, "preview_qr", number=made.pk))


@requires(Permission.CODE_PREVIEW)
@require_safe
def preview_qr(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """The QR of one preview, until it expires."""
    found = project_or_404(request, pk)
    made = queries.preview_of(found, number)
    if made is None:
        raise Http404
    context = {
        "preview": made,
        "qr_path": reverse("accounts:qr", kwargs={"code": made.link.code}),
        "is_expired": made.expires_at <= now(),
        "now": now(),
        "form": PreviewForm(package=made.package, start_path=made.start_path, scene=made.scene),
        "rules": RULES.preview,
        "report": Report.from_json(found.report),
    }
    return shown(request, "preview", found, **context)


@requires(Permission.PROJECT_OPEN)
@require_http_methods(["GET", "POST"])
def upload(request: MemberRequest, pk: int) -> HttpResponse:
    """Upload: version number and notes, then the administrator's scan. Developers are told that they may not."""
    found = project_or_404(request, pk)
    form = UploadForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        builds.check_may_upload(request.member, request.member.mini_program)
        if form.is_valid():
            try:
                return _ask_for_upload(request, found, form)
            except Refused as refusal:
                add_refusal(form, refusal)
    earlier = queries.build_of(request.member)
    return shown(request, "upload", found, form=form, earlier=earlier)


def _ask_for_upload(request: MemberRequest, project: Project, form: UploadForm) -> HttpResponse:
    """Ask the administrator to confirm exactly this package, number and text."""
    if project.package is None:
        raise needs_code()
    version, notes = form.cleaned_data["version"], form.cleaned_data["notes"]
    builds.check_version(version)
    builds.check_notes(notes)
    mini_program = request.member.mini_program
    return ask_for_scan(
        request,
        ScanPurpose.BUILD_UPLOAD,
        then=reverse("developers:upload_confirmed", kwargs={"appid": mini_program.appid}),
        back=reverse("developers:upload", kwargs={"appid": mini_program.appid, "pk": project.pk}),
        facts={
            "mini_program": display_name(mini_program),
            "appid": mini_program.appid,
            "project": project.name,
            "version": version,
            "notes": notes,
        },
        payload={"project": project.pk, "package": project.package.sha256, "version": version, "notes": notes},
        mini_program=mini_program,
        permission=Permission.BUILD_UPLOAD,
    )


@requires(Permission.BUILD_UPLOAD)
@require_POST
def upload_confirmed(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the code becomes the development version."""
    mini_program = request.member.mini_program
    try:
        with confirmed_here(request, ScanPurpose.BUILD_UPLOAD) as scan:
            found = project_or_404(request, scan.payload["project"])
            build = builds.upload_build(
                mini_program,
                package=queries.package_with(scan.payload["package"]),
                version=scan.payload["version"],
                notes=scan.payload["notes"],
                by=scan.member,
                project=found,
            )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("developers:devtools")
    messages.success(
        request,
        _("Uploaded. Version %(version)s is in Development Management now.") % {"version": build.version},
    )
    return redirect(place(found, "project"))
