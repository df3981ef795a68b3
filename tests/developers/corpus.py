"""Packages with one thing wrong, and the rule that must find it: what console.md §8 and miniprogram-ci.md §8 name.

The containers' own faults are in test_packages_refused.py (zip) and test_wxapkg.py (the uploader's).
"""
# ruff: noqa: E501 -- a table, a line each

from typing import Any

from tests.developers.zips import APP, files, picture

Tree = dict[str, bytes]


def changed(extra: dict[str, Any] | None = None, *, without: tuple[str, ...] = (), **app: Any) -> Tree:
    """The good program with keys of app.json and files replaced."""
    new = {path: c.encode() if isinstance(c, str) else c for path, c in (extra or {}).items()}
    return {path: c for path, c in {**files(app), **new}.items() if path not in without}


def page(wxml: str) -> Tree:
    return changed({"pages/list/list.wxml": wxml})


def script(js: str) -> Tree:
    return changed({"pages/list/list.js": js})


def style(wxss: str) -> Tree:
    return changed({"pages/list/list.wxss": wxss})


def page_json(text: str) -> Tree:
    return changed({"pages/list/list.json": text})


def sitemap(text: str) -> Tree:
    return changed({"sitemap.json": text})


def plugin(**keys: Any) -> Tree:
    return changed(plugins={"tea": {"version": "1.0.2", "provider": "wx0000000000000001", **keys}})


BAR = APP["tabBar"]
THEME = '{"light": {"bg": "#ffffff"}, "dark": {"bg": "#000000"}}'

