"""Static views of pages: what WXML becomes, and that nothing of a hostile program gets out."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from developers.actions.packages import receive_package
from developers.models import CodePackage
from developers.packages.inspection import inspect
from developers.packages.report import Report
from developers.packages.storage import keep
from developers.packages.tree import SourceTree
from developers.rendering import Urls, literals, program_page, wxml
from developers.rendering.expressions import evaluate, resolve
from developers.rendering.literals import UNKNOWN, page_object
from developers.rendering.skin import skin_css
from platform_site.simulation.stories import zip_of_demo_program
from tests.developers.zips import files, with_files

URLS = Urls(page=lambda p: f"/p/{p}", asset=lambda p: f"/a/{p}", skin=lambda p: f"/s/{p}")


def page(markup: str, *, data: str = "{}", extra: dict | None = None, config: str = "{}") -> str:
    """The body of a page with this WXML and data."""
    found = {
        "pages/list/list.wxml": markup,
        "pages/list/list.js": f"Page({{ data: {data}, onLoad() {{ }} }})",
        "pages/list/list.json": config,
        **(extra or {}),
    }
    return str(program_page(kept(found), "pages/list/list", urls=URLS).body)


def kept(found: dict) -> CodePackage:
    """The package, whatever the inspector says: the view must bear what came before a rule, or past it."""
    tree = {**files(), **{path: c.encode() if isinstance(c, str) else c for path, c in found.items()}}
    return keep(inspect(SourceTree(tree), Report()))


@pytest.mark.parametrize(
    ("markup", "data", "expected"),
    [
        ("<view>Hi</view>", "{}", '<div class="mp-view">Hi</div>'),
        ("<text>{{a}}</text>", "{a: 'x'}", '<span class="mp-text">x</span>'),
        ("<text>{{a.b[1].c}}</text>", "{a: {b: [0, {c: 7}]}}", '<span class="mp-text">7</span>'),
        ("<text>{{n + 1}} of {{n * 2}}</text>", "{n: 3}", '<span class="mp-text">4 of 6</span>'),
        ("<text>{{ok ? 'yes' : 'no'}}</text>", "{ok: false}", '<span class="mp-text">no</span>'),
        ("<block>a</block>", "{}", "a"),
        (
            '<text wx:if="{{a}}">1</text><text wx:elif="{{b}}">2</text><text wx:else>3</text>',
            "{b: true}",
            '<span class="mp-text">2</span>',
        ),
        ('<text wx:if="{{!list.length}}">none</text>', "{list: []}", '<span class="mp-text">none</span>'),
        (
            '<text wx:for="{{list}}">{{index}}{{item}}</text>',
            "{list: ['a', 'b']}",
            '<span class="mp-text">0a</span><span class="mp-text">1b</span>',
        ),
        (
            '<text wx:for="{{2}}" wx:for-item="n">{{n}}</text>',
            "{}",
            '<span class="mp-text">0</span><span class="mp-text">1</span>',
        ),
        ('<view hidden="{{true}}">no</view>', "{}", ""),
        (
            '<image src="/images/a.png" mode="widthFix"/>',
            "{}",
            '<img class="mp-image mp-image-widthFix" src="/a/images/a.png" alt="">',
        ),
        ('<image src="../../images/a.png"/>', "{}", '<img class="mp-image" src="/a/images/a.png" alt="">'),
        ('<image src="https://evil.test/x.png"/>', "{}", '<span class="mp-image mp-image-off"></span>'),
        (
            '<navigator url="../home/home?id={{n}}">Go</navigator>',
            "{n: 5}",
            '<a class="mp-view mp-navigator" href="/p/pages/home/home?id=5">Go</a>',
        ),
        ('<navigator url="https://evil.test/">Go</navigator>', "{}", '<div class="mp-view mp-navigator">Go</div>'),
        ('<button type="primary">Buy</button>', "{}", '<div class="mp-button mp-button-primary">Buy</div>'),
        ('<video src="x"/>', "{}", '<div class="mp-off">“video” is not shown in this view.</div>'),
        (
            "<text>{{later}}</text>",
            "{later: compute()}",
            '<span class="mp-text"><span class="mp-unknown">{{ later }}</span></span>',
        ),
        (
            "<text>{{money.yuan(3)}}</text>",
            "{}",
            '<span class="mp-text"><span class="mp-unknown">{{ money.yuan(3) }}</span></span>',
        ),
        ("<text>{{ 1 < 2 ? 'a' : 'b' }}</text>", "{}", '<span class="mp-text">a</span>'),
        ("<text>&lt;b&gt;</text>", "{}", '<span class="mp-text">&lt;b&gt;</span>'),
        (
            '<template name="t"><text>{{x}}</text></template><template is="t" data="{{x: n}}"/>',
            "{n: 4}",
            '<span class="mp-text">4</span>',
        ),
        ("<view><view>unclosed", "{}", '<div class="mp-view"><div class="mp-view">unclosed</div></div>'),
        ("</view>stray", "{}", "stray"),
        ("<!-- a <b> -->x", "{}", "x"),
    ],
)
def test_what_markup_becomes(db, markup, data, expected) -> None:
    assert page(markup, data=data) == expected


def test_components_get_their_properties_and_slots(db) -> None:
    extra = {
        "components/box/box.json": '{"component": true}',
        "components/box/box.js": "Component({properties: {myText: {type: String, value: 'none'}}, data: {n: 1}})",
        "components/box/box.wxml": "<text>{{myText}} {{n}}</text><slot/>",
    }
    config = '{"usingComponents": {"my-box": "/components/box/box"}}'
    body = page('<my-box my-text="{{a}}">inside</my-box><my-box/>', data="{a: 'A'}", extra=extra, config=config)
    assert body == (
        '<div class="mp-view"><span class="mp-text">A 1</span>inside</div>'
        '<div class="mp-view"><span class="mp-text">none 1</span></div>'
    )


def test_a_component_that_uses_itself_ends(db) -> None:
    extra = {
        "components/box/box.json": '{"component": true, "usingComponents": {"box": "./box"}}',
        "components/box/box.js": "Component({})",
        "components/box/box.wxml": "<box/><box/>x",
    }
    body = page("<box/>", extra=extra, config='{"usingComponents": {"box": "/components/box/box"}}')
    assert 0 < len(body) < 1_000_000


HOSTILE = [
    "<script>alert(1)</script>",
    '<view onclick="alert(1)" style=\'x\' class="evil" id=a>x</view>',
    '<image src="javascript:alert(1)"/>',
    '<image src="/images/a.png&quot; onerror=&quot;alert(1)"/>',
    '<navigator url="javascript:alert(1)">x</navigator>',
    '<navigator url="/pages/home/home?a=&quot;&gt;&lt;script&gt;alert(1)">x</navigator>',
    "<text>{{x}}</text>",
    '<view data-x="{{x}}">{{x}}</view>',
    '<input placeholder="{{x}}" value="{{x}}"/>',
    '<button type="{{x}}" size="{{x}}">{{x}}</button>',
    '<icon type="{{x}}"/><progress percent="{{x}}"/>',
    '<iframe src="https://evil.test"></iframe><object data="x"></object><link rel=stylesheet href=x><base href=x>',
    "<style>*{display:none}</style>",
    '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    '<rich-text nodes="<img src=x onerror=alert(1)>"/>',
    '<web-view src="https://evil.test"/>',
    '{{nope("<script>alert(1)</script>")}}',
    "<view>&lt;script&gt;alert(1)&lt;/script&gt;</view>",
    '<x"y onmouseover=alert(1)>z',
    "<video src=x onerror=alert(1)>",
]
ALLOWED = {
    "div": {"class"}, "span": {"class", "aria-hidden"}, "img": {"class", "src", "alt"}, "a": {"class", "href"},
    "input": {"class", "type", "disabled", "aria-label", "placeholder", "value", "checked"},
    "textarea": {"class", "disabled", "aria-label", "placeholder"}, "progress": {"class", "max", "value"},
}  # fmt: skip


class Watch(HTMLParser):
    """Fails on every tag, attribute or address that is not ours."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            if name in ("href", "src"):
                assert re.match(r"/[pa]/", value or ""), value
            if name == "class":
                assert all(word.startswith("mp-") for word in (value or "").split()), value


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_hostile_gets_out(db, markup) -> None:
    body = page(markup, data="{x: '\"><script>alert(1)</script><img src=x onerror=alert(1)>'}")
    Watch().feed(body)
    assert "<script" not in body


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>/\"'={}ab-: \n&;wx!", max_size=120))
def test_no_markup_breaks_the_parser(markup: str) -> None:
    wxml.parse(markup)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.01+-*/%<>=!&|?:()[]{},'\"\\ ", max_size=60))
