"""Code comes up from the local directory."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.door import PersonRequest
from accounts.limits import spend
from developers.actions.packages import Received, receive_folder, receive_zip
from developers.actions.projects import choose_code
from developers.forms.projects import CodeForm
from developers.models import Project
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def sent(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict[str, UploadedFile] | None]:
    """What a form with files is bound to: nothing before it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def read_code(request: PersonRequest, project: Project, form: CodeForm) -> Received:
    """Read, inspect and keep what the form brought; PackageRefused carries the report."""
    spend(request, "package_upload", RULES.rates.package_upload, key=str(request.person.pk))
    appid = project.mini_program.appid
    if files := form.cleaned_data.get("files"):
        received = receive_folder(files, appid=appid)
    else:
        received = receive_zip(form.cleaned_data["archive"], appid=appid)
    choose_code(project, package=received.package, directory=form.directory, report=received.report.as_json())
    return received


def needs_code() -> Refused:
    """Preview and upload want code first."""
    return Refused(_("Choose the project's code first."), code="no_code")