# name: (severity, rule, file, place or line, the program)
CASES: dict[str, tuple[str, str, str, str | int, Tree]] = {
    # app.json and what stands beside it
    "no app.js": ("error", "app_js_missing", "app.js", "", changed(without=("app.js",))),
    "a syntax error with its line": ("error", "json_syntax", "app.json", 2, changed({"app.json": '{"pages":\n["a",]}'})),
    "a comment with its line": ("error", "json_syntax", "app.json", 3, changed({"app.json": '{\n"a": 1,\n// no\n"b": 2}'})),
    "a page that begins with a dot": ("error", "pages_path", "app.json", "pages[0]", changed(pages=["./a"], tabBar=None)),
    "a page that begins with a space": ("error", "pages_path", "app.json", "pages[0]", changed(pages=[" a"], tabBar=None)),
    "an unknown key": ("warning", "app_unknown_key", "app.json", "fancy", changed(fancy=True)),
    "a flag that is a text": ("error", "app_type", "app.json", "darkmode", changed(darkmode="yes")),
    "a text that is a flag": ("error", "app_type", "app.json", "style", changed(style=True)),
    "an object that is a list": ("error", "app_type", "app.json", "useExtendedLib", changed(useExtendedLib=[])),
    "a list that is an object": ("error", "app_type", "app.json", "embeddedAppIdList", changed(embeddedAppIdList={})),
    "debug is a number": ("error", "app_type", "app.json", "debug", changed(debug=1)),
    "debug is on": ("info", "debug_on", "app.json", "debug", changed(debug=True)),
    "an entry page that is a list": ("error", "entry_page", "app.json", "entryPagePath", changed(entryPagePath=[])),
    "workers in a folder that is none": ("error", "workers", "app.json", "workers", changed(workers={"path": "w"})),
    "workers outside": ("error", "workers", "app.json", "workers", changed(workers="../w")),
    "workers are a number": ("error", "workers", "app.json", "workers", changed(workers=1)),
    "timeouts are a list": ("error", "network_timeout", "app.json", "networkTimeout", changed(networkTimeout=[])),
    "a timeout of zero": ("error", "network_timeout", "app.json", "networkTimeout.request", changed(networkTimeout={"request": 0})),
    "a timeout that is true": ("error", "network_timeout", "app.json", "networkTimeout.request", changed(networkTimeout={"request": True})),
    "a timeout too long": ("warning", "network_timeout_long", "app.json", "networkTimeout.request", changed(networkTimeout={"request": 60001})),
    "preload rules are a list": ("error", "preload_rule", "app.json", "preloadRule", changed(preloadRule=[])),
    "a preload rule of an unknown package": (
        "error", "preload_rule", "app.json", "preloadRule.pages/home/home",
        changed(preloadRule={"pages/home/home": {"packages": ["nowhere"]}}),
    ),
    "a preload rule over an unknown network": (
        "error", "preload_rule", "app.json", "preloadRule.pages/home/home.network",
        changed(preloadRule={"pages/home/home": {"packages": ["extra"], "network": "5g"}}),
    ),
    # plugins
    "plugins are a list": ("error", "plugins_type", "app.json", "plugins", changed(plugins=[])),
    "a plugin is a text": ("error", "plugins_type", "app.json", "plugins.tea", changed(plugins={"tea": "1.0.0"})),
    "a plugin without version": ("error", "plugins_version", "app.json", "plugins.tea.version", plugin(version=None)),
    "a plugin of version dev": ("error", "plugins_version", "app.json", "plugins.tea.version", plugin(version="dev")),
    "a plugin of version 1.0": ("error", "plugins_version", "app.json", "plugins.tea.version", plugin(version="1.0")),
    "a plugin of version latest": ("error", "plugins_version", "app.json", "plugins.tea.version", plugin(version="latest")),
    "a plugin of nobody": ("error", "plugins_provider", "app.json", "plugins.tea.provider", plugin(provider="")),
    "a plugin in a sub-package": (
        "error", "plugins_version", "app.json", "subPackages[0].plugins.tea.version",
        changed(subPackages=[{**APP["subPackages"][0], "plugins": {"tea": {"provider": "wx0000000000000001"}}}]),
    ),
    "a component of a plugin": (
        "warning", "components_plugin", "pages/list/list.json", "usingComponents.cup",
        {**plugin(), "pages/list/list.json": b'{"usingComponents": {"cup": "plugin://tea/cup"}}'},
    ),
    "a component of a plugin that is not declared": (
        "error", "components_plugin_unknown", "pages/list/list.json", "usingComponents.cup",
        page_json('{"usingComponents": {"cup": "plugin://tea/cup"}}'),
    ),
    # permissions and what needs a reason
    "permissions are a list": ("error", "permission_type", "app.json", "permission", changed(permission=[])),
    "a permission without desc": (
        "error", "permission_desc", "app.json", "permission.scope.userLocation.desc", changed(permission={"scope.userLocation": {}}),
    ),
    "a permission that is a text": (
        "error", "permission_desc", "app.json", "permission.scope.userLocation.desc", changed(permission={"scope.userLocation": "x"}),
    ),
    "a long reason": (
        "warning", "permission_desc_long", "app.json", "permission.scope.userLocation.desc",
        changed(permission={"scope.userLocation": {"desc": "x" * 31}}),
    ),
    "an unknown permission": (
        "warning", "permission_unknown", "app.json", "permission.scope.mind", changed(permission={"scope.mind": {"desc": "x"}}),
    ),
    "private infos are a text": ("error", "private_infos", "app.json", "requiredPrivateInfos", changed(requiredPrivateInfos="x")),
    "an unknown private info": ("error", "private_infos", "app.json", "requiredPrivateInfos[0]", changed(requiredPrivateInfos=["getMind"])),
    "both locations": (
        "error", "private_infos_both", "app.json", "requiredPrivateInfos", changed(requiredPrivateInfos=["getLocation", "getFuzzyLocation"]),
    ),
    "background modes are a text": ("error", "background_modes", "app.json", "requiredBackgroundModes", changed(requiredBackgroundModes="audio")),
    "an unknown background mode": ("error", "background_modes", "app.json", "requiredBackgroundModes[0]", changed(requiredBackgroundModes=["video"])),
    "eleven programs to go to": (
        "error", "navigate_to_many", "app.json", "navigateToMiniProgramAppIdList",
        changed(navigateToMiniProgramAppIdList=[f"wx00000000000000{n:02}" for n in range(11)]),
    ),
    "a program to go to that is none": (
        "error", "navigate_to", "app.json", "navigateToMiniProgramAppIdList[0]", changed(navigateToMiniProgramAppIdList=["tea"]),
    ),
    "programs to go to are a text": (
        "error", "navigate_to", "app.json", "navigateToMiniProgramAppIdList", changed(navigateToMiniProgramAppIdList="wx0000000000000001"),
    ),
    "a program to go to twice": (
        "warning", "navigate_to_twice", "app.json", "navigateToMiniProgramAppIdList[1]",
        changed(navigateToMiniProgramAppIdList=["wx0000000000000001"] * 2),
    ),
    "lazy loading of another kind": ("error", "lazy_code_loading", "app.json", "lazyCodeLoading", changed(lazyCodeLoading="all")),
    "an unknown renderer": ("error", "renderer", "app.json", "renderer", changed(renderer="crayons")),
    "an unknown framework": ("error", "renderer", "app.json", "componentFramework", changed(componentFramework="react")),
    "skyline without lazy loading": ("error", "skyline", "app.json", "renderer", changed(renderer="skyline")),
    "a skyline page without lazy loading": ("error", "skyline", "pages/list/list.json", "renderer", page_json('{"renderer": "skyline"}')),
    # sub-packages
    "a sub-package without pages": (
        "warning", "subpackages_no_page", "app.json", "subPackages[0].pages", changed(subPackages=[{"root": "extra", "pages": []}]),
    ),
    "a sub-package called __APP__": (
        "error", "subpackages_name", "app.json", "subPackages[0].name", changed(subPackages=[{**APP["subPackages"][0], "name": "__APP__"}]),
    ),
    "independent is a text": (
        "error", "app_type", "app.json", "subPackages[0].independent", changed(subPackages=[{**APP["subPackages"][0], "independent": "yes"}]),
    ),
    # window, themes, tab bar
    "a theme that is missing": (
        "error", "window_value", "app.json", "window.backgroundColor", changed(window={"backgroundColor": "@bg"}, themeLocation="theme.json"),
    ),
    "a theme that nobody needs is missing": ("error", "theme_missing", "app.json", "themeLocation", changed(themeLocation="theme.json")),
    "a theme variable that is missing": (
        "error", "window_value", "app.json", "window.backgroundColor",
        changed({"theme.json": THEME}, window={"backgroundColor": "@fg"}, themeLocation="theme.json"),
    ),
    "a theme without dark": (
        "error", "window_value", "app.json", "window.backgroundColor",
        changed({"theme.json": '{"light": {"bg": "#fff"}}'}, window={"backgroundColor": "@bg"}, themeLocation="theme.json"),
    ),
    "a theme that is no JSON": (
        "error", "json_syntax", "theme.json", 1,
        changed({"theme.json": "{"}, window={"backgroundColor": "@bg"}, themeLocation="theme.json"),
    ),
    "a tab bar colour of no theme": ("error", "tabbar_colour", "app.json", "tabBar.color", changed(tabBar={**BAR, "color": "@c"})),
    "a tab bar without colour": (
        "warning", "tabbar_colour", "app.json", "tabBar.color", changed(tabBar={k: v for k, v in BAR.items() if k != "color"}),
    ),
    "an icon of no theme": (
        "error", "tabbar_icon_missing", "app.json", "tabBar.list[1].iconPath",
        changed(tabBar={**BAR, "list": [BAR["list"][0], {**BAR["list"][1], "iconPath": "@icon"}]}),
    ),
    "a tab bar of its own without component": ("error", "tabbar_custom", "app.json", "tabBar.custom", changed(tabBar={**BAR, "custom": True})),
    "custom is a text": ("error", "tabbar_value", "app.json", "tabBar.custom", changed(tabBar={**BAR, "custom": "yes"})),
    "a small icon": ("info", "tabbar_icon_pixels", "app.json", "tabBar.list[0].iconPath", changed({"images/a.png": picture(side=24)})),
    # pages' files and components
    "an unknown key in a page": ("warning", "page_unknown_key", "pages/list/list.json", "fancy", page_json('{"fancy": 1}')),
    "a page's flag is a text": ("error", "page_type", "pages/list/list.json", "disableSwipeBack", page_json('{"disableSwipeBack": "no"}')),
    "a page's object is a list": ("error", "page_type", "pages/list/list.json", "componentGenerics", page_json('{"componentGenerics": []}')),
    "a page's file is broken": ("error", "json_syntax", "pages/list/list.json", 2, page_json('{\n"a": }')),
    "a component's file is broken": ("error", "json_syntax", "components/tag/tag.json", 1, changed({"components/tag/tag.json": "{,}"})),
    "a component says false": ("error", "component_flag", "components/tag/tag.json", "component", changed({"components/tag/tag.json": '{"component": false}'})),
    # sitemap
    "a sitemap that is missing": ("error", "sitemap_missing", "app.json", "sitemapLocation", changed(sitemapLocation="sitemap.json")),
    "a sitemap outside": ("error", "sitemap_missing", "app.json", "sitemapLocation", changed(sitemapLocation="../sitemap.json")),
    "a sitemap of another type": ("error", "sitemap_extension", "app.json", "sitemapLocation", changed({"map.txt": "{}"}, sitemapLocation="map.txt")),
    "a sitemap that is no JSON": ("error", "json_syntax", "sitemap.json", 1, sitemap("rules")),
    "an empty sitemap": ("error", "json_empty", "sitemap.json", "", sitemap("")),
    "a sitemap without rules": ("error", "sitemap_rules", "sitemap.json", "rules", sitemap("{}")),
    "a sitemap with no rule": ("error", "sitemap_rules", "sitemap.json", "rules", sitemap('{"rules": []}')),
    "a rule that is a text": ("error", "sitemap_rule", "sitemap.json", "rules[0]", sitemap('{"rules": ["*"]}')),
    "a rule without page": ("error", "sitemap_rule", "sitemap.json", "rules[0].page", sitemap('{"rules": [{"action": "allow"}]}')),
    "a rule of another action": ("error", "sitemap_rule", "sitemap.json", "rules[0].action", sitemap('{"rules": [{"action": "hide", "page": "*"}]}')),
    "a rule of another matching": ("error", "sitemap_rule", "sitemap.json", "rules[0].matching", sitemap('{"rules": [{"page": "*", "matching": "some"}]}')),
    "a rule whose params are a text": ("error", "sitemap_rule", "sitemap.json", "rules[0].params", sitemap('{"rules": [{"page": "*", "params": "a"}]}')),
    "a rule whose priority is a text": ("error", "sitemap_rule", "sitemap.json", "rules[0].priority", sitemap('{"rules": [{"page": "*", "priority": "1"}]}')),
    "a rule of no page": ("warning", "sitemap_page", "sitemap.json", "rules[0].page", sitemap('{"rules": [{"page": "pages/x"}]}')),
    # project.config.json
    "a broken project file": ("error", "json_syntax", "project.config.json", 1, changed({"project.config.json": "{"})),
    "a project file that is a list": ("error", "project_config_type", "project.config.json", "", changed({"project.config.json": "[]"})),
    "a plugin project": ("error", "project_config_type", "project.config.json", "compileType", changed({"project.config.json": '{"compileType": "plugin"}'})),
    "a game": ("error", "project_config_type", "project.config.json", "compileType", changed({"project.config.json": '{"compileType": "game"}'})),
    "an AppID that is a number": ("error", "project_config_appid", "project.config.json", "appid", changed({"project.config.json": '{"appid": 1}'})),
    # scripts
    "an open bracket": ("error", "js_syntax", "pages/list/list.js", 1, script("Page({")),
    "an open bracket further down": ("error", "js_syntax", "pages/list/list.js", 3, script("\n\nfoo(\n\n")),
    "a bracket too many": ("error", "js_syntax", "pages/list/list.js", 2, script("Page({})\n}")),
    "brackets crossed": ("error", "js_syntax", "pages/list/list.js", 1, script("Page({ a: [1 })")),
    "an open text": ("error", "js_syntax", "pages/list/list.js", 2, script("Page({\n a: 'tea })\n")),
    "an open template": ("error", "js_syntax", "pages/list/list.js", 1, script("var a = `tea ${b} ")),
    "an open comment": ("error", "js_syntax", "pages/list/list.js", 2, script("Page({})\n/* forgotten")),
    "nothing after =": ("error", "js_syntax", "pages/list/list.js", 1, script("var a = ;")),
    "nothing after +": ("error", "js_syntax", "pages/list/list.js", 1, script("Page({ a: 1 + })")),
    "a broken wxs": ("error", "js_syntax", "a.wxs", 1, changed({"a.wxs": "module.exports = {"})),
    "a required file that is missing": ("warning", "js_require", "pages/list/list.js", "", script("const a = require('../../no')")),
    "an imported file that is missing": ("warning", "js_require", "pages/list/list.js", "", script("import a from './no.js'")),
    "eval": ("warning", "js_eval", "pages/list/list.js", "", script("eval('1')")),
    "new Function": ("warning", "js_eval", "pages/list/list.js", "", script("new Function('a')")),
    "a request without TLS": ("info", "domain_insecure", "pages/list/list.js", "", script("wx.request({ url: 'http://tea.example.com/' })")),
    "a script in GBK": ("error", "encoding", "pages/list/list.js", "", changed({"pages/list/list.js": "// 茶".encode("gbk")})),
    "a page in GBK": ("error", "encoding", "pages/list/list.wxml", "", changed({"pages/list/list.wxml": "<view>茶</view>".encode("gbk")})),
    # pages
    "an element without end": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page("<view>")),
    "an element without end inside": ("error", "wxml_syntax", "pages/list/list.wxml", 2, page("<view>\n<text>tea\n</view>")),
    "an end too many": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page("<view></view></view>")),
    "ends crossed": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page("<view><text></view></text>")),
    "an open tag": ("error", "wxml_syntax", "pages/list/list.wxml", 2, page("<view>\n<text class='a'")),
    "an open attribute": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page('<view class="a></view>')),
    "an open comment in a page": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page("<!-- tea <view></view>")),
    "an open script in a page": ("error", "wxml_syntax", "pages/list/list.wxml", 1, page("<wxs module='m'>var a")),
    "an input without end": ("warning", "wxml_no_end", "pages/list/list.wxml", 1, page("<view><input></view>")),
    "an import that is missing": ("error", "wxml_source", "pages/list/list.wxml", "", page("<import src='no.wxml'/>")),
    "an include that is missing": ("error", "wxml_source", "pages/list/list.wxml", "", page("<include src='/no'/>")),
    "a wxs that is missing": ("error", "wxml_source", "pages/list/list.wxml", "", page("<wxs src='no.wxs' module='m'/>")),
    "an import outside": ("error", "wxml_source", "pages/list/list.wxml", "", page("<import src='../../../no.wxml'/>")),
    # style sheets
    "an open brace": ("error", "wxss_syntax", "pages/list/list.wxss", 2, style("\n.a { color: red")),
    "a brace too many": ("error", "wxss_syntax", "pages/list/list.wxss", 1, style(".a { color: red } }")),
    "an open comment in a style": ("error", "wxss_syntax", "pages/list/list.wxss", 1, style("/* tea")),
    "an open text in a style": ("error", "wxss_syntax", "pages/list/list.wxss", 1, style(".a::before { content: 'tea }")),
    "an open round bracket": ("error", "wxss_syntax", "pages/list/list.wxss", 1, style(".a { width: calc(1px + 2px }")),
    "a style sheet that is missing": ("error", "wxss_import", "pages/list/list.wxss", "", style("@import 'no.wxss';")),
    "a picture of the package": ("warning", "wxss_picture", "pages/list/list.wxss", "", style(".a { background: url(/images/a.png) }")),
    # sizes
    "a big picture": ("info", "image_large", "images/big.png", "", changed({"images/big.png": b"x" * 204_801})),
    "a big script": ("warning", "code_unread", "big.js", "", changed({"big.js": b"//" + b"x" * 1_048_577})),
}  # fmt: skip
