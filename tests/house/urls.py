"""The URL table, with the doors of its views and real numbers to fill it with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Address:
    """One line of the URL table: `route` as written, its full name, its view, the names of its converters."""

    route: str
    name: str
    view: Any
    converters: tuple[str, ...]

    @property
    def door(self) -> Any:
        """What the door decorator has left on the view (a Permission, "person", …); None without a door."""
        return getattr(self.view, "door", None)

    def path(self, **values: Any) -> str:
        """The path with these values for its converters."""
        return reverse(self.name, kwargs={name: values[name] for name in self.converters})


def addresses(*prefixes: str) -> list[Address]:
    """Every address whose route begins with one of the prefixes ("" for all)."""
    return [found for found in _walk(get_resolver().url_patterns, "", "") if found.route.startswith(prefixes or ("",))]


def _walk(patterns: list[URLPattern | URLResolver], before: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            converters = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route))
            yield Address(route, f"{namespace}{pattern.name}", pattern.callback, converters)
