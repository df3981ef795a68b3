"""Which paths a package may hold: relative, plain, short, and the same on every kind of machine."""

import re
import unicodedata

from django.utils.translation import gettext as _

from developers.packages.report import Unreadable
from platform_site.kernel.rulebook import RULES

_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_PLAIN = re.compile(r"[A-Za-z0-9_@/-][A-Za-z0-9_@./-]*")  # most paths; "//", "..", "/." are looked for besides
_LEFT_OUT_NAMES = frozenset({"__MACOSX", "node_modules", "Thumbs.db", "desktop.ini"})


def check_path(path: str) -> None:
    """Unreadable, with the reason, for a path that could mean different things to different programs."""
    if _is_plain(path):
        return
    shown = printable(path)
    if not path or not path.strip("/"):
        raise Unreadable("path_empty", _("A file has no name."))
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in path):
        raise Unreadable("path_control", _("The name contains a character that can't be seen."), file=shown)
    if "\\" in path:
        raise Unreadable("path_backslash", _("The name contains a backslash."), file=shown)
    if path.startswith("/") or _DRIVE.match(path):
        raise Unreadable("path_absolute", _("The path must be relative, without a leading slash or drive."), file=shown)
    if len(path) > RULES.package.path_characters or len(path.encode()) > 4 * RULES.package.path_characters:
        raise Unreadable(
            "path_long",
            _("The path has %(n)d characters; %(limit)d are allowed.")
            % {"n": len(path), "limit": RULES.package.path_characters},
            file=shown,
        )
    _check_segments(path.removesuffix("/").split("/"), shown)


def _is_plain(path: str) -> bool:
    """Whether nothing about the path needs a closer look. (A dot that ends a part is one; reserved names are short.)"""
    if not _PLAIN.fullmatch(path) or len(path) > RULES.package.path_characters:
        return False
    if path[0] == "/" or "//" in path or "./" in path or path[-1] == "." or "/." in path:
        return False
    parts = path.split("/")
    return len(parts) <= RULES.package.path_levels and not any(_RESERVED.fullmatch(part) for part in parts)


def _check_segments(segments: list[str], shown: str) -> None:
    if len(segments) > RULES.package.path_levels:
        raise Unreadable(
            "path_deep",
            _("The path has %(n)d levels; %(limit)d are allowed.")
            % {"n": len(segments), "limit": RULES.package.path_levels},
            file=shown,
        )
    for segment in segments:
        if segment in ("", ".", ".."):
            raise Unreadable("path_outside", _("The path contains “//”, “.” or “..”."), file=shown)
        if segment != segment.rstrip(" .") or segment != segment.lstrip(" ") or _RESERVED.fullmatch(segment):
            raise Unreadable("path_reserved", _("A file of this name can't exist on every system."), file=shown)
        if any(c in '<>:"|?*' for c in segment):
            raise Unreadable("path_reserved", _("A file of this name can't exist on every system."), file=shown)


def twin_key(path: str) -> str:
    """Two paths with one key are one file on some machine (case, Unicode form)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def is_left_out(path: str) -> bool:
    """Whether a file is the machine's or the tools' own: hidden files, node_modules, what macOS and Windows leave."""
    if not path.startswith(".") and "/." not in path and not any(name in path for name in _LEFT_OUT_NAMES):
        return False
    return any(part in _LEFT_OUT_NAMES or part.startswith(".") for part in path.split("/"))


def printable(path: str) -> str:
    """The path as it may be shown: what can't be printed is escaped."""
    if path.isprintable():
        return path[:200]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path[:200])


def joined(folder: str, relative: str) -> str | None:
    """`relative` as seen from `folder` ("/x" is from the root); None when it leads outside."""
    parts = [] if relative.startswith("/") else [part for part in folder.split("/") if part]
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def folder_of(path: str) -> str:
    """The folder of a file; "" at the root."""
    return path.rpartition("/")[0]