def test_no_expression_breaks_the_calculator(text: str) -> None:
    evaluate(text, {"a": {"b": [1, "x"]}, "b": 2})
    resolve("{{" + text + "}} and", {})


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:{}[](),'\"`\\/* \n0.-=>", max_size=120))
def test_no_script_breaks_the_reader_of_data(text: str) -> None:
    page_object("Page({data: " + text)
    page_object("Page({" + text + "})")


@pytest.mark.parametrize(
    "work",
    [
        lambda: wxml.parse("<view " * 40_000),
        lambda: wxml.parse("<" * 250_000),
        lambda: wxml.parse("<view a='" * 20_000),
        lambda: wxml.parse("{{" * 120_000),
        lambda: wxml.parse("<view>" * 40_000),
        lambda: page_object("Page({a:" * 30_000),
        lambda: page_object("Page({data:" + "[" * 100_000),
        lambda: page_object("Page({data:" + '"' * 100_000),
        lambda: page_object("Page({data:" + "/*" * 100_000),
        lambda: page_object("Page({" + "a" * 200_000),
        lambda: evaluate("(" * 1000, {}),
        lambda: resolve("{{" * 100_000, {}),
        lambda: evaluate("a" + "+a" * 400, {"a": "x" * 9_000}),
    ],
)
def test_work_stays_in_proportion(work) -> None:
    started = time.perf_counter()
    work()
    assert time.perf_counter() - started < 5


