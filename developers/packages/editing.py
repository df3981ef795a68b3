"""The files of a stored program as an editor sees them: what they are, and which may be changed by hand."""

from dataclasses import dataclass

from developers.models import CodePackage
from developers.packages.look import picture_format
from developers.packages.reading import opened
from platform_site.kernel.rulebook import RULES

TEXT, PICTURE, OTHER, LARGE = "text", "picture", "other", "large"
_MODES = {
    "js": "javascript",
    "wxs": "javascript",
    "ts": "typescript",
    "json": "json",
    "wxml": "xml",
    "xml": "xml",
    "svg": "xml",
    "wxss": "css",
    "css": "css",
    "less": "less",
    "scss": "scss",
    "md": "markdown",
}


@dataclass(frozen=True)
class FileShown:
    """One file: `kind` is text, picture, other or large; `text` is its text where it is one."""

    path: str
    size: int
    kind: str
    text: str = ""

    @property
    def mode(self) -> str:
        """The editor's word for the language, by the ending ("text" for what it has no colours for)."""
        return mode_of(self.path)


def mode_of(path: str) -> str:
    return _MODES.get(path.rpartition(".")[2].lower(), "text")


def file_shown(package: CodePackage, path: str) -> FileShown | None:
    """The file of this path; None where the program has none."""
    with opened(package) as files:
        content = files.read(path)
    if content is None:
        return None
    if picture_format(content):
        return FileShown(path, len(content), PICTURE)
    if len(content) > RULES.package.edited_bytes:
        return FileShown(path, len(content), LARGE)
    text = as_text(content)
    return FileShown(path, len(content), OTHER) if text is None else FileShown(path, len(content), TEXT, text)


def as_text(content: bytes) -> str | None:
    """The text of a file, if it is one: UTF-8 without NUL."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def all_files(package: CodePackage) -> dict[str, bytes]:
    """{path: bytes} of the whole program."""
    with opened(package) as files:
        return {entry["path"]: files.read(entry["path"]) or b"" for entry in package.facts["files"]}
