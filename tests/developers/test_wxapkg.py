"""The uploader's container: what is read from it, and every way in which it can lie (miniprogram-ci.md §5, §8)."""

import gzip
import json
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from developers.actions.packages import open_upload, receive_upload, receive_zip
from developers.models import CodePackage
from developers.packages.report import PackageRefused
from platform_site.kernel.rulebook import RULES
from tests.developers import zips
from tests.developers.wxapkgs import SIGNATURE, Wxapkg, good, upload_of
from tests.developers.zips import files

MB = 1024 * 1024


def package() -> Wxapkg:
    return Wxapkg(files())


def named(name: str | bytes) -> Callable[[], bytes]:
    return lambda: package().add(name).done()


def bomb(size: int) -> bytes:
    """gzip of a package whose one file is blank."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = Wxapkg(files()).add("/big.js", b"", size=size).plain(data_length=0)
    found = [packer.compress(head)]
    found += [packer.compress(b"\0" * MB) for _n in range(size // MB)]
    return b"".join([*found, packer.flush()])


BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an empty body": ("gzip_empty", lambda: b""),
    "a zip": ("gzip_format", zips.good),
    "a page of HTML": ("gzip_format", lambda: b"<html></html>"),
    "gzip of nothing": ("wxapkg_header", lambda: gzip.compress(b"")),
    "gzip of text": ("wxapkg_header", lambda: gzip.compress(b"hello, this is no package at all")),
    "cut off": ("gzip_truncated", lambda: good()[:-9]),
    "cut off in the checksum": ("gzip_truncated", lambda: good()[:-4]),
    "half": ("gzip_truncated", lambda: good()[: len(good()) // 2]),
    "a wrong checksum": ("gzip_damaged", lambda: good()[:-8] + b"\0" * 8),
    "two gzip members": ("gzip_members", lambda: good() + gzip.compress(b"more")),
    "garbage after the gzip": ("gzip_trailing", lambda: good() + b"garbage"),
    "zeros after the gzip": ("gzip_trailing", lambda: good() + b"\0" * 100),
    "garbage after the data": ("wxapkg_trailing", lambda: package().done(after=b"hidden")),
    "another first byte": ("wxapkg_header", lambda: package().done(first=0xBF)),
    "another last byte": ("wxapkg_header", lambda: package().done(last=0)),
    "another version": ("wxapkg_header", lambda: package().done(version=1)),
    "a negative index length": ("wxapkg_lengths", lambda: package().done(index_length=-1)),
    "an index without count": ("wxapkg_lengths", lambda: package().done(index_length=3)),
    "an index of two gigabytes": ("wxapkg_lengths", lambda: package().done(index_length=2**31 - 1)),
    "an index longer than the package": ("wxapkg_truncated", lambda: package().done(index_length=5 * MB)),
    "an index too short": ("wxapkg_index", lambda: package().done(index_length=100)),
    "more in the index than entries": ("wxapkg_index", lambda: package().done(in_index=b"hidden")),
    "negative data": ("wxapkg_lengths", lambda: package().done(data_length=-1)),
    "data longer than it is": ("wxapkg_gap", lambda: package().done(data_length=100_000)),
    "data shorter than it is": ("wxapkg_offset", lambda: package().done(data_length=10)),
    "a count of two thousand million": ("wxapkg_count", lambda: package().done(count=2**31 - 1)),
    "a negative count": ("wxapkg_count", lambda: package().done(count=-1)),
    "no file": ("wxapkg_count", lambda: Wxapkg(signature=None).done()),
    "a count too big by one": ("wxapkg_index", lambda: package().done(count=len(files()) + 2)),
    "a count too small": ("wxapkg_index", lambda: package().done(count=3)),
    "a negative name length": ("wxapkg_index", lambda: package().add("/a.js", b"", name_length=-5).done()),
    "an endless name": ("wxapkg_index", lambda: package().add("/a.js", b"", name_length=2**31 - 1).done()),
    "a negative offset": ("wxapkg_offset", lambda: package().add("/a.js", b"x", offset=-1).done()),
    "an offset into the header": ("wxapkg_offset", lambda: package().add("/a.js", b"x", offset=0).done()),
    "an offset behind the end": ("wxapkg_offset", lambda: package().add("/a.js", b"x", offset=2**31 - 1).done()),
    "a negative size": ("wxapkg_offset", lambda: package().add("/a.js", b"x", size=-1).done()),
    "a size behind the end": ("wxapkg_offset", lambda: package().add("/a.js", b"x", size=2000).done()),
    "a size of two gigabytes": ("unpacked_bytes", lambda: package().add("/a.js", b"x", size=2**31 - 1).done()),
    "a source map of two gigabytes": (
        "source_map_bytes", lambda: package().add("/a.js.map", b"x", size=2**31 - 1).done(),
    ),
    "overlapping files": ("wxapkg_overlap", lambda: overlapping()),
    "a gap before the first file": ("wxapkg_gap", lambda: package().done(gap=b"hidden")),
    "a gap between files": ("wxapkg_gap", lambda: package().add("/a.js", b"xxxx", size=2).add("/b.js").done()),
    "a gap after the last file": ("wxapkg_gap", lambda: package().add("/a.js", b"xxxx", size=2).done()),
    "a name twice": ("path_twice", lambda: package().add("/app.json", b"{}").done()),
    "a name twice in another case": ("path_twice", named("/APP.JSON")),
    "a file that is a folder elsewhere": ("path_conflict", named("/app.js/x.js")),
    "no leading slash": ("wxapkg_name", named("a.js")),
    "an empty name": ("wxapkg_name", named("")),
    "only a slash": ("path_empty", named("/")),
    "two leading slashes": ("path_absolute", named("//etc/passwd")),
    "a drive": ("path_absolute", named("/C:/a.js")),
    "a way up": ("path_outside", named("/../a.js")),
    "a way up inside": ("path_outside", named("/pages/../../a.js")),
    "a dot": ("path_outside", named("/./a.js")),
    "two slashes": ("path_outside", named("/pages//a.js")),
    "a folder": ("wxapkg_name", named("/pages/")),
    "a NUL": ("path_control", named("/a.js\0.png")),
    "a line feed": ("path_control", named("/a\n.js")),
    "an invisible character": ("path_control", named("/a\u202e.js")),
    "a backslash": ("path_backslash", named("/..\\a.js")),
    "bad UTF-8": ("wxapkg_name_encoding", named(b"/\xff\xfe.js")),
    "an overlong UTF-8": ("wxapkg_name_encoding", named(b"/\xc0\xae\xc0\xae/a.js")),
    "a surrogate": ("wxapkg_name_encoding", named(b"/\xed\xa0\x80.js")),
    "a device of Windows": ("path_reserved", named("/nul.js")),
    "a name of 300 characters": ("path_long", named("/" + "a" * 300 + ".js")),
    "200 levels": ("path_deep", named("/" + "a/" * 100 + "a.js")),
    "no signature": ("signature_missing", lambda: Wxapkg(files(), signature=None).done()),
    "an empty signature": ("signature_format", lambda: Wxapkg(files(), signature=b"").done()),
    "a signature that is no JSON": ("signature_format", lambda: Wxapkg(files(), signature=b"hello").done()),
    "a signature that is a list": ("signature_format", lambda: Wxapkg(files(), signature=b"[]").done()),
    "a signature without signature": ("signature_format", lambda: Wxapkg(files(), signature=b"{}").done()),
    "a signature that is a number": ("signature_format", lambda: Wxapkg(files(), signature=b'{"signature":1}').done()),
    "a signature of a megabyte": (
        "signature_format", lambda: Wxapkg(files(), signature=json.dumps({"signature": "x" * MB}).encode()).done(),
    ),
    "a bomb that says so": ("unpacked_bytes", lambda: bomb(200 * MB)),
    "a bomb behind the files": ("wxapkg_trailing", lambda: package().done(after=b"\0" * 30 * MB)),
    "a bomb below the limit of reading": ("gzip_ratio", lambda: package().add("/a.js", b"\0" * 15 * MB).done()),
    "more than may be sent": ("upload_bytes", lambda: b"\x1f\x8b" + b"\0" * RULES.package.upload_bytes),
    "too many files": (
        "files", lambda: Wxapkg({**files(), **{f"f/{n}.js": b"" for n in range(RULES.package.files)}}).done(),
    ),
    "too many entries": ("wxapkg_count", lambda: Wxapkg({f"f/{n}.js": b"" for n in range(10_001)}).done()),
    "only the signature": ("no_files", lambda: Wxapkg().done()),
}  # fmt: skip


def overlapping() -> bytes:
    """Two entries over the same bytes, the lengths right all the same."""
    one = package().add("/a.js", b"xxxx").add("/b.js", b"yyyy")
    plain = one.plain()
    at = len(plain) - 8
    lied = plain.replace(struct.pack(">2i", at + 4, 4), struct.pack(">2i", at, 4))
    assert lied != plain
    return gzip.compress(lied)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_container_is_refused_by_its_rule(case: str) -> None:
    rule, make = BAD[case]
    with pytest.raises(PackageRefused) as refused:
        open_upload(make())
    assert [item.rule for item in refused.value.report] == [rule]
    assert refused.value.report.errors[0].message


def test_an_upload_gives_the_same_package_as_its_zip(db) -> None:
    received = receive_upload(good())
    assert received.package == receive_zip(zips.good()).package
    assert (received.signature, received.client_version) == ("c2lnbmVk", "2.1.42")
    assert received.source_maps == {}
    assert CodePackage.objects.count() == 1


def test_source_maps_are_split_off_and_do_not_count(db) -> None:
    maps = {"app.js.map": b'{"version":3}', "pages/home/home.js.map": b"m" * 3 * MB}
    received = receive_upload(upload_of(maps))
    assert received.source_maps == maps
    assert received.package == receive_upload(good()).package
    assert received.package.facts["sizes"]["total"] == sum(map(len, files().values()))


def test_helpers_of_the_compiler_are_ordinary_files(db) -> None:
    path = "@babel/runtime/helpers/typeof.js"
    received = receive_upload(upload_of({path: "module.exports = 1"}))
    assert path in {file["path"] for file in received.package.facts["files"]}


def test_the_warning_of_the_uploader_is_taken_out_and_told(db) -> None:
    received = receive_upload(upload_of({}, app={"__warning__": "unknown key: foo"}))
    assert received.package == receive_upload(upload_of({"app.json": json.dumps(
        json.loads(files()["app.json"]), ensure_ascii=False, indent=2)})).package  # fmt: skip
    warning = received.report.warnings[0]
    assert (warning.rule, warning.file) == ("uploader_warning", "app.json")
    assert "unknown key: foo" in warning.message


def test_a_folder_around_everything_is_not_taken_for_the_root() -> None:
    upload = open_upload(Wxapkg({f"wrapped/{path}": content for path, content in files().items()}).done())
    assert "wrapped/app.json" in upload.tree
    assert "app.json" not in upload.tree


def test_files_may_lie_in_another_order_than_the_index(db) -> None:
    """Readers go by offset, not by order."""
    plain = Wxapkg({}).add("/a.js", b"AA").add("/b.js", b"BB").plain()
    one, two = (struct.pack(">2i", len(plain) - n, 2) for n in (4, 2))
    swapped = plain.replace(one, b"<place>").replace(two, one).replace(b"<place>", two)
    assert open_upload(gzip.compress(swapped)).tree.files == {"a.js": b"BB", "b.js": b"AA"}


def test_empty_files_are_files(db) -> None:
    assert open_upload(Wxapkg({"a.js": b"", "b.js": b"x", "c.js": b""}).done()).tree.files == {
        "a.js": b"", "b.js": b"x", "c.js": b"",
    }  # fmt: skip


@settings(deadline=5000, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.integers(0, 40), noise=st.binary(max_size=20)
)
def test_a_damaged_package_is_read_or_refused(at: float, byte: int, cut: int, noise: bytes) -> None:
    plain = bytearray(Wxapkg(files()).plain())
    plain[int(at * len(plain))] = byte
    refusals = []
    for body in (gzip.compress(bytes(plain[: len(plain) - cut]) + noise), bytes(plain) + noise):
        try:
            open_upload(body)
        except PackageRefused as refused:
            refusals.append(refused)
    assert all(refused.report.errors for refused in refusals)


@settings(deadline=5000, max_examples=150)
@given(
    names=st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=30)), max_size=6),
    lies=st.fixed_dictionaries(
        {}, optional={key: st.integers(-(2**31), 2**31 - 1) for key in ("count", "index_length", "data_length")}
    ),
    places=st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1)), max_size=3),
)
def test_random_packages_are_read_or_refused(
    names: list[tuple[bytes, bytes]], lies: dict[str, int], places: list[tuple[int, int]]
) -> None:
    made = Wxapkg({}, signature=SIGNATURE)
    for name, content in names:
        made.add(b"/" + name, content)
    for n, (offset, size) in enumerate(places):
        made.add(f"/p{n}.js", b"", offset=offset, size=size)
    with suppress(PackageRefused):
        open_upload(made.done(**lies))


@settings(deadline=5000, max_examples=100)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(noise: bytes) -> None:
    for body in (noise, b"\x1f\x8b\x08" + noise, gzip.compress(noise), gzip.compress(b"\xbe\0\0\0\0" + noise)):
        with pytest.raises(PackageRefused):
            open_upload(body)
