"""The zip container, read by our own hand: its directory is checked in full before one byte is unpacked.

Python's zipfile accepts overlapping entries, junk around the archive, a name that differs in its two places and
links as plain files (security-checks.md B3.2). All of these are refused here.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from developers.packages.paths import printable
from developers.packages.report import Unreadable
from platform_site.kernel.rulebook import RULES

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _CENTRAL_MARK, _LOCAL_MARK = b"PK\5\6", b"PK\1\2", b"PK\3\4"
_ZIP64_LOCATOR, _DESCRIPTOR_MARK = b"PK\6\7", b"PK\7\x08"
_STORED, _DEFLATED = 0, 8
_FLAG_ENCRYPTED, _FLAG_DESCRIPTOR, _FLAG_PATCH = 0x1, 0x8, 0x20
_FLAG_STRONG, _FLAG_UTF8, _FLAG_MASKED = 0x40, 0x800, 0x2000
_KIND, _REGULAR, _FOLDER = 0o170000, 0o100000, 0o040000
_CHUNK = 65536
_TAIL = 65557  # an end record and the longest comment


@dataclass(frozen=True)
class ZipEntry:
    """One entry of the central directory, checked; `start` and `packed` say where its data lies in the archive."""

    path: str
    size: int
    packed: int
    method: int
    crc: int
    start: int

    @property
    def is_folder(self) -> bool:
        return self.path.endswith("/")


def read_directory(data: bytes) -> list[ZipEntry]:
    """The entries of an archive whose every byte belongs to exactly one of them; Unreadable says what is wrong."""
    count, offset, end = _end_record(data)
    entries: list[ZipEntry] = []
    spans: list[tuple[int, int]] = []
    position = offset
    for _n in range(count):
        position, entry, span = _central_entry(data, position, end)
        entries.append(entry)
        spans.append(span)
    if position != end:
        raise _directory_lies()
    _check_spans(spans, offset)
    return entries


def _end_record(data: bytes) -> tuple[int, int, int]:
    """(entries, offset of the directory, offset of the end record)."""
    _check_beginning(data)
    end = _end_position(data)
    _mark, disk, directory_disk, here, count, size, offset, _comment = _END.unpack_from(data, end)
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, offset) or data[:end][-20:].startswith(_ZIP64_LOCATOR):
        raise _zip64()
    if disk or directory_disk or here != count:
        raise Unreadable("zip_disks", _("The archive is one part of several."))
    if offset + size != end:
        raise _directory_lies()
    if count > RULES.package.entries:
        raise Unreadable(
            "zip_entries",
            _("The archive has %(n)d entries; %(limit)d are allowed.") % {"n": count, "limit": RULES.package.entries},
        )
    if count == 0:
        raise Unreadable("zip_no_entries", _("The archive contains no file."))
    return count, offset, end


def _check_beginning(data: bytes) -> None:
    if not data:
        raise Unreadable("zip_empty_file", _("The file is empty."))
    if not data.startswith((_LOCAL_MARK, _END_MARK)):
        if _END_MARK in data[-_TAIL:]:
            raise Unreadable("zip_junk", _("There is something before the archive."))
        raise Unreadable("zip_format", _("This is not a zip file."))


def _end_position(data: bytes) -> int:
    """Where the one end record lies whose comment ends with the file."""
    tail = max(0, len(data) - _TAIL)
    marks = [tail + found.start() for found in re.finditer(re.escape(_END_MARK), data[tail:])]
    fitting = [m for m in marks if m + 22 <= len(data) and m + 22 + _END.unpack_from(data, m)[7] == len(data)]
    if len(fitting) > 1:
        raise Unreadable("zip_two_ends", _("The archive has more than one end record."))
    if not fitting and marks:
        raise Unreadable("zip_junk", _("There is something after the archive."))
    if not fitting:
        raise Unreadable("zip_truncated", _("The zip file is cut off: it has no end record."))
    return fitting[0]


def _zip64() -> Unreadable:
    return Unreadable("zip_zip64", _("ZIP64 archives are not accepted: a package is far smaller than that."))


def _directory_lies() -> Unreadable:
    return Unreadable("zip_directory", _("The archive's directory does not say the same as its end record."))


def _central_entry(data: bytes, position: int, end: int) -> tuple[int, ZipEntry, tuple[int, int]]:
    """(where the next one begins, the entry, the span of its bytes in the archive)."""
    if position + _CENTRAL.size > end or data[position : position + 4] != _CENTRAL_MARK:
        raise _directory_lies()
    (
        _m,
        _by,
        _need,
        flags,
        method,
        _time,
        _date,
        crc,
        packed,
        size,
        name_length,
        extra,
        comment,
        disk,
        _in,
        mode,
        local,
    ) = _CENTRAL.unpack_from(data, position)
    name_start = position + _CENTRAL.size
    following = name_start + name_length + extra + comment
    if following > end:
        raise _directory_lies()
    raw_name = data[name_start : name_start + name_length]
    path = _decoded(raw_name, flags)
    if 0xFFFFFFFF in (packed, size, local) or disk == 0xFFFF:
        raise _zip64()
    _check_kind(path, flags=flags, method=method, mode=mode >> 16, size=size, packed=packed)
    start, span_end = _local_entry(
        data, local, raw_name=raw_name, path=path, flags=flags, method=method, crc=crc, packed=packed, size=size
    )
    return following, ZipEntry(path, size, packed, method, crc, start), (local, span_end)


def _decoded(raw: bytes, flags: int) -> str:
    """UTF-8 with or without the flag (macOS leaves it out); anything else would be a guess."""
    try:
        return raw.decode("utf-8" if flags & _FLAG_UTF8 or not raw.isascii() else "ascii")
    except UnicodeDecodeError:
        shown = printable(raw.decode("latin-1"))
        raise Unreadable("zip_name_encoding", _("A file name is not UTF-8."), file=shown) from None


def _check_kind(path: str, *, flags: int, method: int, mode: int, size: int, packed: int) -> None:
    shown = printable(path)
    if flags & (_FLAG_ENCRYPTED | _FLAG_STRONG | _FLAG_MASKED):
        raise Unreadable("zip_encrypted", _("The entry is encrypted."), file=shown)
    if method not in (_STORED, _DEFLATED) or flags & _FLAG_PATCH:
        raise Unreadable("zip_method", _("The entry is packed in a way that is not accepted."), file=shown)
    kind = mode & _KIND
    if kind not in (0, _REGULAR, _FOLDER) or (kind == _FOLDER) > path.endswith("/"):
        raise Unreadable("zip_link", _("The entry is a link or a device, not a file."), file=shown)
    if path.endswith("/") and (size or kind == _REGULAR):
        raise Unreadable("zip_folder", _("A folder can't have contents of its own."), file=shown)
    if method == _STORED and packed != size:
        raise Unreadable("zip_size", _("The sizes given for the entry do not fit together."), file=shown)
    limit = RULES.package.compression_ratio
    if size > RULES.package.compression_ratio_from_bytes and size > limit * max(packed, 1):
        raise Unreadable(
            "zip_ratio",
            _("The entry grows more than %(limit)d times when unpacked.") % {"limit": limit},
            file=shown,
        )


def _local_entry(
    data: bytes, local: int, *, raw_name: bytes, path: str, flags: int, method: int, crc: int, packed: int, size: int
) -> tuple[int, int]:
    """(where the data begins, where the entry ends): the local header must say what the directory says."""
    shown = printable(path)
    if local + _LOCAL.size > len(data) or data[local : local + 4] != _LOCAL_MARK:
        raise Unreadable("zip_offset", _("The directory points to a place where no entry is."), file=shown)
    _m, _need, its_flags, its_method, _t, _d, its_crc, its_packed, its_size, names, extra = _LOCAL.unpack_from(
        data, local
    )
    if data[local + _LOCAL.size : local + _LOCAL.size + names] != raw_name:
        raise Unreadable("zip_names_differ", _("The entry has two different names."), file=shown)
    told = (crc, packed, size)
    later = bool(flags & _FLAG_DESCRIPTOR)
    if its_flags & ~0x6 != flags & ~0x6 or its_method != method:
        raise Unreadable("zip_headers_differ", _("The entry's two headers do not say the same."), file=shown)
    if (its_crc, its_packed, its_size) not in ({told, (0, 0, 0)} if later else {told}):
        raise Unreadable("zip_headers_differ", _("The entry's two headers do not say the same."), file=shown)
    start = local + _LOCAL.size + names + extra
    stop = start + packed
    if stop > len(data):
        raise Unreadable("zip_offset", _("The directory points to a place where no entry is."), file=shown)
    if later:
        stop = _past_descriptor(data, stop, told, shown)
    return start, stop


def _past_descriptor(data: bytes, position: int, told: tuple[int, int, int], shown: str) -> int:
    plain = struct.pack("<3L", *told)
    for form in (_DESCRIPTOR_MARK + plain, plain):
        if data.startswith(form, position):
            return position + len(form)
    raise Unreadable("zip_headers_differ", _("The entry's two headers do not say the same."), file=shown)


def _check_spans(spans: list[tuple[int, int]], directory: int) -> None:
    """The entries lie one after the other, from the first byte to the directory: no overlap, nothing in between."""
    expected = 0
    for start, stop in sorted(spans):
        if start < expected:
            raise Unreadable("zip_overlap", _("Two entries of the archive share the same bytes."))
        if start > expected:
            raise Unreadable("zip_junk", _("There is something between the entries of the archive."))
        expected = stop
    if expected > directory:
        raise Unreadable("zip_overlap", _("Two entries of the archive share the same bytes."))
    if expected != directory:
        raise Unreadable("zip_junk", _("There is something between the entries of the archive."))


def unpack(data: bytes, entry: ZipEntry) -> bytes:
    """The bytes of one entry: never more than it declares, and exactly as its checksum says."""
    packed = data[entry.start : entry.start + entry.packed]
    content = packed if entry.method == _STORED else _inflate(packed, entry)
    if len(content) != entry.size:
        raise Unreadable("zip_size", _("The entry's real size is not the one it declares."), file=printable(entry.path))
    if zlib.crc32(content) != entry.crc:
        raise Unreadable("zip_checksum", _("The entry is damaged: its checksum is wrong."), file=printable(entry.path))
    return content


def _inflate(packed: bytes, entry: ZipEntry) -> bytes:
    """Unpack in pieces, stopping one byte past the declared size."""
    unpacker = zlib.decompressobj(-15)
    content = bytearray()
    try:
        for at in range(0, len(packed), _CHUNK):
            content += unpacker.decompress(packed[at : at + _CHUNK], entry.size + 1 - len(content))
            if len(content) > entry.size:
                break
    except zlib.error:
        raise Unreadable("zip_damaged", _("The entry can't be unpacked."), file=printable(entry.path)) from None
    if len(content) > entry.size:
        raise Unreadable("zip_size", _("The entry's real size is not the one it declares."), file=printable(entry.path))
    if not unpacker.eof or unpacker.unused_data or unpacker.unconsumed_tail:
        raise Unreadable("zip_damaged", _("The entry can't be unpacked."), file=printable(entry.path))
    return bytes(content)
