"""Template tags of the house: QR pictures, and a few words that Django lacks."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from platform_site.web import qr

register = template.Library()


@register.simple_tag
def qr_svg(path: str, label: str) -> SafeString:
    """`{% qr_svg "/q/ABC" label %}`: the QR of a path of ours, inline."""
    return qr.svg(path, label=label)


@register.simple_tag
def absolute_url(path: str) -> str:
    """The full address of a path of ours, as a phone must open it."""
    return qr.absolute(path)


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping|get:key`."""
    return mapping.get(key, "")


@register.filter
def groups_of(text: str, size: int) -> str:
    """`"ABCDEFGH"|groups_of:4` is "ABCD EFGH": codes that people type."""
    return " ".join(text[i : i + size] for i in range(0, len(text), size))
