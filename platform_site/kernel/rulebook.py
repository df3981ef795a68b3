"""The rulebook: every limit, fee, deadline and threshold of the platform, typed and frozen.

Each value stands in a TOML file as `name = { value = …, source = "…" }`. Another era of rules is another file
(settings.RULEBOOK), never a branch in code. Durations are in the unit that their name ends with.
"""

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from platform_site.kernel.rule_tables import Rulebook


def load(path: Path) -> Rulebook:
    """Read a rulebook; ImproperlyConfigured names the first value that is missing, of a wrong type or sourceless."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"the rulebook {path} can't be read: {error}") from error
    return _section(Rulebook, table, path.name)


def _section(kind: type, table: dict[str, Any], where: str) -> Any:
    hints = get_type_hints(kind)
    if extra := set(table) - {f.name for f in fields(kind)}:
        raise ImproperlyConfigured(f"{where}: unknown {', '.join(sorted(extra))}")
    return kind(**{f.name: _value(hints[f.name], table.get(f.name), f"{where}.{f.name}") for f in fields(kind)})


def _value(kind: type, given: Any, where: str) -> Any:
    if is_dataclass(kind) and isinstance(given, dict):
        return _section(kind, given, where)
    if not isinstance(given, dict) or not str(given.get("source", "")).strip():
        raise ImproperlyConfigured(f"{where}: needs {{ value = …, source = … }}")
    if extra := set(given) - {"value", "source"}:
        raise ImproperlyConfigured(f"{where}: unknown {', '.join(sorted(extra))}")
    if type(given.get("value")) is not kind:
        raise ImproperlyConfigured(f"{where}: {given.get('value')!r} is not of type {kind.__name__}")
    return given["value"]


RULES: Rulebook = load(settings.RULEBOOK)
