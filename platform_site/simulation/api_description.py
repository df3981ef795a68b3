"""The control API described by OpenAPI 3.1, made of the table of its calls."""

import re
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from django.conf import settings

from platform_site.simulation.api import CALLS, Answer, Call, Nothing, call

PART = re.compile(r"<(str|int):(\w+)>")
ERRORS = {
    "400": "The body is no JSON object.",
    "401": "The token is missing or wrong.",
    "403": "This person may not do that.",
    "404": "There is no such row.",
    "409": "It can't be done in the state that the thing is in, or somebody else was faster.",
    "413": "The body is too large.",
    "422": "A field is missing, unknown or not as it must be, or a rule forbids it.",
}
SCHEMAS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}
LIST = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {name: {"type": "string"} for name in ("code", "message", "field")},
        }
    },
}


@call("GET", "openapi.json")
def openapi(body: Nothing) -> Answer:
    """This description."""
    return description()


def description() -> Answer:
    """The OpenAPI document of all calls."""
    paths: dict[str, dict[str, Any]] = {}
    for route, methods in sorted(CALLS.items()):
        paths["/_sim/" + PART.sub(r"{\2}", route)] = {
            method.lower(): _operation(found) for method, found in sorted(methods.items())
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ministage control API", "version": "1"},
        "servers": [{"url": settings.BASE_URL}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": ERROR},
            "responses": {
                f"E{status}": {
                    "description": words,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
                for status, words in ERRORS.items()
            },
        },
    }


def _operation(found: Call) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": SCHEMAS[{"str": str, "int": int}[kind]]}
        for kind, name in PART.findall(found.route)
    ]
    shape = _shape(found.shape)
    operation: dict[str, Any] = {
        "operationId": "_".join([found.method.lower(), *re.findall(r"\w+", PART.sub("", found.route))]),
        "summary": _words(found.act.__doc__),
        "responses": {
            "200": {"description": "It is done.", "content": {"application/json": {"schema": {"type": "object"}}}},
            **{status: {"$ref": f"#/components/responses/E{status}"} for status in ERRORS},
        },
    }
    if found.method == "GET":
        parameters += [
            {"name": name, "in": "query", "required": name in shape["required"], "schema": schema}
            for name, schema in shape["properties"].items()
        ]
    elif shape["properties"]:
        operation["requestBody"] = {
            "required": bool(shape["required"]),
            "content": {"application/json": {"schema": shape}},
        }
    return operation | ({"parameters": parameters} if parameters else {})


def _shape(shape: type) -> dict[str, Any]:
    """The JSON schema of a body."""
    types = get_type_hints(shape)
    needed = [f.name for f in fields(shape) if f.default is MISSING and f.default_factory is MISSING]
    return {
        "type": "object",
        "description": _words(shape.__doc__),
        "properties": {field.name: SCHEMAS.get(types[field.name], LIST) for field in fields(shape)},
        "required": needed,
        "additionalProperties": False,
    }


def _words(doc: str | None) -> str:
    return " ".join((doc or "").split())
