"""The control API described by OpenAPI 3.1, made of the table of its calls."""

import re
from typing import TypedDict

from django.conf import settings

from platform_site.simulation.api import CALLS, Call, Failure, Nothing, call
from platform_site.simulation.api_shapes import Schema, schema_of

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
WITH_A_BODY = {"400", "413"}  # a GET is not asked for one
PARTS = {"str": str, "int": int}


class Described(TypedDict):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, str]
    servers: list[dict[str, str]]
    security: list[dict[str, list[str]]]
    paths: dict[str, dict[str, object]]
    components: dict[str, dict[str, object]]


@call("GET", "openapi.json")
def openapi(body: Nothing) -> Described:
    """This description."""
    return description()


def description() -> Described:
    """The OpenAPI document of all calls."""
    paths: dict[str, dict[str, object]] = {}
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
            "schemas": {"Error": schema_of(Failure)},
            "responses": {
                f"E{status}": {
                    "description": words,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
                for status, words in ERRORS.items()
            },
        },
    }


def _operation(found: Call) -> Schema:
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": schema_of(PARTS[kind])}
        for kind, name in PART.findall(found.route)
    ]
    shape = schema_of(found.shape)
    operation: Schema = {
        "operationId": "_".join([found.method.lower(), *re.findall(r"\w+", PART.sub("", found.route))]),
        "summary": " ".join((found.act.__doc__ or "").split()),
        "responses": {"200": _done(found), **_refusals(found)},
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


def _done(found: Call) -> Schema:
    return {"description": "It is done.", "content": {"application/json": {"schema": schema_of(found.answer)}}}


def _refusals(found: Call) -> Schema:
    left_out = WITH_A_BODY if found.method == "GET" else set()
    return {status: {"$ref": f"#/components/responses/E{status}"} for status in ERRORS if status not in left_out}