def test_loops_in_loops_are_cut_off(db) -> None:
    markup = '<view wx:for="{{200}}"><view wx:for="{{200}}"><view wx:for="{{200}}">x</view></view></view>'
    assert len(page(markup)) < 1_000_000


def test_text_in_loops_is_cut_off(db) -> None:
    markup = '<block wx:for="{{200}}"><block wx:for="{{19}}">' + "x" * 20_000 + "</block></block>"
    assert page(markup).count("x") == 2_000_000


def test_slots_in_slots_are_cut_off(db) -> None:
    extra = {
        "components/a/a.wxml": "<slot/>" * 20,
        "components/a/a.js": "Component({})",
        "components/a/a.json": '{"component": true}',
    }
    config = '{"usingComponents": {"a": "/components/a/a"}}'
    body = page("<a>" * 6 + "x" + "</a>" * 6, extra=extra, config=config)
    assert len(body) < 3_000_000


HOSTILE_WORK = {
    "loops that show nothing": '<view wx:for="{{200}}"><view wx:for="{{19}}">'
    + '<view wx:for="{{200}}" wx:if="{{1 == 2 || false}}">x</view>' * 20
    + "</view></view>",
    "expressions in loops": '<view wx:for="{{200}}"><view wx:for="{{19}}">'
    + "{{1 + 2 * 3 - 4}} " * 200
    + "</view></view>",
    "a list that holds itself many times": '<template name="t">{{x}}{{x == y}}'
    '<template is="t" data="{{x: [x, x, x, x, x, x, x, x], y: [y, y, y, y, y, y, y, y]}}"/></template>'
    '<template is="t" data="{{x: [], y: []}}"/>',
    "a list in a list in a list": '<template name="t">{{x}}<template is="t" data="{{x: '
    + "[" * 70
    + "x"
    + "]" * 70
    + '}}"/></template><template is="t" data="{{x: [1]}}"/>',
}


@pytest.mark.parametrize("markup", HOSTILE_WORK.values(), ids=HOSTILE_WORK)
def test_work_that_multiplies_is_cut_off(db, markup) -> None:
    begun = time.monotonic()
    assert len(page(markup)) < 3_000_000
    assert time.monotonic() - begun < 10


def test_lists_are_the_same_only_if_they_are_one(db) -> None:
    assert evaluate("a == a", {"a": [1]}) is True
    assert evaluate("a == b", {"a": [1], "b": [1]}) is False
    assert resolve("{{a}}!", {"a": [1, [2, [], "x"]]}) == "1,2,,x!"


def test_data_is_read_as_far_as_it_is_literal() -> None:
    script = """
    const app = getApp() // Page({ not this
    Page({
      data: { /* note */ 'a': 1, b: [1, 2.50, -3], c: "it's \\u8336", d: `x`, e: null, f: Date.now(), g: {h: true},
        i: a + b, j, k: [1, x()], ...other, 'l-m': 'n', },
      onLoad: function () { return {data: 2} },
    })"""
    assert page_object(script)["data"] == {
        "a": 1, "b": [1, 2.5, -3], "c": "it's 茶", "d": "x", "e": None, "f": UNKNOWN, "g": {"h": True},
        "i": UNKNOWN, "j": UNKNOWN, "k": [1, UNKNOWN], "l-m": "n",
    }  # fmt: skip
    assert page_object("App({})") == {}
    assert page_object("Page(" + "x" * literals.MOST_BYTES + ")") == {}


def test_the_frame_of_a_page(db) -> None:
    package = receive_package(zip_of_demo_program())
    first = program_page(package, "", urls=URLS)
    assert first is not None
    assert (first.path, first.is_home, first.skin) == (package.facts["pages"][0], True, f"/s/{first.path}")
    assert [tab.is_current for tab in first.tabs] == [True, False, False, False]
    assert all(tab.icon.startswith("/a/images/") for tab in first.tabs)
    inside = program_page(package, package.facts["subpackages"][0]["pages"][0], urls=URLS)
    assert inside is not None
    assert inside.tabs == []
    assert program_page(package, "pages/nowhere", urls=URLS) is None


def test_every_page_of_the_sample_program_is_shown_without_marks(db) -> None:
    package = receive_package(zip_of_demo_program())
    for path in package.facts["pages"]:
        shown = program_page(package, path, urls=URLS)
        assert shown is not None
        assert "mp-unknown" not in shown.body
        Watch().feed(str(shown.body))


def test_only_checked_colours_get_into_the_style_sheet(db) -> None:
    package = receive_package(with_files({"pages/list/list.json": '{"navigationBarBackgroundColor": "#abcdef"}'}))
    assert ".mp-bar { background-color: #abcdef; }" in skin_css(package, "pages/list/list")
    assert ".mp-bar { background-color: #12805c; }" in skin_css(package, "pages/home/home")
    for line in skin_css(package, "pages/list/list").splitlines():
        assert re.fullmatch(r"[^{}]+\{ (background-)?color: #[0-9a-fA-F]{3,8}; \}", line)
