"""Code packages come in: read safely, inspected, stored once (console.md §8)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from developers.models import CodePackage
from developers.packages import tree as trees
from developers.packages import upload as uploads
from developers.packages.inspection import inspect
from developers.packages.report import PackageRefused, Report, Unreadable
from developers.packages.settings_shown import settings_of
from developers.packages.storage import keep
from developers.packages.tree import Readable, Source, SourceTree
from developers.packages.upload import Upload


@dataclass(frozen=True)
class Received:
    """What has come in: the stored package and what the inspector said; of an upload by key also what lay beside."""

    package: CodePackage
    report: Report
    signature: str = ""
    client_version: str = ""
    source_maps: dict[str, bytes] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)  # of project.config.json


def receive_package(archive: bytes | Readable, *, appid: str = "") -> CodePackage:
    """Read, inspect and store a zip. PackageRefused (with `.report`) where it has errors; then nothing is stored."""
    return receive_zip(archive, appid=appid).package


def receive_zip(archive: bytes | Readable, *, appid: str = "") -> Received:
    """The same, with the report of what is accepted too. `appid` is the AppID it is meant for."""
    return _receive(lambda report: trees.from_zip(_bytes_of(archive), report), appid=appid)


def receive_folder(files: Iterable[tuple[str, Readable]], *, appid: str = "") -> Received:
    """Read, inspect and store a folder, as (relative path, file) pairs."""
    return _receive(lambda report: trees.from_files(files, report), appid=appid)


def receive_tree(files: Mapping[str, bytes], *, appid: str = "") -> Received:
    """Read, inspect and store a program given as {path: bytes}, its root as it is."""
    sources = [Source(path, len(content), lambda content=content: content) for path, content in files.items()]  # type: ignore[misc]
    return _receive(lambda report: trees.collect(sources, report, wrapped=False), appid=appid)


def open_upload(body: bytes) -> Upload:
    """Read the uploader's container, nothing more: its signature can be checked before the costly inspection.

    PackageRefused where it is none or a dangerous one.
    """
    report = Report()
    try:
        return uploads.opened(body)
    except Unreadable as problem:
        report.error(problem.rule, problem.message, file=problem.file)
        raise PackageRefused(report) from None


def receive_opened(upload: Upload, *, appid: str) -> Received:
    """Inspect and store the code of an upload. PackageRefused (with `.report`) where it has errors."""
    report = Report(list(upload.report.items))
    received = _receive(lambda _report: upload.tree, appid=appid, report=report)
    return Received(
        received.package,
        received.report,
        signature=upload.signature,
        client_version=upload.client_version,
        source_maps=upload.source_maps,
    )


def receive_upload(body: bytes, *, appid: str = "") -> Received:
    """Read, inspect and store what the uploader sends: gzip( package )."""
    return receive_opened(open_upload(body), appid=appid)


def _bytes_of(archive: bytes | Readable) -> bytes:
    if isinstance(archive, bytes):
        return archive
    if archive.size > trees.RULES.package.upload_bytes:
        raise trees.too_big(archive.size)
    return archive.read()


def _receive(read: Callable[[Report], SourceTree], *, appid: str, report: Report | None = None) -> Received:
    report = report or Report()
    try:
        tree = read(report)
        inspection = inspect(tree, report)
    except Unreadable as problem:
        report.error(problem.rule, problem.message, file=problem.file)
        raise PackageRefused(report) from None
    if appid and inspection.appid and inspection.appid not in (appid, "touristappid"):
        report.warning(
            "other_appid",
            _("It names the AppID %(other)s; the project is of %(appid)s.")
            % {"other": inspection.appid[:32], "appid": appid},
            file="project.config.json",
            place="appid",
        )
    if not report.is_clean:
        raise PackageRefused(report)
    with transaction.atomic():
        return Received(keep(inspection), report, settings=settings_of(tree))
