"""The uploader's container, gzip( package ): its index is checked in full before one file's bytes are unpacked.

Layout (miniprogram-ci.md §5), integers big-endian, signed, 32 bit; offsets count from byte 0 of the package:
`BE | 0 | index length | data length | ED | count | {name length, "/path", offset, size} × count | data`.
The files lie one after the other from the end of the index to the end of the data, and nothing follows, neither in
nor after the gzip.
"""

import struct
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from developers.packages.paths import check_path, printable
from developers.packages.report import Unreadable
from platform_site.kernel.rulebook import RULES

SIGNATURE = "ci.signature"
SOURCE_MAP = ".js.map"
_HEADER = struct.Struct(">B3iB")
_NUMBER, _PLACE = struct.Struct(">i"), struct.Struct(">2i")
_FIRST, _LAST = 0xBE, 0xED
_CHUNK = 65536
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Entry:
    """One file of the index; `path` without the leading slash."""

    path: str
    offset: int
    size: int

    @property
    def is_source_map(self) -> bool:
        return self.path.endswith(SOURCE_MAP)


class _Gunzip:
    """The unpacked bytes in order, no more of them in memory than are asked for."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0
        self._unpacker = zlib.decompressobj(31)
        self._given = 0

    def take(self, n: int) -> bytes:
        """The next n bytes, fewer where it ends."""
        found = bytearray()
        while len(found) < n and (piece := self._piece(n - len(found))):
            found += piece
        return bytes(found)

    def _piece(self, n: int) -> bytes:
        """Up to n further bytes; b"" at the end of the gzip or of the body."""
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._next_chunk()
            try:
                piece = self._unpacker.decompress(packed, min(n, _CHUNK))
            except zlib.error:
                raise Unreadable("gzip_damaged", _("The upload is damaged: it can't be unpacked.")) from None
            if piece:
                self._given += len(piece)
                self._check_ratio()
                return piece
            if not packed:
                raise Unreadable("gzip_truncated", _("The upload is cut off in the middle."))
        return b""

    def _next_chunk(self) -> bytes:
        chunk = self._body[self._at : self._at + _CHUNK]
        self._at += len(chunk)
        return chunk

    def _check_ratio(self) -> None:
        """A bomb is one only above what may be sent: below, the size rule answers with its numbers."""
        limit = RULES.package.compression_ratio
        if self._given > RULES.package.total_bytes and self._given > limit * max(self._at, 1):
            raise Unreadable("gzip_ratio", _("It grows more than %(limit)d times when unpacked.") % {"limit": limit})

    def check_end(self) -> None:
        """Nothing is left, neither packed nor unpacked."""
        if self.take(1):
            raise Unreadable("wxapkg_trailing", _("There is something after the last file of the package."))
        rest = self._unpacker.unused_data or self._body[self._at :]
        if rest.startswith(_GZIP):
            raise Unreadable("gzip_members", _("The upload holds more than one gzip stream."))
        if rest:
            raise Unreadable("gzip_trailing", _("There is something after the gzip stream."))


def read_package(body: bytes) -> dict[str, bytes]:
    """{path: bytes} of everything in the container, the signature and the source maps too; Unreadable says why not."""
    if len(body) > RULES.package.upload_bytes:
        raise upload_too_big(len(body))
    if not body:
        raise Unreadable("gzip_empty", _("The upload is empty."))
    if not body.startswith(_GZIP):
        raise Unreadable("gzip_format", _("The upload is not a gzip stream."))
    stream = _Gunzip(body)
    entries = _index(stream)
    files = {entry.path: stream.take(entry.size) for entry in entries}
    for entry in entries:
        if len(files[entry.path]) != entry.size:
            raise _cut_off()
    stream.check_end()
    return files


def upload_too_big(size: int) -> Unreadable:
    """The gzip itself exceeds what may be sent."""
    return Unreadable(
        "upload_bytes",
        _("The package has %(kb)s KB; at most %(limit)s KB can be sent.")
        % {"kb": -(-size // 1024), "limit": RULES.package.upload_bytes // 1024},
    )


def _cut_off() -> Unreadable:
    return Unreadable("wxapkg_truncated", _("The package is cut off: files are shorter than its index says."))


def _lies() -> Unreadable:
    return Unreadable("wxapkg_index", _("The package's index does not say the same as its header."))


def _index(stream: _Gunzip) -> list[Entry]:
    """The entries in the order of their bytes, which fill the data exactly."""
    header = stream.take(_HEADER.size)
    if len(header) < _HEADER.size:
        raise Unreadable("wxapkg_header", _("This is not a package: it has no header."))
    first, version, index_length, data_length, last = _HEADER.unpack(header)
    if (first, version, last) != (_FIRST, 0, _LAST):
        raise Unreadable("wxapkg_header", _("This is not a package: its header is another."))
    most = RULES.package.entries * (3 * _NUMBER.size + 4 * RULES.package.path_characters) + _NUMBER.size
    if not _NUMBER.size <= index_length <= most or data_length < 0:
        raise Unreadable("wxapkg_lengths", _("The lengths in the package's header can't be."))
    index = stream.take(index_length)
    if len(index) < index_length:
        raise Unreadable("wxapkg_truncated", _("The package is cut off in its index."))
    entries = _entries(index)
    _check_names(entries)
    _check_amounts(entries)
    begin = _HEADER.size + index_length
    return _in_order(entries, begin, begin + data_length)


def _entries(index: bytes) -> list[Entry]:
    (count,) = _NUMBER.unpack_from(index)
    if not 0 < count <= RULES.package.entries:
        raise Unreadable(
            "wxapkg_count",
            _("The package says that it has %(n)d files; at least one and at most %(limit)d are allowed.")
            % {"n": count, "limit": RULES.package.entries},
        )
    entries, position = [], _NUMBER.size
    for _n in range(count):
        entry, position = _entry(index, position)
        entries.append(entry)
    if position != len(index):
        raise _lies()
    return entries


def _entry(index: bytes, position: int) -> tuple[Entry, int]:
    """(the entry at this position, where the next one begins)."""
    if position + _NUMBER.size > len(index):
        raise _lies()
    (length,) = _NUMBER.unpack_from(index, position)
    begin = position + _NUMBER.size
    following = begin + length + _PLACE.size
    if length < 0 or following > len(index):
        raise _lies()
    path = _path(index[begin : begin + length])
    return Entry(path, *_PLACE.unpack_from(index, begin + length)), following


def _path(raw: bytes) -> str:
    """The path without its one leading slash; Unreadable where it is no path of a package."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        shown = printable(raw.decode("latin-1"))
        raise Unreadable("wxapkg_name_encoding", _("A file name is not UTF-8."), file=shown) from None
    if not name.startswith("/"):
        raise Unreadable("wxapkg_name", _("A name in the package must begin with “/”."), file=printable(name))
    path = name[1:]
    check_path(path)
    if path.endswith("/"):
        raise Unreadable("wxapkg_name", _("A folder can't be an entry of the package."), file=printable(name))
    return path


