"""The files of a stored program as folders in folders."""

from dataclasses import dataclass, field

from developers.models import CodePackage

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})
ICONS = {"json": "braces", "wxml": "code", "wxss": "palette", "js": "file-code", "wxs": "file-code"}


@dataclass(frozen=True)
class Leaf:
    """A file: its name, path and bytes."""

    name: str
    path: str
    size: int

    @property
    def type(self) -> str:
        """The ending, in lower case."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""

    @property
    def icon(self) -> str:
        return "image" if self.type in PICTURES else ICONS.get(self.type, "file-text")


@dataclass
class Folder:
    """A folder: its folders and files by name. `is_open`: the file that is looked at lies in it."""

    name: str = ""
    folders: dict[str, "Folder"] = field(default_factory=dict)
    files: list[Leaf] = field(default_factory=list)
    size: int = 0
    is_open: bool = False


def tree_of(package: CodePackage, *, opened: str = "") -> Folder:
    """The whole program as one folder; those around the file `opened` are open."""
    root = Folder(is_open=True)
    for entry in sorted(package.facts["files"], key=lambda entry: str(entry["path"])):
        path, size = str(entry["path"]), int(entry["bytes"])
        *folders, name = path.split("/")
        here, so_far = root, ""
        here.size += size
        for part in folders:
            so_far = f"{so_far}{part}/"
            here = here.folders.setdefault(part, Folder(part, is_open=opened.startswith(so_far)))
            here.size += size
        here.files.append(Leaf(name, path, size))
    return root
