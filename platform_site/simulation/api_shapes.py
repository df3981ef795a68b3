"""What a call of the control API takes and answers, as JSON Schema: read off the types that its function is written in.

A body is a dataclass, an answer a TypedDict that mypy checks where it is made. `Annotated` adds what a type can't say:
`Annotated[str, OrderStatus]` is one of its states (more words beside it are allowed, too), `When` a time in ISO 8601.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """How a text is written, in JSON Schema's word."""

    word: str


When = Annotated[str, Format("date-time")]
PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}


def schema_of(kind: Any) -> Schema:
    """The JSON schema of a type."""
    if kind in PLAIN:
        return dict(PLAIN[kind])
    if is_dataclass(kind) or is_typeddict(kind):
        return _object(kind)
    return READ[get_origin(kind)](*get_args(kind))


def _object(kind: Any) -> Schema:
    """A body or an answer: its fields, which of them are always there, and no others."""
    hints = get_type_hints(kind, include_extras=True)
    words = " ".join((kind.__doc__ or "").split())
    return {
        "type": "object",
        **({"description": words} if words else {}),
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": _needed(kind),
        "additionalProperties": False,
    }


def _needed(kind: Any) -> list[str]:
    if is_typeddict(kind):
        return sorted(kind.__required_keys__)
    return [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]


def _annotated(kind: Any, *more: Any) -> Schema:
    schema = schema_of(kind)
    if words := [word for one in more for word in _words(one)]:
        schema["enum"] = words
    for one in more:
        if isinstance(one, Format):
            schema["format"] = one.word
    return schema


def _words(one: Any) -> list[str]:
    """What may stand there: of an enumeration, of a tuple, or one word."""
    if isinstance(one, type) and issubclass(one, Enum):
        return [str(member.value) for member in one]
    return list(one) if isinstance(one, tuple) else [one] if isinstance(one, str) else []


def _either(*kinds: Any) -> Schema:
    return {"anyOf": [schema_of(kind) for kind in kinds]}


READ: dict[Any, Callable[..., Schema]] = {
    Annotated: _annotated,
    NotRequired: schema_of,
    Union: _either,
    types.UnionType: _either,
    list: lambda kind: {"type": "array", "items": schema_of(kind)},
    dict: lambda _key, kind: {"type": "object", "additionalProperties": schema_of(kind)},
}