def _check_names(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.path in seen:
            raise Unreadable("path_twice", _("The name is there twice."), file=printable(entry.path))
        seen.add(entry.path)
    if SIGNATURE not in seen:
        raise Unreadable("signature_missing", _("The package has no ci.signature: it was not signed."), file=SIGNATURE)


def _check_amounts(entries: list[Entry]) -> None:
    """What is declared is bounded before it is read: code by one limit, source maps by another."""
    maps = sum(entry.size for entry in entries if entry.is_source_map)
    code = sum(entry.size for entry in entries if not entry.is_source_map)
    for rule, n, limit in (
        ("unpacked_bytes", code, RULES.package.unpacked_bytes),
        ("source_map_bytes", maps, RULES.upload.source_map_bytes),
    ):
        if n > limit:
            raise Unreadable(
                rule,
                _("The files have %(kb)s KB together; at most %(limit)s KB are read.")
                % {"kb": -(-n // 1024), "limit": limit // 1024},
            )


def _in_order(entries: list[Entry], begin: int, end: int) -> list[Entry]:
    """The entries by offset: each in range, none over another, no gap, up to the end of the data."""
    for entry in entries:
        if entry.size < 0 or not begin <= entry.offset <= end or entry.offset + entry.size > end:
            raise Unreadable("wxapkg_offset", _("The index points outside of the data."), file=printable(entry.path))
    expected = begin
    ordered = sorted(entries, key=lambda entry: (entry.offset, entry.size))
    for entry in ordered:
        if entry.offset < expected:
            raise Unreadable("wxapkg_overlap", _("Two files share the same bytes."), file=printable(entry.path))
        if entry.offset > expected:
            raise Unreadable("wxapkg_gap", _("There is something between the files."), file=printable(entry.path))
        expected = entry.offset + entry.size
    if expected != end:
        raise Unreadable("wxapkg_gap", _("There is something between the files."))
    return ordered
