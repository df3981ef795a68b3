"""A page of a Mini Program as a static view: its WXML with the literal data of its script, as harmless HTML.

No script and no style of the tenant runs in this release; what only a script could tell is shown as a faint mark.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from developers.packages.paths import folder_of, joined
from developers.packages.reading import PackageFiles
from developers.rendering import tags
from developers.rendering.expressions import Scope, is_true, pieces, resolve, shown, table
from developers.rendering.expressions import evaluate as value_of
from developers.rendering.literals import UNKNOWN
from developers.rendering.remarks import CUT, EXPRESSION, PICTURE, TAG, Remarks
from developers.rendering.sources import Sources
from developers.rendering.wxml import Node

_MOST_ELEMENTS, _MOST_ITEMS, _MOST_NESTING = 4000, 200, 12
_MOST_WORK, _STEP = 500_000, 25  # characters of expressions that are worked out; what each visit of a node costs
_MOST_CHARACTERS = 2_000_000  # of text, and of what slots repeat: loops and slots multiply what a file says once
NOTHING = SafeString("")


@dataclass(frozen=True)
class Urls:
    """Where the pages, pictures and colours of this view are served: path → address."""

    page: Callable[[str], str]
    asset: Callable[[str], str]
    skin: Callable[[str], str]


@dataclass(frozen=True)
class Place:
    """Where the renderer is: the file it reads, the names it knows, the components and templates it may use."""

    folder: str
    scope: Scope
    components: dict[str, str] = field(default_factory=dict)
    templates: dict[str, Node] = field(default_factory=dict)
    slot: SafeString = NOTHING
    nesting: int = 0
    in_link: bool = False


class PageRenderer:
    """Renders one page; keeps count, so that no page grows without bound."""

    def __init__(self, files: PackageFiles, pages: list[str], urls: Urls) -> None:
        self.sources, self.pages, self.urls = Sources(files), frozenset(pages), urls
        self.left, self.room, self.work = _MOST_ELEMENTS, _MOST_CHARACTERS, _MOST_WORK
        self.remarks = Remarks()

    def page(self, path: str) -> SafeString:
        """The body of a page."""
        body = self._file(path, maker="Page", nesting=0)
        if min(self.left, self.room, self.work) < 0:
            self.remarks.note(CUT, path)
        return body

    def _file(
        self, path: str, *, maker: str, nesting: int, given: Scope | None = None, slot: SafeString = NOTHING
    ) -> SafeString:
        source = self.sources.source(path, maker)
        place = Place(
            folder=folder_of(path),
            scope={**source.data, **(given or {})},
            components=source.components,
            templates=source.templates,
            slot=slot,
            nesting=nesting,
        )
        return self._nodes(source.root.children, place)

    def _nodes(self, nodes: list[Node | str], place: Place) -> SafeString:
        """Render siblings; wx:if, wx:elif and wx:else are one chain."""
        out: list[str] = []
        decided = False  # whether one of the chain has been shown
        for node in nodes:
            self.work -= _STEP
            if self.work < 0:
                break
            if isinstance(node, str):
                out.append(self._text(node, place))
            elif "wx:for" in node.attributes or "wx:for-items" in node.attributes:
                out.append(self._loop(node, place))
            else:
                is_shown, decided = self._chain(node.attributes, place.scope, decided=decided)
                out.append(self._element(node, place) if is_shown else "")
        return mark_safe("".join(out))  # noqa: S308 -- made of escaped parts only

    def _chain(self, attributes: dict[str, str], scope: Scope, *, decided: bool) -> tuple[bool, bool]:
        """(whether this element is shown, whether its chain of wx:if … wx:else is decided)."""
        if "wx:if" in attributes:
            is_shown = is_true(self._value(attributes["wx:if"], scope))
            return is_shown, is_shown
        if "wx:elif" in attributes:
            is_shown = not decided and is_true(self._value(attributes["wx:elif"], scope))
            return is_shown, decided or is_shown
        if "wx:else" in attributes:
            return not decided, True
        return True, decided

    def _loop(self, node: Node, place: Place) -> SafeString:
        attributes = node.attributes
        value = self._value(attributes.get("wx:for", attributes.get("wx:for-items", "")), place.scope)
        if value is UNKNOWN or value is None:
            return self._mark(attributes.get("wx:for", "")) if value is UNKNOWN else NOTHING
        pairs: list[tuple[Any, Any]]
        if isinstance(value, dict):
            pairs = list(value.items())
        elif isinstance(value, int) and not isinstance(value, bool):
            pairs = [(n, n) for n in range(min(max(value, 0), _MOST_ITEMS))]
        else:
            pairs = list(enumerate(value if isinstance(value, list) else str(value)[:_MOST_ITEMS]))
        item, index = attributes.get("wx:for-item", "item"), attributes.get("wx:for-index", "index")
        body = Node(node.tag, {k: v for k, v in attributes.items() if not k.startswith("wx:for")}, node.children)
        out = []
        for key, entry in pairs[:_MOST_ITEMS]:
            inside = _with(place, scope={**place.scope, item: entry, index: key})
            out.append(self._nodes([body], inside))
        return mark_safe("".join(out))  # noqa: S308 -- made of escaped parts only

    def _element(self, node: Node, place: Place) -> SafeString:
        self.left -= 1
        if self.left < 0 or (
            "hidden" in node.attributes and self._value(node.attributes["hidden"], place.scope) in (True, "true")
        ):
            return NOTHING
        tag = node.tag
        if tag in place.components:
            return self._custom(node, place)
        if tag in tags.SILENT:
            return self._template(node, place) if tag == "template" and "is" in node.attributes else NOTHING
        if tag == "slot":
            return self._fitting(place.slot) if place.slot else self._nodes(node.children, place)
        if tag == "include":
            return self._include(node, place)
        if tag in tags.TRANSPARENT:
            return self._nodes(node.children, place)
        return self._plain(node, place)

    def _plain(self, node: Node, place: Place) -> SafeString:
        tag = node.tag
        if tag in tags.TEXTS:
            return format_html('<span class="mp-text">{}</span>', self._nodes(node.children, place))
        if tag in tags.NOT_SHOWN:
            self.remarks.note(TAG, tag)
            return format_html('<div class="mp-off">{}</div>', _("“%(tag)s” is not shown in this view.") % {"tag": tag})
        drawn = {"navigator": self._link, "button": self._button, "icon": self._icon, "progress": self._progress}
        if tag in drawn:
            return drawn[tag](node, place)
        if tag in tags.IMAGES:
            return self._image(node, place)
        if tag in tags.INPUTS:
            return self._input(node, place)
        css = tags.CONTAINERS.get(tag, "mp-view")
        return format_html('<div class="{}">{}</div>', css, self._nodes(node.children, place))

    def _icon(self, node: Node, place: Place) -> SafeString:
        sign = tags.ICON_TYPES.get(self._attribute(node, "type", place), "•")
        return format_html('<span class="mp-icon" aria-hidden="true">{}</span>', sign)

    def _progress(self, node: Node, place: Place) -> SafeString:
        percent = self._attribute(node, "percent", place)
        value = percent[:3] if percent.isascii() and percent.isdigit() else "0"
        return format_html('<progress class="mp-progress" max="100" value="{}"></progress>', value)

    def _text(self, text: str, place: Place) -> str:
        if self.room < 0:
            return ""
        if not text.strip():
            return " " if text and "\n" not in text else ""
        out = []
        for part, is_expression in pieces(text):
            self.work -= len(part) if is_expression else 0
            value = (value_of(part, place.scope) if self.work >= 0 else UNKNOWN) if is_expression else part
            out.append(self._mark(part) if value is UNKNOWN else conditional_escape(shown(value)))
        return self._fitting(SafeString("".join(out)))

    def _value(self, text: str, scope: Scope) -> Any:
        """An attribute's value, as long as this page's work lasts."""
        self.work -= len(text)
        return resolve(text, scope) if self.work >= 0 else UNKNOWN

    def _fitting(self, part: SafeString) -> SafeString:
        """The part, or nothing once the page has no room for it."""
        self.room -= len(part)
        return part if self.room >= 0 else NOTHING

    def _mark(self, expression: str) -> SafeString:
        """What only the script could tell."""
        words = expression.strip().removeprefix("{{").removesuffix("}}").strip()
        self.remarks.note(EXPRESSION, words)
        return format_html('<span class="mp-unknown">{{{{ {} }}}}</span>', words[:60])

    def _attribute(self, node: Node, name: str, place: Place) -> str:
        return shown(self._value(node.attributes.get(name, ""), place.scope))[:500]

    def _image(self, node: Node, place: Place) -> SafeString:
        path = joined(place.folder, self._attribute(node, "src", place))
        mode = self._attribute(node, "mode", place)
        css = f"mp-image mp-image-{mode}" if mode in tags.IMAGE_MODES else "mp-image"
        if not path or path not in self.sources:
            self.remarks.note(PICTURE, node.attributes.get("src", ""))
            return format_html('<span class="{} mp-image-off"></span>', css)
        return format_html('<img class="{}" src="{}" alt="">', css, self.urls.asset(path))

    def _link(self, node: Node, place: Place) -> SafeString:
        inside = self._nodes(node.children, _with(place, in_link=True))
        address, _mark, query = self._attribute(node, "url", place).partition("?")
        path = joined(place.folder, address) if address else None
        if path not in self.pages or place.in_link:
            return format_html('<div class="mp-view mp-navigator">{}</div>', inside)
        url = self.urls.page(str(path)) + (f"?{query}" if query else "")
        return format_html('<a class="mp-view mp-navigator" href="{}">{}</a>', url, inside)

    def _button(self, node: Node, place: Place) -> SafeString:
        kind = self._attribute(node, "type", place)
        css = f"mp-button mp-button-{kind if kind in tags.BUTTON_TYPES else 'default'}"
        if self._attribute(node, "size", place) == "mini":
            css += " mp-button-mini"
        return format_html('<div class="{}">{}</div>', css, self._nodes(node.children, place))

    def _input(self, node: Node, place: Place) -> SafeString:
        value, hint = self._attribute(node, "value", place), self._attribute(node, "placeholder", place)
        if node.tag == "textarea":
            return format_html(
                '<textarea class="mp-input" disabled aria-label="{}" placeholder="{}">{}</textarea>', hint, hint, value
            )
        kind = tags.INPUTS[node.tag]
        checked = is_true(self._value(node.attributes.get("checked", "{{false}}"), place.scope))
        label = hint or value or node.tag
        field_html = format_html(
            '<input class="mp-{}" type="{}" disabled aria-label="{}" placeholder="{}" value="{}"{}>',
            "input" if kind == "text" else "switch" if node.tag == "switch" else "choice",
            kind,
            label,
            hint,
            value if kind == "text" else "",
            SafeString(" checked") if checked and kind in ("checkbox", "radio") else "",
        )
        return field_html + self._nodes(node.children, place)

    def _custom(self, node: Node, place: Place) -> SafeString:
        if place.nesting >= _MOST_NESTING:
            return NOTHING
        given = {
            _camel(name): self._value(text, place.scope)
            for name, text in node.attributes.items()
            if ":" not in name and not name.startswith(("bind", "catch", "data-"))
        }
        slot = self._nodes(node.children, place)
        inside = self._file(
            place.components[node.tag], maker="Component", nesting=place.nesting + 1, given=given, slot=slot
        )
        return format_html('<div class="mp-view">{}</div>', inside)

    def _include(self, node: Node, place: Place) -> SafeString:
        path = joined(place.folder, self._attribute(node, "src", place))
        if not path or place.nesting >= _MOST_NESTING:
            return NOTHING
        return self._nodes(
            self.sources.markup(path).children, _with(place, folder=folder_of(path), nesting=place.nesting + 1)
        )

    def _template(self, node: Node, place: Place) -> SafeString:
        template = place.templates.get(self._attribute(node, "is", place))
        if template is None or place.nesting >= _MOST_NESTING:
            return NOTHING
        data = node.attributes.get("data", "").strip().removeprefix("{{").removesuffix("}}")
        self.work -= len(data)
        return self._nodes(template.children, _with(place, scope=table(data, place.scope), nesting=place.nesting + 1))


def _with(place: Place, **changed: Any) -> Place:
    return Place(**{**place.__dict__, **changed})


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(other.capitalize() for other in others)
