"""Reading a stored package: one file of it, or many."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from developers.models import CodePackage


class PackageFiles:
    """The files of one package while it is open; the store's archive is ours, so Python's own reader will do."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def __contains__(self, path: object) -> bool:
        return path in self._archive.NameToInfo

    def read(self, path: str) -> bytes | None:
        """The bytes; None where there is no such file."""
        return self._archive.read(path) if path in self else None

    def text(self, path: str, *, most: int) -> str:
        """The file as text; "" where it is missing or bigger than `most` bytes."""
        if path not in self or self._archive.getinfo(path).file_size > most:
            return ""
        return self._archive.read(path).decode("utf-8", "replace")


@contextmanager
def opened(package: CodePackage) -> Iterator[PackageFiles]:
    """The package, open for reading."""
    with package.file.storage.open(str(package.file.name)) as file, zipfile.ZipFile(file) as archive:
        yield PackageFiles(archive)


def read_file(package: CodePackage, path: str) -> bytes | None:
    """One file's bytes; None where the package has none of this path."""
    with opened(package) as files:
        return files.read(path)
