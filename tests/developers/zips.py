"""Programs and archives for the tests of code packages: a good one, and tools to break it."""

import io
import json
import struct
import zipfile
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", side: int = 24) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#07c160").save(out, kind)
    return out.getvalue()


ICON = picture(side=81)
APP: dict[str, Any] = {
    "pages": ["pages/home/home", "pages/list/list"],
    "window": {"navigationBarTitleText": "Tea", "navigationBarBackgroundColor": "#12805c"},
    "tabBar": {
        "color": "#666666",
        "selectedColor": "#12805c",
        "backgroundColor": "#ffffff",
        "list": [
            {
                "pagePath": "pages/home/home",
                "text": "Home",
                "iconPath": "images/a.png",
                "selectedIconPath": "images/b.png",
            },
            {"pagePath": "pages/list/list", "text": "List"},
        ],
    },
    "subPackages": [{"root": "extra", "name": "more", "pages": ["pages/one/one"]}],
}


def files(app: dict[str, Any] | None = None, **changed: Any) -> dict[str, bytes]:
    """The files of a good program of three pages; `app` keys replace app.json's (None removes the key)."""
    table = {k: v for k, v in {**APP, **(app or {})}.items() if v is not None}
    found: dict[str, Any] = {
        "app.json": json.dumps(table),
        "app.js": "App({})",
        "app.wxss": "page { color: red }",
        "pages/home/home.js": "Page({ data: { greeting: 'Hello' } })",
        "pages/home/home.wxml": "<view>{{greeting}}</view>",
        "pages/home/home.json": '{"navigationBarTitleText": "Home", "usingComponents": {"tag": "/components/tag/tag"}}',
        "pages/list/list.js": "Page({})",
        "pages/list/list.wxml": "<view>List</view>",
        "components/tag/tag.json": '{"component": true}',
        "components/tag/tag.js": "Component({ properties: { text: String } })",
        "components/tag/tag.wxml": "<text>{{text}}</text>",
        "images/a.png": ICON,
        "images/b.png": ICON,
        "extra/pages/one/one.js": "Page({})",
        "extra/pages/one/one.wxml": "<view>One</view>",
    }
    return {k: v.encode() if isinstance(v, str) else v for k, v in found.items()}


def zipped(contents: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, content in contents.items():
            archive.writestr(zipfile.ZipInfo(path), content, compress_type=method)
    return out.getvalue()


def good(**extra: bytes) -> bytes:
    """The good program as a zip."""
    return zipped(files())


def with_files(extra: dict[str, Any], *, app: dict[str, Any] | None = None, without: tuple[str, ...] = ()) -> bytes:
    """The good program with files added, replaced or left out."""
    found = {**files(app), **{k: v.encode() if isinstance(v, str) else v for k, v in extra.items()}}
    return zipped({path: content for path, content in found.items() if path not in without})


def with_entry(name: str, *, mode: int = 0, content: bytes = b"x") -> bytes:
    """The good program with one odd entry, its name written as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files().items():
            archive.writestr(path, data)
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        entry.create_system = 3
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return out.getvalue()


class Raw:
    """An archive written field by field, so that each can lie."""

    def __init__(self) -> None:
        self.body, self.directory, self.count = b"", b"", 0

    def add(
        self,
        name: bytes,
        content: bytes,
        *,
        packed: bytes | None = None,
        method: int = 0,
        flags: int = 0,
        size: int | None = None,
        crc: int | None = None,
        local_name: bytes | None = None,
        local_size: int | None = None,
        offset: int | None = None,
        mode: int = 0,
        descriptor: bytes = b"",
        local_crc: int | None = None,
    ) -> "Raw":
        """One entry; whatever is not given is told truthfully."""
        import zlib

        packed = content if packed is None else packed
        size = len(content) if size is None else size
        crc = zlib.crc32(content) if crc is None else crc
        at = len(self.body) if offset is None else offset
        shown = name if local_name is None else local_name
        told = size if local_size is None else local_size
        self.body += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, crc if local_crc is None else local_crc,
            len(packed) if local_crc is None else 0, told, len(shown), 0,
        )  # fmt: skip
        self.body += shown + packed + descriptor
        self.directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 0x314, 20, flags, method, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0,
            mode << 16, at,
        )  # fmt: skip
        self.directory += name
        self.count += 1
        return self

    def done(
        self, *, count: int | None = None, before: bytes = b"", between: bytes = b"", after: bytes = b"", disk: int = 0,
        offset: int | None = None, comment: bytes = b"",
    ) -> bytes:  # fmt: skip
        """The archive."""
        count = self.count if count is None else count
        start = len(self.body) + len(between) if offset is None else offset
        end = struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, count, count, len(self.directory), start, len(comment))
        return before + self.body + between + self.directory + end + comment + after


def raw_good() -> Raw:
    """The good program, written by Raw."""
    raw = Raw()
    for path, content in files().items():
        raw.add(path.encode(), content)
    return raw
