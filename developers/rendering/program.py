"""A page with its frame: navigation bar, body, tab bar. What `developers/_program_page.html` shows."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from developers.models import CodePackage
from developers.packages.reading import opened
from developers.rendering.page import PageRenderer, Urls
from developers.rendering.remarks import Remark, data_as_text


@dataclass(frozen=True)
class Tab:
    """An item of the tab bar."""

    text: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class ProgramPage:
    """One page of a program. `skin` is the address of its colours; `home` of its first page.

    `remarks` is what this view could not show, `data` the page's data as text: for the developer tools.
    """

    path: str
    title: str
    body: SafeString
    tabs: list[Tab]
    skin: str
    home: str
    is_home: bool
    has_own_bar: bool
    remarks: list[Remark] = field(default_factory=list)
    data: str = ""


def program_page(package: CodePackage, path: str, *, urls: Urls) -> ProgramPage | None:
    """The page of this path ("" is the first page); None where the program has no such page."""
    pages: list[str] = package.facts["pages"]
    path = path or pages[0]
    if path not in pages:
        return None
    with opened(package) as files:
        renderer = PageRenderer(files, pages, urls)
        body = renderer.page(path)
        window = window_of(package, renderer.sources.json(f"{path}.json"))
        data = data_as_text(renderer.sources.source(path, "Page").data)
    return ProgramPage(
        path=path,
        title=str(window.get("navigationBarTitleText", "")),
        body=body,
        tabs=_tabs(package, path, urls),
        skin=urls.skin(path),
        home=urls.page(pages[0]),
        is_home=path == pages[0],
        has_own_bar=window.get("navigationStyle") == "custom",
        remarks=renderer.remarks.listed(),
        data=data,
    )


def window_of(package: CodePackage, page: dict[str, Any]) -> dict[str, Any]:
    """The window settings of a page: its own over the app's, texts only."""
    own = {key: value for key, value in page.items() if isinstance(value, str) and not value.startswith("@")}
    return {**package.facts.get("window", {}), **own}


def _tabs(package: CodePackage, path: str, urls: Urls) -> list[Tab]:
    """The tab bar, where this page is one of its pages."""
    listed = package.facts.get("tab_bar", [])
    if path not in {item["pagePath"] for item in listed}:
        return []
    tabs = []
    for item in listed:
        is_current = item["pagePath"] == path
        icon = (item["selectedIconPath"] if is_current else "") or item["iconPath"]
        tabs.append(Tab(item["text"], urls.page(item["pagePath"]), urls.asset(icon) if icon else "", is_current))
    return tabs
