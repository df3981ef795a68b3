"""Scans in a form: those that were uploaded as soon as they were chosen, and those that come with the form itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.limits import spend
from accounts.models import User
from entities import queries
from entities.actions.papers import upload_paper
from entities.models import Paper
from entities.papers import too_many_bytes
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

DIGITS = 18  # more than any number of a row


def take(request: HttpRequest, file: UploadedFile) -> Paper:
    """Keep an uploaded file as a paper of the account that is logged in; counted and told by its size before read."""
    user: User = request.user  # type: ignore[assignment]
    spend(request, "paper_upload", RULES.rates.paper_upload, key=str(user.pk))
    if (file.size or 0) > RULES.entity.scan_bytes:
        raise Refused(too_many_bytes(), code="papers_too_large", field="papers")
    return upload_paper(user, data=file.read(), name=file.name or "")


class PapersInput(forms.Widget):
    """The two ways in which papers come: their numbers, and files that this very form brings."""

    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[list[str], list[UploadedFile]]:
        return _list(data, name), _list(files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name not in files


def _list(data: Any, name: str) -> list[Any]:
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    given = (data or {}).get(name, [])
    return list(given) if isinstance(given, list | tuple) else [given]


class PapersField(forms.Field):
    """Up to `most` papers of this account, as a list of `Paper`. For a `PapersForm`, which says whose they are.

    `shown` are the papers to draw under the field: include "entities/_papers_field.html" with field=form.<name>.
    """

    widget = PapersInput
    request: HttpRequest

    def __init__(self, *, most: int = 5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.shown: list[Paper] = []

    def clean(self, value: Any) -> list[Paper]:
        """The papers in the order in which they came; a new file that is good is kept whatever else is wrong."""
        numbers, files = value
        self.show(numbers)
        wrong = [] if len(self.shown) == len(_numbers(numbers)) else [_("A file is gone. Upload it again.")]
        for file in files[: max(0, self.most - len(self.shown))]:
            try:
                paper = take(self.request, file)
                self.shown += [paper] if paper not in self.shown else []
            except Refused as refusal:
                wrong.append(f"{file.name}: {refusal.message}")
        if len(_numbers(numbers)) + len(files) > self.most:
            wrong.append(_("At most %(n)d files can be handed in here.") % {"n": self.most})
        if wrong:
            raise ValidationError(wrong)
        self.validate(self.shown)
        return self.shown

    def show(self, numbers: Sequence[Any]) -> None:
        """Look up the papers with these numbers, as far as they are this account's."""
        user: User = self.request.user  # type: ignore[assignment]
        self.shown = queries.papers_with(user, _numbers(numbers)[: self.most])


def _numbers(values: Sequence[Any]) -> list[int]:
    """The numbers among what was sent, each once."""
    texts = [str(value) for value in values]
    return list(dict.fromkeys(int(t) for t in texts if t.isascii() and t.isdigit() and len(t) <= DIGITS))


def _several(given: Any) -> list[Any]:
    """Initial numbers: one, several, or none; a draft may hold anything."""
    return list(given) if isinstance(given, list | tuple) else [given]


class PapersForm(forms.Form):
    """A form with scans. `request` says whose they are and counts the uploads; initial values are their numbers."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, PapersField):
                field.request = request
                given = self[name].value()
                field.show(given[0] if self.is_bound else _several(given))
