"""What the command line of the developer tools sends."""

from typing import Any

from django import forms

from developers.forms.projects import UploadForm
from developers.start_path import MOST
from platform_site.kernel.rulebook import RULES


class CodeForm(forms.Form):
    """The code as a zip; for which AppID; the name of the project and its directory."""

    appid = forms.CharField(max_length=18)
    project = forms.CharField(max_length=64)
    directory = forms.CharField(max_length=200, required=False)
    archive = forms.FileField(allow_empty_file=True)

    def clean_appid(self) -> str:
        return str(self.cleaned_data["appid"]).strip().lower()


class ApiPreviewForm(CodeForm):
    """A preview's start page with its query, and its scene: checked by the action, against the code that comes up."""

    page = forms.CharField(max_length=MOST, required=False)
    query = forms.CharField(max_length=MOST, required=False)
    scene = forms.IntegerField(required=False)

    @property
    def start_path(self) -> str:
        page, query = self.cleaned_data["page"], self.cleaned_data["query"].removeprefix("?")
        return f"{page}?{query}" if query else str(page)

    @property
    def scene_number(self) -> int:
        scene: Any = self.cleaned_data["scene"]
        return RULES.upload.default_scene if scene is None else int(scene)


class ApiUploadForm(UploadForm, CodeForm):
    """An upload's version number and notes."""
