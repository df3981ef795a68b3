"""With which page, query and scene a program opens: in a preview, as the experience version."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from developers.actions.builds import LEAST_SCENE, MOST_SCENE
from developers.models import CodePackage
from developers.start_path import MOST, checked_start_path, start_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


class StartForm(forms.Form):
    """One of the package's pages, and the query that it is opened with. `start_path` is what came of it."""

    page = forms.ChoiceField(label=_("Page path"), required=False)
    query = forms.CharField(
        label=_("Query"),
        required=False,
        max_length=MOST,
        help_text=_("What the page is opened with, for example table=four&from=poster."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    start_path = ""

    def __init__(self, data: Any = None, *, package: CodePackage, start_path: str = "") -> None:
        super().__init__(data, initial=start_of(start_path)._asdict())
        pages = package.facts["pages"]
        first = gettext("The first page (%(page)s)") % {"page": pages[0]}
        self.package = package
        self.fields["page"].choices = [("", first), *((page, page) for page in pages)]  # type: ignore[attr-defined]
        self.fields["page"].error_messages["invalid_choice"] = gettext("The package has no such page.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        query = str(data.get("query", "")).removeprefix("?")
        try:
            self.start_path = checked_start_path(self.package, f"{data.get('page', '')}?{query}")
        except Refused as refusal:
            self.add_error("page" if refusal.code == "start_path" else "query", refusal.message)
        return data


class PreviewForm(StartForm):
    """Start page, query and scene of a preview."""

    scene = forms.IntegerField(
        label=_("Scene"),
        required=False,
        min_value=LEAST_SCENE,
        max_value=MOST_SCENE,
        help_text=_("The number by which the program learns how it was opened, for example 1011: a scanned QR code."),
    )

    def __init__(self, data: Any = None, *, package: CodePackage, start_path: str = "", scene: int = 0) -> None:
        super().__init__(data, package=package, start_path=start_path)
        self.initial["scene"] = scene or RULES.upload.default_scene

    def clean_scene(self) -> int:
        return int(self.cleaned_data["scene"] or RULES.upload.default_scene)
