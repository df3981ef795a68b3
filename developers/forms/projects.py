"""Projects and their code, as the browser sends them."""

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.rulebook import RULES


class FolderInput(forms.ClearableFileInput):
    """Choose a folder: the browser sends all its files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name))


class FolderField(forms.FileField):
    """The files of a folder, as a list; their paths come in a field of their own, since browsers strip them."""

    widget = FolderInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in data or [] if file.name]


class CodeForm(forms.Form):
    """The local directory's code: a folder or a zip of it."""

    folder = FolderField(
        label=_("Local directory"),
        required=False,
        widget=FolderInput(attrs={"webkitdirectory": True, "data-folder": "paths"}),
        help_text=_("The folder that holds app.json or project.config.json."),
    )
    archive = forms.FileField(
        label=_("Or a zip of it"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    paths = forms.CharField(required=False, widget=forms.HiddenInput)
    needs_code = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        folder, archive = data.get("folder"), data.get("archive")
        if folder and archive:
            self.add_error("archive", gettext("Choose a folder or a zip, not both."))
        elif folder:
            data["files"] = self._with_paths(folder, data.get("paths", ""))
        elif self.needs_code and archive is None and "archive" not in self.errors:
            self.add_error("folder", gettext("Choose the program's folder, or a zip of it."))
        return data

    def _with_paths(self, folder: list[UploadedFile], text: str) -> list[tuple[str, UploadedFile]]:
        """Each file with its path in the folder."""
        try:
            paths = json.loads(text)
        except (ValueError, RecursionError):
            paths = None
        if not isinstance(paths, list) or len(paths) != len(folder) or not all(isinstance(p, str) for p in paths):
            self.add_error("folder", gettext("The browser did not send the names of the files. Choose a zip instead."))
            return []
        return list(zip(paths, folder, strict=True))

    @property
    def directory(self) -> str:
        """What to remember as the local directory: the folder's or the zip's name."""
        if files := self.cleaned_data.get("files"):
            return str(files[0][0]).partition("/")[0][:200]
        archive = self.cleaned_data.get("archive")
        return str(archive.name)[:200] if archive is not None else ""


class ProjectForm(CodeForm):
    """A new project: AppID or none, name, local directory or the quick-start program."""

    appid = forms.CharField(
        label=_("AppID"),
        max_length=18,
        required=False,
        widget=forms.TextInput(attrs={"list": "appids", "autocomplete": "off", "spellcheck": "false"}),
    )
    no_appid = forms.BooleanField(
        label=_("No AppID"), required=False, help_text=_("Write and debug here. Preview and upload need an AppID.")
    )
    name = forms.CharField(label=_("Project name"), max_length=64, help_text=_("Only you see it."))
    quick_start = forms.BooleanField(
        label=_("Create a quick-start project here"),
        required=False,
        help_text=_("Where you choose no code: the sample program, to begin with."),
    )
    field_order = ["appid", "no_appid", "name", "folder", "archive", "quick_start"]
    needs_code = False

    def clean_appid(self) -> str:
        return str(self.cleaned_data["appid"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        appid, without = data.get("appid"), data.get("no_appid")
        if appid and without:
            self.add_error("no_appid", gettext("Give an AppID or choose “No AppID”, not both."))
        elif not appid and not without and "appid" not in self.errors:
            self.add_error("appid", gettext("Enter the AppID, or choose “No AppID”."))
        if data.get("quick_start") and (data.get("folder") or data.get("archive")):
            self.add_error("quick_start", gettext("Choose your own code or the quick-start program, not both."))
        return data


class UploadForm(forms.Form):
    """The version number and what is new."""

    version = forms.CharField(
        label=_("Version number"),
        max_length=RULES.version.number_characters,
        help_text=_("Letters, digits and dots, for example 1.0.0."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    notes = forms.CharField(
        label=_("Project notes"),
        required=False,
        max_length=RULES.version.notes_characters,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_notes(self) -> str:
        return str(self.cleaned_data["notes"]).replace("\r\n", "\n")
