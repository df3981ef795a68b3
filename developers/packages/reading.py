"""Reading a stored package: one file of it, or all."""

import zipfile

from developers.models import CodePackage
from developers.packages.tree import SourceTree


def read_file(package: CodePackage, path: str) -> bytes | None:
    """One file's bytes; None where the package has none of this path."""
    with package.file.storage.open(str(package.file.name)) as file, zipfile.ZipFile(file) as archive:
        return archive.read(path) if path in archive.NameToInfo else None


def read_tree(package: CodePackage) -> SourceTree:
    """The whole program."""
    with package.file.storage.open(str(package.file.name)) as file, zipfile.ZipFile(file) as archive:
        return SourceTree({name: archive.read(name) for name in archive.namelist()})
