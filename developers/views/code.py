"""Code comes up from the local directory: read, inspected, and taken unless Cancel was pressed meanwhile."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.door import PersonRequest, requires_person
from accounts.limits import spend
from developers.actions.packages import Received, receive_folder, receive_tree, receive_zip
from developers.actions.projects import choose_code
from developers.forms.projects import CodeForm
from developers.models import Project
from developers.packages.quick_start import DIRECTORY, quick_start_files
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

_KEPT_SECONDS = 600  # how long a pressed Cancel is remembered: longer than any request lasts


def sent(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict[str, UploadedFile] | None]:
    """What a form with files is bound to: nothing before it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def receive_code(request: PersonRequest, form: CodeForm, *, appid: str) -> Received:
    """Read and inspect what the form brought; PackageRefused carries the report."""
    spend(request, "package_upload", RULES.rates.package_upload, key=str(request.person.pk))
    if files := form.cleaned_data.get("files"):
        received = receive_folder(files, appid=appid)
    elif archive := form.cleaned_data.get("archive"):
        received = receive_zip(archive, appid=appid)
    else:
        received = receive_tree(quick_start_files(), appid=appid)
    check_not_cancelled(request)
    return received


def take_code(project: Project, received: Received, form: CodeForm) -> None:
    """The project works on this code from now on."""
    choose_code(
        project,
        package=received.package,
        directory=form.directory or DIRECTORY,
        report=received.report.as_json(),
        settings=received.settings,
    )


def needs_code() -> Refused:
    """Preview and upload want code first."""
    return Refused(_("Choose the project's code first."), code="no_code")


def _cancel_key(request: PersonRequest, form: Mapping[str, Any]) -> str | None:
    """Where a pressed Cancel is kept: of this person, for this piece of work."""
    job = str(form.get("job", ""))
    return f"devtools-cancel:{request.person.pk}:{job}" if re.fullmatch(r"[0-9a-f]{32}", job) else None


def check_not_cancelled(request: PersonRequest) -> None:
    """Refused where Cancel was pressed while the code was read: nothing is taken then."""
    key = _cancel_key(request, request.POST)
    if key is not None and cache.get(key):
        raise Refused(_("Cancelled. Nothing was changed."), code="cancelled")


@requires_person
@require_POST
def work_cancel(request: PersonRequest) -> HttpResponse:
    """Cancel was pressed: the work of this name takes nothing when it gets to its end."""
    key = _cancel_key(request, request.POST)
    if key is not None:
        cache.set(key, 1, _KEPT_SECONDS)
    return HttpResponse(status=204)


def led(request: HttpRequest, url: str) -> HttpResponse:
    """On to the next page, whether the browser or htmx has sent the form."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
