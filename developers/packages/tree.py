"""A source tree in memory: bounded in number and size before anything is read, its paths plain and unique."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from developers.packages import container
from developers.packages.paths import check_path, is_left_out, printable, twin_key
from developers.packages.report import Report, Unreadable
from platform_site.kernel.rulebook import RULES


class Readable(Protocol):
    """What comes up from a browser: Django's UploadedFile, or any open file."""

    size: int

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class Source:
    """A file that could be read: its path, how big it says it is, and how to read it."""

    path: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class SourceTree:
    """{path: bytes} of a program, paths relative to its root."""

    files: dict[str, bytes] = field(default_factory=dict)

    def __contains__(self, path: object) -> bool:
        return path in self.files

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.files))

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def size(self, folder: str = "") -> int:
        """Bytes of all files below a folder ("" is everything)."""
        return sum(len(content) for path, content in self.files.items() if path.startswith(folder))

    def has_folder(self, folder: str) -> bool:
        return any(path.startswith(f"{folder}/") for path in self.files)

    def below(self, folder: str) -> "SourceTree":
        """The tree of one folder."""
        prefix = f"{folder}/"
        return SourceTree({p.removeprefix(prefix): c for p, c in self.files.items() if p.startswith(prefix)})


def from_zip(data: bytes, report: Report) -> SourceTree:
    """The tree of a zip archive; Unreadable where it is not one or a dangerous one."""
    if len(data) > RULES.package.upload_bytes:
        raise too_big(len(data))
    entries = container.read_directory(data)
    for entry in entries:
        if entry.is_folder:
            check_path(entry.path)
    sources = [Source(e.path, e.size, lambda e=e: container.unpack(data, e)) for e in entries if not e.is_folder]  # type: ignore[misc]
    return collect(sources, report)


def from_files(files: Iterable[tuple[str, Readable]], report: Report) -> SourceTree:
    """The tree of a folder as a browser sends it: (relative path, file) pairs."""
    return collect([Source(path, file.size, file.read) for path, file in files], report)


def too_big(size: int) -> Unreadable:
    """The container itself exceeds what may be sent."""
    return Unreadable(
        "upload_bytes",
        _("The package has %(kb)s KB; at most %(limit)s KB can be sent.")
        % {"kb": -(-size // 1024), "limit": RULES.package.upload_bytes // 1024},
    )


def collect(sources: list[Source], report: Report, *, wrapped: bool = True) -> SourceTree:
    """Check all paths, counts and declared sizes, then read; what tools leave behind is left out with a note.

    `wrapped`: everything may lie in one top folder, which is then the root.
    """
    _check_unique([source.path for source in sources])
    kept = [source for source in sources if not is_left_out(source.path)]
    if left_out := len(sources) - len(kept):
        report.info(
            "left_out",
            ngettext(
                "%(n)d hidden file, system file or file of node_modules was left out.",
                "%(n)d hidden files, system files or files of node_modules were left out.",
                left_out,
            )
            % {"n": left_out},
        )
    _check_amount(kept)
    files = {source.path: _read(source) for source in kept}
    return _without_top_folder(SourceTree(files)) if wrapped else SourceTree(files)


def _check_unique(paths: list[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        check_path(path)
        key = twin_key(path)
        if key in seen:
            raise Unreadable(
                "path_twice",
                _("The name is there twice (upper and lower case count as one): “%(other)s”.")
                % {"other": printable(seen[key])},
                file=printable(path),
            )
        seen[key] = path
    folders: set[str] = set()
    for key, path in seen.items():
        folder = key.rpartition("/")[0]
        while folder and folder not in folders:
            if folder in seen:
                raise Unreadable("path_conflict", _("A folder in this path is a file elsewhere."), file=printable(path))
            folders.add(folder)
            folder = folder.rpartition("/")[0]


def _check_amount(sources: list[Source]) -> None:
    if not sources:
        raise Unreadable("no_files", _("There is no file in it."))
    if len(sources) > RULES.package.files:
        raise Unreadable(
            "files",
            _("There are %(n)d files; %(limit)d are allowed.") % {"n": len(sources), "limit": RULES.package.files},
        )
    total = sum(source.size for source in sources)
    if total > RULES.package.unpacked_bytes:
        raise Unreadable(
            "unpacked_bytes",
            _("The files have %(kb)s KB together; at most %(limit)s KB are read.")
            % {"kb": -(-total // 1024), "limit": RULES.package.unpacked_bytes // 1024},
        )


def _read(source: Source) -> bytes:
    content = source.read()
    if len(content) != source.size:
        raise Unreadable("zip_size", _("The file's real size is not the one it declares."), file=printable(source.path))
    return content


def _without_top_folder(tree: SourceTree) -> SourceTree:
    """Where everything lies in one folder, that folder is the root: zips and browsers both wrap what was chosen."""
    if "app.json" in tree or "project.config.json" in tree:
        return tree
    tops = {path.partition("/")[0] for path in tree.files}
    if len(tops) == 1 and all("/" in path for path in tree.files):
        return tree.below(tops.pop())
    return tree
