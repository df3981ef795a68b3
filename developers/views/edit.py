"""Edit: the files of a project's program as a tree, and an editor for small changes (console.md §7.4)."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.door import PersonRequest
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from developers.actions import files
from developers.forms.files import ADD, FileForm
from developers.models import CodePackage, Project
from developers.packages.editing import file_shown
from developers.packages.file_tree import tree_of
from developers.packages.report import PackageRefused, Report
from developers.views.code import led
from developers.views.project_door import both_doors, place, shown
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def _edit(request: PersonRequest, project: Project) -> HttpResponse:
    """The tree and one file; POST changes, adds, renames or deletes one."""
    if project.package is None:
        return shown(request, "edit", project)
    if request.method == "POST":
        return _posted(request, project, FileForm(request.POST))
    path = request.GET.get("file", "")
    form = FileForm(initial={"base": project.package.sha256, "path": path})
    return _page(request, project, project.package, form, path=path, report=Report.from_json(project.report))


edit, local_edit = both_doors(require_http_methods(["GET", "POST"])(_edit))


def _posted(request: PersonRequest, project: Project, form: FileForm) -> HttpResponse:
    """Do it and look at the file; a refusal leaves what was typed in the page."""
    report = Report()
    stale = False
    if form.is_valid():
        try:
            spend(request, "file_change", RULES.rates.file_change, key=str(request.person.pk))
            return _changed(request, project, **form.cleaned_data)
        except PackageRefused as refusal:
            report = refusal.report
        except Refused as refusal:
            stale = refusal.code == files.STALE
            add_refusal(form, refusal)
    project.refresh_from_db()
    path = str(form.cleaned_data.get("path") or request.POST.get("path", ""))
    package = project.package
    if package is None:
        return led(request, place(project, "edit"))
    draft = {"draft": form.data.get("text", ""), "is_stale": stale, "was_refused": True, "done": form.data.get("do")}
    return _page(request, project, package, form, path=path, report=report, status=422, **draft)


def _changed(request: PersonRequest, project: Project, **asked: str) -> HttpResponse:
    """One change, and where to go after it."""
    seen: dict[str, Any] = {"base_sha256": asked["base"], "by": request.person}
    path = asked["path"]
    match asked["do"]:
        case "add":
            files.add_file(project, path=path, text=asked["text"], **seen)
            said = _("%(file)s is added.") % {"file": path}
        case "rename":
            files.rename_file(project, path=path, new_path=asked["new_path"], **seen)
            said, path = _("%(file)s is %(new)s now.") % {"file": path, "new": asked["new_path"]}, asked["new_path"]
        case "delete":
            files.delete_file(project, path=path, **seen)
            said, path = _("%(file)s is deleted.") % {"file": path}, ""
        case _save:
            files.change_file(project, path=path, text=asked["text"], **seen)
            said = _("%(file)s is saved and inspected.") % {"file": path}
    messages.success(request, said)
    return led(request, place(project, "edit") + (f"?{urlencode({'file': path})}" if path else ""))


def _page(
    request: PersonRequest,
    project: Project,
    package: CodePackage,
    form: FileForm,
    *,
    path: str,
    report: Report,
    **more: Any,
) -> HttpResponse:
    file = file_shown(package, path) if path else None
    here = [item for item in report if item.file == path and path]
    context = {
        "form": form,
        "file": file,
        "path": path,
        "missing": bool(path) and file is None and more.get("done") != ADD,
        "tree": tree_of(package, opened=path),
        "report": report,
        "here": here,
        "elsewhere": [item for item in report if item.file != path and (item.file or more.get("was_refused"))],
        "marks": _marks(here),
        "picture": place(project, "debug_asset", page=path) if file and file.kind == "picture" else "",
        "package": package,
        "rules": RULES.package,
    }
    return shown(request, "edit", project, **context, **more)


def _marks(items: list[Any]) -> str:
    """What the editor shows beside lines, as JSON."""
    kinds = {"error": "error", "warning": "warning"}
    return json.dumps(
        [
            {"row": item.line - 1, "type": kinds.get(item.severity, "info"), "text": item.message}
            for item in items
            if item.line
        ]
    )
