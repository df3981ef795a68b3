"""Good packages: read, inspected, normalised, stored once."""

import contextlib
import hashlib
import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from developers.actions.packages import receive_folder, receive_package, receive_zip
from developers.models import CodePackage
from developers.packages import container
from developers.packages.reading import read_file
from developers.packages.report import PackageRefused, Report, Unreadable
from developers.packages.tree import from_zip
from platform_site.simulation.stories import zip_of_demo_program
from tests.developers.zips import files, good, raw_good, with_files, zipped


def test_the_facts_of_a_good_package(db) -> None:
    package = receive_package(good())
    assert package.facts["pages"] == ["pages/home/home", "pages/list/list", "extra/pages/one/one"]
    assert package.facts["subpackages"] == [
        {"root": "extra", "name": "more", "pages": ["extra/pages/one/one"], "independent": False}
    ]
    assert [tab["pagePath"] for tab in package.facts["tab_bar"]] == ["pages/home/home", "pages/list/list"]
    assert package.facts["window"] == {
        "navigationBarTitleText": "Tea",
        "navigationBarBackgroundColor": "#12805c",
    }
    extra = sum(len(c) for p, c in files().items() if p.startswith("extra/"))
    total = sum(len(c) for c in files().values())
    assert package.facts["sizes"] == {"main": total - extra, "extra": extra, "total": total}
    assert package.facts["files"] == [{"path": p, "bytes": len(files()[p])} for p in sorted(files())]
    assert package.size == total


def test_it_is_stored_once_under_its_fingerprint_whatever_the_archive_looked_like(db) -> None:
    packages = {
        receive_package(good()).pk,
        receive_package(zipped(files(), method=zipfile.ZIP_STORED)).pk,
        receive_package(zipped({f"my-program/{p}": c for p, c in reversed(files().items())})).pk,
        receive_package(raw_good().done()).pk,
    }
    package = CodePackage.objects.get()
    assert packages == {package.pk}
    assert default_storage.listdir("packages") == ([], [f"{package.sha256}.zip"])
    with default_storage.open(package.file.name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == package.sha256


def test_files_of_the_stored_package_can_be_read(db) -> None:
    package = receive_package(good())
    assert {path: read_file(package, path) for path in files()} == files()
    assert read_file(package, "nowhere.js") is None
    assert read_file(package, "../app.json") is None


def test_a_file_left_by_a_broken_write_is_written_anew(db) -> None:
    package = receive_package(good())
    name = package.file.name
    package.delete()
    default_storage.delete(name)
    with default_storage.open(name, "wb") as file:
        file.write(b"half")
    assert read_file(receive_package(good()), "app.js") == b"App({})"
    assert len(default_storage.listdir("packages")[1]) == 1


def test_a_folder_gives_the_same_package_as_its_zip(db) -> None:
    sent = [(f"tea/{path}", SimpleUploadedFile("x", content)) for path, content in files().items()]
    assert receive_folder(sent).package == receive_package(good())


def test_a_folder_is_checked_like_a_zip(db) -> None:
    sent = [(f"tea/{path}", SimpleUploadedFile("x", content)) for path, content in files().items()]
    with pytest.raises(PackageRefused) as refused:
        receive_folder([*sent, ("tea/../../etc/x", SimpleUploadedFile("x", b""))])
    assert refused.value.code == "path_outside"


def test_what_machines_leave_behind_is_left_out_with_a_note(db) -> None:
    junk = {"__MACOSX/._app.js": "x", ".DS_Store": "x", ".git/config": "x", "node_modules/a/index.js": "x"}
    received = receive_zip(with_files(junk))
    assert received.package == receive_package(good())
    assert [(i.severity, i.rule) for i in received.report] == [("info", "left_out")]


def test_the_program_root_of_the_project_file_is_the_root(db) -> None:
    inside: dict[str, Any] = {f"miniprogram/{path}": content for path, content in files().items()}
    inside["project.config.json"] = b'{"miniprogramRoot": "./miniprogram/", "appid": "wx1"}'
    inside["cloudfunctions/a/index.js"] = b"x"
    assert receive_package(zipped(inside)) == receive_package(good())


def test_rules_of_pack_options_are_applied(db) -> None:
    rules = (
        '{"packOptions": {"ignore": [{"type": "folder", "value": "docs"}, {"type": "suffix", "value": ".md"},'
        '{"type": "file", "value": "a.txt"}, {"type": "prefix", "value": "draft-"}, {"type": "regexp", "value": "x"}]}}'
    )
    extra = {"project.config.json": rules, "docs/a.js": "", "b.md": "", "a.txt": "", "pages/draft-1.js": ""}
    received = receive_zip(with_files(extra))
    assert received.package == receive_package(good())
    assert [(i.severity, i.rule, i.place) for i in received.report] == [
        ("warning", "pack_options", "packOptions.ignore[4]"),
        ("info", "pack_options", ""),
    ]


def test_a_project_file_of_another_appid_is_a_warning(db) -> None:
    archive = with_files({"project.config.json": '{"appid": "wx0000000000000001"}'})
    report = receive_zip(archive, appid="wx0000000000000002").report
    assert [(i.severity, i.rule) for i in report] == [("warning", "other_appid")]


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        ({"tool.exe": b"MZ"}, "file_type"),
        ({"inner.zip": good()}, "file_type"),
    ],
)
def test_files_that_no_program_uses_are_a_warning(db, extra: dict[str, bytes], rule: str) -> None:
    report = receive_zip(with_files(extra)).report
    assert [(i.severity, i.rule) for i in report] == [("warning", rule)]


def test_the_sample_program_has_no_errors_and_no_warnings(db) -> None:
    received = receive_zip(zip_of_demo_program())
    assert received.report.errors == []
    assert received.report.warnings == []
    assert len(received.package.facts["pages"]) > 5


def test_archives_with_data_descriptors_are_read(db) -> None:
    """As `zip -` and browsers write them: sizes follow the data."""
    out = io.BytesIO()

    class OneWay(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return out.write(data)

    with zipfile.ZipFile(OneWay(), "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for path, content in files().items():
            archive.writestr(path, content)
    assert receive_package(out.getvalue()) == receive_package(good())


def test_unpacking_a_lying_entry_stops_at_its_declared_size() -> None:
    """1 KB declared, 64 MB inside: memory stays far below."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"\0" * 64 * 1024 * 1024) + packer.flush()
    entry = container.ZipEntry("x.js", 1024, len(packed), 8, 0, 0)
    tracemalloc.start()
    with pytest.raises(Unreadable):
        container.unpack(packed, entry)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024 * 1024


GOOD = good()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, len(GOOD)),
)
def test_a_damaged_archive_is_read_or_refused_but_never_breaks_the_reader(
    changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    for candidate in (bytes(data), bytes(data[:length])):
        with contextlib.suppress(Unreadable):
            from_zip(candidate, Report())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_break_the_reader(noise: bytes) -> None:
    for candidate in (noise, b"PK\3\4" + noise, GOOD[:300] + noise + GOOD[-22:]):
        with pytest.raises(Unreadable):
            from_zip(candidate, Report())
