"""Template tags of the page bases: menus, the account switcher and the bell, form controls, the language switch.

The rows come from the member behind the door (`request.member`), so this module knows no app.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from platform_site.web.event_words import words_for

register = template.Library()


@dataclass(frozen=True)
class Item:
    """One line of a menu: the URL's name, its words, its icon, and other URL names that are the same place."""

    url_name: str
    label: str | Promise
    icon: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Items under a heading; without one they stand by themselves."""

    items: tuple[Item, ...]
    label: str | Promise = ""
    icon: str = ""


@dataclass(frozen=True)
class Entry:
    """An item as a page shows it."""

    label: str
    href: str
    icon: str
    active: bool


@dataclass(frozen=True)
class Section:
    """A group as a page shows it."""

    label: str
    icon: str
    entries: list[Entry] = field(default_factory=list)


CONSOLE_MENU = (
    Group((Item("home:console", _("Home"), "house", ("entities:profile", "accounts:notice_list")),)),
    Group((Item("releases:versions", _("Development Management"), "layers"),)),
    Group((Item("developers:identity", _("User Identity"), "users"),)),
    Group(
        (
            Item("entities:settings_basic", _("Basic Settings"), also=("verification:details",)),
            Item("developers:settings_development", _("Development Settings")),
        ),
        _("Settings"),
        "settings",
    ),
    Group((Item("payments:pay", _("WeChat Pay"), "wallet"),)),
)
PHONE_TABS = (
    Item("accounts:phone_home", _("Home"), "house", ("accounts:phone_messages", "accounts:phone_sms")),
    Item("accounts:phone_scan", _("Scan"), "scan-line"),
    Item("releases:phone_programs", _("Mini Programs"), "layout-grid", ("releases:phone_program",)),
    Item("accounts:phone_me", _("Me"), "user-round"),
)


def _href(url_name: str, *args: str) -> str:
    """The address, or nothing where this release has no such page: a menu never holds a dead link."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def _entries(items: Iterable[Item], path: str, *args: str) -> list[Entry]:
    """The items that exist; the one with the longest address that the path begins with is the current one."""
    found = [(item, href) for item in items if (href := _href(item.url_name, *args))]
    length = max((n for item, href in found if (n := _fit(item, href, path, args))), default=0)
    return [
        Entry(str(item.label), href, item.icon, bool(length) and _fit(item, href, path, args) == length)
        for item, href in found
    ]


def _fit(item: Item, href: str, path: str, args: tuple[str, ...]) -> int:
    """How much of the path this item's addresses cover."""
    addresses = [href, *(_href(name, *args) for name in item.also)]
    return max(len(address) if address and path.startswith(address) else 0 for address in addresses)


@register.simple_tag
def console_menu(request: HttpRequest) -> list[Section]:
    """The left navigation of the Mini Program whose console this is, the current page marked."""
    appid = request.member.mini_program.appid  # type: ignore[attr-defined]
    everything = {
        entry.href: entry for entry in _entries([i for g in CONSOLE_MENU for i in g.items], request.path, appid)
    }
    sections = []
    for group in CONSOLE_MENU:
        entries = [everything[href] for item in group.items if (href := _href(item.url_name, appid)) in everything]
        if entries:
            sections.append(Section(str(group.label), group.icon, entries))
    return sections


@register.simple_tag
def phone_tabs(request: HttpRequest) -> list[Entry]:
    """The tab bar of the phone, the current page marked."""
    return _entries(PHONE_TABS, request.path)


@register.simple_tag
def bell_count(request: HttpRequest) -> int:
    """How many notices of this Mini Program nobody has read."""
    return int(request.member.mini_program.notices.filter(read_at=None).count())  # type: ignore[attr-defined]


@register.simple_tag
def administered(request: HttpRequest) -> dict[str, Any]:
    """The Mini Programs of which this person is the administrator: `current`, and the `others` to switch to."""
    member: Any = request.member  # type: ignore[attr-defined]
    rows = member.person.memberships.filter(role="administrator").select_related("mini_program__profile")
    programs = [_named(row.mini_program) for row in rows.order_by("bound_at", "pk")[:50]]
    current = next((p for p in programs if p["appid"] == member.mini_program.appid), None)
    return {"current": current or _named(member.mini_program), "others": [p for p in programs if p is not current]}


def _named(mini_program: Any) -> dict[str, str]:
    profile = getattr(mini_program, "profile", None)
    avatar = _href("entities:avatar", PurePosixPath(profile.avatar.name).stem) if profile and profile.avatar else ""
    return {"appid": mini_program.appid, "name": profile.name if profile else "", "avatar": avatar}


@register.simple_tag
def control(bound: BoundField, hint: str = "") -> SafeString:
    """A form field's control, told to screen readers together with its hint and its errors."""
    described = [f"{bound.auto_id}_helptext"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    own = bound.field.widget.attrs.get("aria-describedby")
    if own:
        described.append(own)
    return bound.as_widget(attrs={"aria-describedby": " ".join(described)} if described and bound.auto_id else {})


@register.filter
def shape(bound: BoundField) -> str:
    """How components/field.html lays a field out: `check`, `group` or `plain`."""
    if bound.widget_type == "checkbox":
        return "check"
    return "group" if bound.use_fieldset else "plain"


@register.filter
def event_words(row: Any) -> str:
    """An audit event as a sentence."""
    return words_for(row.event, row.data)
