"""Code packages come in: read safely, inspected, stored once (console.md §8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from developers.models import CodePackage
from developers.packages import tree as trees
from developers.packages.inspection import inspect
from developers.packages.report import PackageRefused, Report, Unreadable
from developers.packages.storage import keep
from developers.packages.tree import Readable, SourceTree


@dataclass(frozen=True)
class Received:
    """What has come in: the stored package and what the inspector said."""

    package: CodePackage
    report: Report


def receive_package(archive: bytes | Readable, *, appid: str = "") -> CodePackage:
    """Read, inspect and store a zip. PackageRefused (with `.report`) where it has errors; then nothing is stored."""
    return receive_zip(archive, appid=appid).package


def receive_zip(archive: bytes | Readable, *, appid: str = "") -> Received:
    """The same, with the report of what is accepted too. `appid` is the AppID it is meant for."""
    return _receive(lambda report: trees.from_zip(_bytes_of(archive), report), appid=appid)


def receive_folder(files: Iterable[tuple[str, Readable]], *, appid: str = "") -> Received:
    """Read, inspect and store a folder, as (relative path, file) pairs."""
    return _receive(lambda report: trees.from_files(files, report), appid=appid)


def _bytes_of(archive: bytes | Readable) -> bytes:
    if isinstance(archive, bytes):
        return archive
    if archive.size > trees.RULES.package.upload_bytes:
        raise trees.too_big(archive.size)
    return archive.read()


def _receive(read: Callable[[Report], SourceTree], *, appid: str) -> Received:
    report = Report()
    try:
        inspection = inspect(read(report), report)
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
        return Received(keep(inspection), report)
