"""The inspector's rules: the corpus of bad packages, by every way in, and the list of rules on the help page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzz
from hypothesis import strategies as st

from developers.actions.packages import open_upload, receive_opened, receive_upload
from developers.models import CodePackage
from developers.packages.app_settings import PLAIN_KEYS as SETTINGS
from developers.packages.inspection import inspect
from developers.packages.report import MOST_ITEMS, PackageRefused, Report
from developers.packages.rules import BY_ID
from developers.packages.tree import SourceTree
from tests.concurrency import together
from tests.developers import wxapkgs, zips
from tests.developers.corpus import CASES, changed, script
from tests.developers.wxapkgs import Wxapkg


def report_of(tree: dict[str, bytes]) -> Report:
    report = Report()
    inspect(SourceTree(tree), report)
    return report


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_by_its_rule_in_its_place(case: str) -> None:
    severity, rule, file, where, tree = CASES[case]
    found = [item for item in report_of(tree) if item.rule == rule]
    assert [(item.severity, item.file) for item in found][:1] == [(severity, file)]
    assert where in ((found[0].line,) if isinstance(where, int) else (found[0].place,))
    assert found[0].message


@pytest.mark.parametrize("case", [name for name, made in CASES.items() if made[0] == "error"])
def test_an_error_is_one_by_the_uploader_too(case: str, db: None) -> None:
    tree = CASES[case][-1]
    with pytest.raises(PackageRefused) as refused:
        receive_upload(Wxapkg(tree).done())
    assert refused.value.report.as_json() == report_of(tree).as_json()
    assert CodePackage.objects.count() == 0


def test_the_good_program_has_nothing_to_be_told() -> None:
    assert report_of(zips.files()).items == []


def test_every_rule_that_the_code_knows_is_on_the_help_page(client: Client, db: None) -> None:
    called = re.compile(
        r'(?:error|warning|info|Unreadable|BadJson|_report|_too_big)\(\s*(?:program, |self, )?"([a-z_0-9]+)"'
    )
    by_argument = re.compile(r'(?:rule=|check_choice\(program, )"([a-z_]+)"')
    sources = [path.read_text() for path in Path(settings.BASE_DIR, "developers/packages").glob("*.py")]
    used = {rule for text in sources for pattern in (called, by_argument) for rule in pattern.findall(text)}
    assert used - set(BY_ID) == set()
    assert len(used) > 150
    page = client.get("/docs/packages/").content.decode()
    assert [rule for rule in BY_ID if f'id="{rule}"' not in page] == []


def test_no_rule_stands_on_the_help_page_for_nothing() -> None:
    everything = "".join(
        path.read_text()
        for path in Path(settings.BASE_DIR, "developers").glob("**/*.py")
        if not path.name.startswith("rules")
    )
    assert [rule for rule in BY_ID if f'"{rule}"' not in everything] == []


def test_a_finding_says_its_line_shows_it_and_links_to_its_rule() -> None:
    (item,) = report_of(script("Page({\n  data: {\n    a: [1,\n  }\n})")).errors
    assert (item.line, item.excerpt, item.help) == (3, "a: [1,", "/docs/packages/#js_syntax")
    assert str(item) == "pages/list/list.js:3: “[” is not closed."


def test_a_report_is_the_same_after_it_was_kept() -> None:
    report = report_of(changed({"pages/list/list.js": "Page({"}, fancy=1, debug=True))
    assert report.counts == {"error": 1, "warning": 1, "info": 1}
    assert [severity for severity, _items, _n in report.parts] == ["error", "warning", "info"]
    assert Report.from_json(report.as_json()).as_json() == report.as_json()


def test_reports_of_before_can_still_be_shown() -> None:
    old = {"items": [{"severity": "warning", "rule": "file_type", "file": "a", "place": "", "message": "b"}]}
    assert Report.from_json(old).counts == {"error": 0, "warning": 1, "info": 0}


def test_many_warnings_do_not_hide_an_error() -> None:
    many = {f"key{n}": n for n in range(MOST_ITEMS + 50)}
    report = report_of(changed({"pages/list/list.js": "Page({"}, **many))
    assert not report.is_clean
    assert report.counts["warning"] == MOST_ITEMS + 50
    assert len(report.warnings) == MOST_ITEMS


def test_what_the_code_uses_is_kept() -> None:
    code = """
    // wx.hidden() at https://comment.example.com
    wx.login({ success() { wx.request({ url: 'https://api.tea.example.com/v1?a=b' }) } }); wx.cloud.init()
    const socket = wx.connectSocket({ url: `wss://live.tea.example.com:8443/` }), no = "wx.inText"
    wx.authorize({ scope: "scope.record" })
    """
    tree = changed(
        {"pages/list/list.js": code, "pages/list/list.wxml": "<image src='https://img.tea.example.com/a.png'/>"},
        plugins={"tea": {"version": "1.0.2", "provider": "wx0000000000000001"}},
        permission={"scope.userLocation": {"desc": "x"}},
    )
    inspection = inspect(SourceTree(tree), Report())
    assert inspection.facts["uses"] == {
        "apis": ["wx.authorize", "wx.cloud.init", "wx.connectSocket", "wx.login", "wx.request"],
        "domains": [
            "https://api.tea.example.com", "https://img.tea.example.com", "wss://live.tea.example.com:8443",
        ],
        "plugins": ["tea wx0000000000000001 1.0.2"],
        "permissions": ["scope.record", "scope.userLocation"],
    }  # fmt: skip


GOOD_CODE = [
    "var a = b / c / d; var e = /[/'\"`{(]/g.test(f)",
    "if (a) /re(/.exec(b); x = y++ / 2 / z",
    "const a = `x ${ {b: `${c}`}.b } y`",
    "return_ /x/ 2; a = [,]; f(a,); for (;;) {}",
    "a = 'it\\'s' + \"a \\\"b\\\"\" // it's\n/* don't ` */",
    "class A { #p = 1; static { } get [x]() { return this.#p ?? 1 } } async () => { for await (const a of b) {} }",
    "a = b ? /'/ : /\"/; a = {}\n/1/2",
    "s.replace(/\\//g, '/').split(/[\\]/]/)",
    "x = a\n  / b\n  / c",
    "#!/usr/bin/env node\na",
    "yield_ * 2; a **= 2; a ||= b; a &&= b; a ??= b; a?.[0]?.(1)",
    "",
]


@pytest.mark.parametrize("code", GOOD_CODE)
def test_good_scripts_are_not_found_fault_with(code: str) -> None:
    assert report_of(script(code)).errors == []


@pytest.mark.parametrize(
    "wxml",
    [
        "<view wx:if=\"{{a > b && c < d}}\">{{ a < b ? '<' : '>' }}</view>",
        "<wxs module='m'>var a = 1 < 2 && '<view>'</wxs><view></view>",
        "<!-- <view> --><view/><image src='{{a}}' /><input/>",
        "text < 3 & more", "", "<template name=\"a\"><block wx:for='{{b}}'><view/></block></template>",
    ],
)  # fmt: skip
def test_good_pages_are_not_found_fault_with(wxml: str) -> None:
    assert report_of(changed({"pages/list/list.wxml": wxml})).items == []


@pytest.mark.parametrize(
    "wxss",
    [
        ".a::before { content: '}' } /* { */", "@media (min-width: 1px) { .a { b: c } }", "",
        ".a { background: url(data:image/png;base64,iVBOR//a==) }", '.a { b: "it\'s" } .c { d: url("https://e/f(g") }',
    ],
)  # fmt: skip
def test_good_style_sheets_are_not_found_fault_with(wxss: str) -> None:
    assert report_of(changed({"pages/list/list.wxss": wxss})).items == []


def test_a_theme_a_tab_bar_and_a_sitemap_of_ones_own_are_fine() -> None:
    theme = '{"light": {"bg": "#ffffff", "icon": "a.png"}, "dark": {"bg": "#000000", "icon": "b.png"}}'
    bar = {**zips.APP["tabBar"], "custom": True, "color": "@bg"}
    bar["list"] = [{**bar["list"][0], "iconPath": "@icon"}, bar["list"][1]]
    own = {f"custom-tab-bar/index.{kind}": "" for kind in ("js", "wxml")}
    own |= {"custom-tab-bar/index.json": '{"component": true}', "theme.json": theme}
    own["sitemap.json"] = '{"desc": "x", "rules": [{"action": "allow", "page": "*", "priority": 1, "params": ["a"]}]}'
    good: dict[str, Any] = {
        "tabBar": bar, "themeLocation": "theme.json", "sitemapLocation": "sitemap.json",
        "lazyCodeLoading": "requiredComponents", "renderer": "skyline",
        "workers": {"path": "images", "isSubpackage": False}, "style": "v2", "darkmode": True,
        "navigateToMiniProgramAppIdList": ["wx0000000000000001"], "requiredBackgroundModes": ["audio", "location"],
        "permission": {"scope.userLocation": {"desc": "To find tea"}}, "requiredPrivateInfos": ["getLocation"],
        "networkTimeout": {"request": 60000},
        "preloadRule": {"pages/home/home": {"packages": ["more"], "network": "all"}},
    }  # fmt: skip
    assert report_of(changed(own, **good)).items == []


def test_more_than_the_total_is_not_read_for_mistakes() -> None:
    report = report_of(changed({f"f{n}.js": b"(" * 1_000_000 for n in range(9)}))
    assert {item.rule for item in report.errors} == {"main_size", "total_size"}


def test_two_uploads_at_once_of_the_same_code_store_one(transactional_db: None) -> None:
    upload = open_upload(wxapkgs.good())
    stored = together(2, lambda _n: receive_opened(upload, appid="").package.pk)
    assert len(set(stored)) == 1
    assert CodePackage.objects.count() == 1


FILES = [
    "app.json", "app.js", "pages/home/home.json", "sitemap.json", "pages/list/list.wxml", "a.wxss", "theme.json",
    "project.config.json", "pages/list/list.js",
]  # fmt: skip


@fuzz(deadline=5000, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(FILES),
        st.one_of(
            st.binary(max_size=200),
            st.text(alphabet="{}[]()<>/\"'`*=\\ \n:,avtiew-!$.@", max_size=200).map(lambda text: text.encode()),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_random_files_never_break_the_inspector(extra: dict[str, bytes]) -> None:
    report_of(changed(extra)).as_json()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.sampled_from(
        ["pages/home/home", "@bg", "extra", "wx0000000000000001", "theme.json", "plugin://tea/cup", "skyline"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["list", "root", "pages", "pagePath", "text", "iconPath", "custom", "desc", "version",
                         "packages", "name", "plugins", "rules", "light", "dark", "request", "path", "x"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
KEYS = [*SETTINGS, "x"]


@fuzz(deadline=5000, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
def test_random_settings_never_break_the_inspector(app: dict[str, Any]) -> None:
    report_of(changed({"theme.json": '{"light": {}, "dark": []}'}, **app)).as_json()
