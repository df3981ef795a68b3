"""Packages as the uploader sends them, written field by field, so that each can lie."""

import gzip
import json
import struct
from typing import Any

from tests.developers.zips import files

SIGNATURE = json.dumps({"signature": "c2lnbmVk", "version": "2.1.42"}).encode()


class Wxapkg:
    """A container; whatever is not given is told truthfully."""

    def __init__(self, contents: dict[str, bytes] | None = None, *, signature: bytes | None = SIGNATURE) -> None:
        self.entries: list[tuple[bytes, bytes, dict[str, int]]] = []
        if signature is not None:
            self.add("/ci.signature", signature)
        for path, content in (contents or {}).items():
            self.add(f"/{path}", content)

    def add(self, name: str | bytes, content: bytes = b"x", **lies: int) -> "Wxapkg":
        """One entry; `offset`, `size` and `name_length` may lie."""
        self.entries.append((name.encode() if isinstance(name, str) else name, content, lies))
        return self

    def plain(
        self, *, first: int = 0xBE, version: int = 0, last: int = 0xED, count: int | None = None, after: bytes = b"",
        index_length: int | None = None, data_length: int | None = None, in_index: bytes = b"", gap: bytes = b"",
    ) -> bytes:  # fmt: skip
        """The package without its gzip."""
        length = 4 + sum(12 + len(name) for name, _content, _lies in self.entries) + len(in_index)
        index, data = struct.pack(">i", len(self.entries) if count is None else count), gap
        for name, content, lies in self.entries:
            offset, size = lies.get("offset", 14 + length + len(data)), lies.get("size", len(content))
            index += struct.pack(">i", lies.get("name_length", len(name))) + name + struct.pack(">2i", offset, size)
            data += content
        index += in_index
        told = (length if index_length is None else index_length, len(data) if data_length is None else data_length)
        return struct.pack(">B3iB", first, version, *told, last) + index + data + after

    def done(self, **lies: Any) -> bytes:
        """The upload's body."""
        return gzip.compress(self.plain(**lies), mtime=0)


def good(**changed: bytes) -> bytes:
    """The good program of zips.py as an upload."""
    return Wxapkg(files()).done()


def upload_of(extra: dict[str, Any], *, app: dict[str, Any] | None = None, without: tuple[str, ...] = ()) -> bytes:
    """The good program with files added, replaced or left out, as an upload."""
    found = {**files(app), **{k: v.encode() if isinstance(v, str) else v for k, v in extra.items()}}
    return Wxapkg({path: content for path, content in found.items() if path not in without}).done()
