"""Bad packages: each is refused by the rule that it breaks, and leaves nothing behind (security-checks.md F1-F20)."""

import json
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage

from developers.actions.packages import receive_package
from developers.models import CodePackage
from developers.packages.report import PackageRefused
from platform_site.kernel.rulebook import RULES
from tests.developers.zips import APP, Raw, files, good, raw_good, with_entry, with_files, zipped

MB = 1024 * 1024
LYING = b"PK\7\x08" + b"\0" * 12
NOISE = random.Random(7).randbytes(3 * MB)  # noqa: S311 -- bytes that do not shrink


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def overlapping() -> bytes:
    """Two entries that share their bytes (security-checks.md B3.2)."""
    raw = Raw().add(b"app.json", b"{}")
    raw.directory += raw.directory
    raw.count += 1
    return raw.done()


def pointing_into_another() -> bytes:
    """An entry whose data is another entry, header and all."""
    inner = Raw().add(b"b.js", b"x")
    raw = Raw().add(b"a.js", inner.body)
    raw.directory += inner.directory[:-8] + (30 + 4).to_bytes(4, "little") + b"b.js"
    raw.count += 1
    return raw.done()


def app(**keys: object) -> bytes:
    return with_files({}, app=keys)


def app_text(text: str | bytes) -> bytes:
    return zipped({**files(), "app.json": text.encode() if isinstance(text, str) else text}, method=zipfile.ZIP_STORED)


def tab_bar(**keys: object) -> bytes:
    return app(tabBar={**APP["tabBar"], **keys})


def tabs(*items: object) -> bytes:
    return tab_bar(list=list(items))


def icon(content: bytes) -> bytes:
    bar = {**APP["tabBar"], "list": [HOME, {**LIST, "iconPath": "i.png"}]}
    return with_files({"i.png": content}, app={"tabBar": bar})


def project_file(text: str) -> bytes:
    return with_files({"project.config.json": text})


def subs(*items: object) -> bytes:
    return app(subPackages=list(items))


def page_json(text: str) -> bytes:
    return with_files({"pages/list/list.json": text})


HOME = {"pagePath": "pages/home/home", "text": "Home"}
LIST = {"pagePath": "pages/list/list", "text": "List"}
SUB = APP["subPackages"][0]
BIG = raw_good().add(b"big.js", b"", packed=deflated(b"\0" * 10 * MB), size=10 * MB, method=8, crc=0)

BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    # the container
    "F1 an empty body": ("zip_empty_file", lambda: b""),
    "F2 not a zip": ("zip_format", lambda: b"<html>hello</html>"),
    "F2 a tar": ("zip_format", lambda: b"app.json" + b"\0" * 2000),
    "F3 cut off": ("zip_truncated", lambda: good()[:-200]),
    "F3 half": ("zip_truncated", lambda: good()[: len(good()) // 2]),
    "F4 junk before": ("zip_junk", lambda: b"GIF89a" + good()),
    "F4 junk after": ("zip_junk", lambda: good() + b"<script>"),
    "F4 junk between": ("zip_directory", lambda: raw_good().done(between=b"hidden", offset=len(raw_good().body))),
    "F4 a gap before the directory": ("zip_junk", lambda: raw_good().done(between=b"hidden")),
    "F4 two end records": ("zip_two_ends", lambda: raw_good().done(comment=Raw().done())),
    "no entry at all": ("zip_no_entries", lambda: Raw().done()),
    "one disk of several": ("zip_disks", lambda: raw_good().done(disk=1)),
    "a count too small": ("zip_directory", lambda: raw_good().done(count=3)),
    "a count too big": ("zip_directory", lambda: raw_good().done(count=99)),
    "F13 too many entries": ("zip_entries", lambda: raw_good().done(count=RULES.package.entries + 1)),
    "F15 zip64 counts": ("zip_zip64", lambda: raw_good().done(count=0xFFFF)),
    "F15 zip64 sizes": ("zip_zip64", lambda: raw_good().add(b"x.js", b"", size=0xFFFFFFFF, method=8).done()),
    "F15 an offset outside": ("zip_offset", lambda: raw_good().add(b"x.js", b"x", offset=0x7FFFFFF0).done()),
    "F15 an offset into nothing": ("zip_offset", lambda: raw_good().add(b"x.js", b"x", offset=3).done()),
    "F15 encrypted": ("zip_encrypted", lambda: raw_good().add(b"x.js", b"x", flags=1).done()),
    "F15 an unknown method": ("zip_method", lambda: raw_good().add(b"x.js", b"x", method=14).done()),
    "F15 a lying descriptor": (
        "zip_headers_differ",
        lambda: raw_good().add(b"x.js", b"x", flags=8, local_crc=0, local_size=0, descriptor=LYING).done(),
    ),
    "F6 a symbolic link": ("zip_link", lambda: with_entry("link.js", mode=0o120777, content=b"/etc/passwd")),
    "F6 a device": ("zip_link", lambda: with_entry("device", mode=0o020666)),
    "F6 a named pipe": ("zip_link", lambda: with_entry("pipe", mode=0o010666)),
    "F6 a folder with contents": ("zip_folder", lambda: with_entry("folder/", content=b"x")),
    "F9 two names": ("zip_names_differ", lambda: raw_good().add(b"x.js", b"x", local_name=b"y.js").done()),
    "F11 grows without end": ("zip_ratio", lambda: BIG.done()),
    "F12 overlapping entries": ("zip_overlap", overlapping),
    "F12 an entry in another": ("zip_overlap", pointing_into_another),
    "F14 ratio 1000:1": ("zip_ratio", lambda: with_files({"zero.js": b"\0" * MB})),
    "F16 bigger than declared": (
        "zip_size",
        lambda: raw_good().add(b"x.js", b"", packed=deflated(b"y" * 500), size=10, crc=0, method=8).done(),
    ),
    "F16 smaller than declared": (
        "zip_size",
        lambda: raw_good().add(b"x.js", b"", packed=deflated(b"y" * 5), size=50, crc=0, method=8).done(),
    ),
    "F16 stored sizes that differ": ("zip_size", lambda: raw_good().add(b"x.js", b"xyz", size=9, crc=0).done()),
    "a wrong checksum": ("zip_checksum", lambda: raw_good().add(b"x.js", b"x", crc=1).done()),
    "data that is no deflate": (
        "zip_damaged",
        lambda: raw_good().add(b"x.js", b"", packed=b"\xff\xff\xff", size=3, crc=0, method=8).done(),
    ),
    "data after the deflate": (
        "zip_damaged",
        lambda: raw_good().add(b"x.js", b"ab", packed=deflated(b"ab") + b"junk", method=8).done(),
    ),
    "a name in GBK": ("zip_name_encoding", lambda: raw_good().add("茶馆.png".encode("gbk"), b"x").done()),
    # names
    "F5 up": ("path_outside", lambda: with_entry("../x.js")),
    "F5 up in the middle": ("path_outside", lambda: with_entry("a/../../x.js")),
    "F5 here": ("path_outside", lambda: with_entry("./x.js")),
    "F5 an empty level": ("path_outside", lambda: with_entry("a//x.js")),
    "F5 absolute": ("path_absolute", lambda: with_entry("/etc/x")),
    "F5 a drive": ("path_absolute", lambda: with_entry("C:/x.js")),
    "F5 a backslash": ("path_backslash", lambda: with_entry("..\\x.js")),
    "F5 a share": ("path_backslash", lambda: with_entry("\\\\host\\x")),
    "F7 the same name": ("path_twice", lambda: raw_good().add(b"app.js", b"x").done()),
    "F7 another case": ("path_twice", lambda: with_files({"App.js": "x"})),
    "F7 another Unicode form": ("path_twice", lambda: with_files({"caf\u00e9.js": "", "cafe\u0301.js": ""})),
    "F7 a file that is a folder": ("path_conflict", lambda: with_files({"images": "x"})),
    "F8 NUL": ("path_control", lambda: raw_good().add(b"a\0.js", b"x").done()),
    "F8 CR LF": ("path_control", lambda: with_entry("a\r\n.js")),
    "F8 right to left": ("path_control", lambda: with_entry("a\u202egnp.js")),
    "F8 a zero-width space": ("path_control", lambda: with_entry("a\u200b.js")),
    "F8 300 characters": ("path_long", lambda: with_entry("a" * 300)),
    "F8 200 levels": ("path_deep", lambda: with_entry("/".join("a" * 100) + "/x")),
    "F8 CON": ("path_reserved", lambda: with_entry("pages/CON")),
    "F8 con.js": ("path_reserved", lambda: with_entry("con.js")),
    "F8 a trailing dot": ("path_reserved", lambda: with_entry("a./x.js")),
    "F8 a leading space": ("path_reserved", lambda: with_entry("a/ x.js")),
    "F8 a colon": ("path_reserved", lambda: with_entry("a/b:c.js")),
    "F8 a folder with a bad name": ("path_outside", lambda: with_entry("../", content=b"")),
    "only hidden files": ("no_files", lambda: zipped({".git/config": b"x", "__MACOSX/a": b"x"})),
    "too many files": (
        "files",
        lambda: zipped({**files(), **{f"f/{n}.js": b"" for n in range(RULES.package.files)}}),
    ),
    # sizes
    "F17 the main package": ("main_size", lambda: with_files({"big.js": NOISE[: 2 * MB]})),
    "F17 a sub-package": ("subpackage_size", lambda: with_files({"extra/big.png": NOISE[: 2 * MB]})),
    # app.json
    "F18 no app.json": ("app_missing", lambda: with_files({}, without=("app.json",))),
    "F18 app.json in a folder": ("app_missing", lambda: zipped({"a/app.json": b"{}", "b/x.js": b""})),
    "F18 an empty app.json": ("json_empty", lambda: app_text("")),
    "F18 a list": ("json_type", lambda: app_text("[]")),
    "F18 too big": ("json_size", lambda: app_text(" " * (MB + 1))),
    "F18 deep nesting": ("json_levels", lambda: app_text('{"a":' * 60 + "1" + "}" * 60)),
    "F18 nesting 100,000": ("json_levels", lambda: app_text("[" * 100_000)),
    "F18 NaN": ("json_constant", lambda: app_text('{"pages": NaN}')),
    "F18 BOM": ("json_bom", lambda: app_text(b"\xef\xbb\xbf{}")),
    "F18 UTF-16": ("json_bom", lambda: app_text('{"pages": []}'.encode("utf-16"))),
    "F18 GBK": ("json_encoding", lambda: app_text('{"a": "茶"}'.encode("gbk"))),
    "F18 a comment": ("json_syntax", lambda: app_text('{"pages": ["a"] // home\n}')),
    "F18 a comma too many": ("json_syntax", lambda: app_text('{"pages": ["a"],}')),
    "F18 a key twice": ("json_key_twice", lambda: app_text('{"pages": ["a"], "pages": ["b"]}')),
    "F18 half a character": ("json_text", lambda: app_text('{"pages": ["\\ud800"]}')),
    "F18 a number of 5,000 digits": ("json_number", lambda: app_text('{"a": ' + "9" * 5000 + "}")),
    # pages
    "F19 no list of pages": ("pages_missing", lambda: app(pages=None)),
    "F19 pages are a text": ("pages_type", lambda: app(pages="pages/home/home")),
    "F19 no page": ("pages_empty", lambda: app(pages=[], tabBar=None)),
    "F19 a page that is a number": ("pages_type", lambda: app(pages=[1, "pages/home/home"], tabBar=None)),
    "F19 an empty page": ("pages_empty_path", lambda: app(pages=["", "pages/home/home"], tabBar=None)),
    "F19 a page twice": ("pages_duplicate", lambda: app(pages=["pages/home/home"] * 2, tabBar=None)),
    "F19 a leading slash": ("pages_slash", lambda: app(pages=["/pages/home/home"], tabBar=None)),
    "F19 an extension": ("pages_extension", lambda: app(pages=["pages/home/home.wxml"], tabBar=None)),
    "F19 a page outside": ("pages_path", lambda: app(pages=["../home"], tabBar=None)),
    "F19 a page with a double slash": ("pages_path", lambda: app(pages=["pages//home"], tabBar=None)),
    "F19 a page with a backslash": ("pages_path", lambda: app(pages=["pages\\home"], tabBar=None)),
    "F19 no wxml": ("page_file_missing", lambda: with_files({}, without=("pages/list/list.wxml",))),
    "F19 no js": ("page_file_missing", lambda: with_files({}, without=("pages/list/list.js",))),
    "an entry page that is none": ("entry_page", lambda: app(entryPagePath="pages/x")),
    # sub-packages
    "sub-packages are an object": ("subpackages_type", lambda: app(subPackages={})),
    "a sub-package is a text": ("subpackages_type", lambda: subs("extra")),
    "both spellings": ("subpackages_twice", lambda: app(subpackages=[])),
    "a root that is missing": ("subpackages_root", lambda: subs({"root": "nowhere", "pages": []})),
    "a root outside": ("subpackages_root", lambda: subs({"root": "../extra", "pages": []})),
    "a root called __APP__": ("subpackages_root", lambda: subs({"root": "__APP__", "pages": []})),
    "the same root twice": ("subpackages_duplicate", lambda: subs(SUB, {**SUB, "name": "other"})),
    "the same name twice": ("subpackages_name", lambda: subs(SUB, {"root": "images", "name": "more", "pages": []})),
    "nested roots": ("subpackages_nested", lambda: subs(SUB, {"root": "extra/pages", "pages": []})),
    "no pages in a sub-package": ("subpackages_pages", lambda: subs({"root": "extra"})),
    "a sub-package's page is missing": ("page_file_missing", lambda: subs({"root": "extra", "pages": ["no"]})),
    "a page in both": ("subpackages_page_in_main", lambda: app(pages=[*APP["pages"], "extra/pages/one/one"])),
    "101 sub-packages": ("subpackages_many", lambda: subs(*[SUB] * 101)),
    # how it looks
    "the window is a list": ("window_type", lambda: app(window=[])),
    "a text style of its own": ("window_value", lambda: app(window={"navigationBarTextStyle": "red"})),
    "a colour by name": ("window_value", lambda: app(window={"navigationBarBackgroundColor": "red"})),
    "a colour that is code": ("window_value", lambda: app(window={"backgroundColor": "#fff;}*{color:red"})),
    "a title that is a number": ("window_value", lambda: app(window={"navigationBarTitleText": 7})),
    "a theme without a file": ("window_value", lambda: app(window={"backgroundColor": "@bg"})),
    "a page's flag is a text": ("window_value", lambda: page_json('{"enablePullDownRefresh": "yes"}')),
    "a page's file is empty": ("json_empty", lambda: page_json("")),
    "one tab": ("tabbar_count", lambda: tabs(HOME)),
    "six tabs": ("tabbar_count", lambda: tabs(*[HOME] * 6)),
    "the tab bar is a list": ("tabbar_type", lambda: app(tabBar=[])),
    "a tab twice": ("tabbar_duplicate", lambda: tabs(HOME, HOME)),
    "a tab of no page": ("tabbar_page", lambda: tabs(HOME, {"pagePath": "pages/x", "text": "X"})),
    "a tab in a sub-package": ("tabbar_page", lambda: tabs(HOME, {"pagePath": "extra/pages/one/one", "text": "X"})),
    "a tab without text": ("tabbar_text", lambda: tabs(HOME, {"pagePath": "pages/list/list"})),
    "an icon that is missing": ("tabbar_icon_missing", lambda: tabs(HOME, {**LIST, "iconPath": "no.png"})),
    "an icon outside": ("tabbar_icon_missing", lambda: tabs(HOME, {**LIST, "iconPath": "../../a.png"})),
    "an icon of 41 KB": (
        "tabbar_icon_size",
        lambda: icon(NOISE[:41_000]),
    ),
    "an icon that is HTML": (
        "tabbar_icon_type",
        lambda: icon(b"<html>"),
    ),
    "a tab bar colour": ("tabbar_colour", lambda: tab_bar(color="grey")),
    "a tab bar on the left": ("tabbar_value", lambda: tab_bar(position="left")),
    # components and the rest
    "a component that is missing": ("component_missing", lambda: page_json('{"usingComponents": {"x": "/nowhere"}}')),
    "components are a list": ("components_type", lambda: page_json('{"usingComponents": []}')),
    "a component without its flag": ("component_flag", lambda: with_files({"components/tag/tag.json": "{}"})),
    "a component without js": ("component_file_missing", lambda: with_files({}, without=("components/tag/tag.js",))),
    "a script in GBK": ("encoding", lambda: with_files({"utils/a.js": "// 茶".encode("gbk")})),
    "debug is a text": ("app_type", lambda: app(debug="yes")),
    "timeouts": ("network_timeout", lambda: app(networkTimeout={"request": "soon"})),
    "workers": ("workers", lambda: app(workers="nowhere")),
    "a preload rule": ("preload_rule", lambda: app(preloadRule={"pages/x": {"packages": ["more"]}})),
    "a game": ("project_config_type", lambda: project_file('{"compileType": "game"}')),
    "settings that are a list": ("project_config_setting", lambda: project_file('{"setting": []}')),
    "a root that is no folder": ("miniprogram_root", lambda: project_file('{"miniprogramRoot": "x/"}')),
    "a root outside the project": (
        "miniprogram_root",
        lambda: project_file('{"miniprogramRoot": "../"}'),
    ),
    "a root without app.json": (
        "app_missing",
        lambda: project_file('{"miniprogramRoot": "pages/"}'),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_package_is_refused_by_its_rule_and_leaves_nothing(case: str, db) -> None:
    rule, make = BAD[case]
    with pytest.raises(PackageRefused) as refused:
        receive_package(make())
    assert [item.rule for item in refused.value.report.errors][:1] == [rule]
    assert refused.value.code == rule
    assert CodePackage.objects.count() == 0
    assert not default_storage.exists("packages") or default_storage.listdir("packages") == ([], [])
    json.dumps(refused.value.report.as_json())


def test_everything_together_may_not_exceed_the_total(db) -> None:
    roots = [{"root": f"p{n}", "pages": []} for n in range(5)]
    extra = {f"p{n}/x.png": NOISE[:MB] + b"." * (MB - 1000) for n in range(5)}
    report = _refusal(with_files(extra, app={"subPackages": roots}))
    assert [item.rule for item in report.errors] == ["total_size"]


def _refusal(archive: bytes):
    with pytest.raises(PackageRefused) as refused:
        receive_package(archive)
    return refused.value.report


def test_an_archive_bigger_than_may_be_sent_is_not_even_opened(db) -> None:
    assert [i.rule for i in _refusal(b"\0" * (RULES.package.upload_bytes + 1)).errors] == ["upload_bytes"]


def test_all_errors_are_reported_with_file_and_place(db) -> None:
    report = _refusal(
        app(window={"navigationBarTextStyle": "red"}, pages=["pages/home/home", "pages/no/no"], tabBar=None)
    )
    assert [(i.rule, i.file, i.place) for i in report.errors] == [
        ("page_file_missing", "app.json", "pages[1]"),
        ("page_file_missing", "app.json", "pages[1]"),
        ("window_value", "app.json", "window.navigationBarTextStyle"),
    ]


def test_the_size_error_says_the_exact_numbers(db) -> None:
    archive = with_files({"big.js": NOISE[: 2 * MB]})
    message = _refusal(archive).errors[0].message
    size = sum(len(c) for p, c in files().items() if not p.startswith("extra/")) + 2 * MB
    assert f"({size} bytes)" in message
    assert "the limit of 2048 KB" in message
    assert "big.js (2048 KB)" in message


def test_exactly_two_megabytes_pass_and_one_byte_more_does_not(db) -> None:
    rest = sum(len(c) for p, c in files().items() if not p.startswith("extra/"))
    assert receive_package(with_files({"big.png": NOISE[: 2 * MB - rest]})).facts["sizes"]["main"] == 2 * MB
    assert [i.rule for i in _refusal(with_files({"big.png": NOISE[: 2 * MB - rest + 1]})).errors] == ["main_size"]
