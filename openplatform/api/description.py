"""The server API described by OpenAPI 3.1, made of the declarations that /docs/api/ is made of.

It names what the documentation names: one kind for each parameter. Numbers as text and the reverse are read, too.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from openplatform.api.declaration import ENDPOINTS, Endpoint, Field, Kind, Parameter, Token
from openplatform.api.expectations import explained

Schema = dict[str, Any]
CHANNEL = {"type": "integer", "minimum": 0, "maximum": 255}
KINDS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.COLOUR: {"type": "object", "properties": dict.fromkeys("rgb", CHANNEL)},
}
BOUNDS = {Kind.TEXT: ("minLength", "maxLength"), Kind.INTEGER: ("minimum", "maximum")}


def description() -> Schema:
    """The OpenAPI document of all declared calls, in the reader's language."""
    words = _(
        "The calls are made at %(base)s, under the real platform's paths. The answer is always HTTP 200; what is "
        "refused has errcode and errmsg, and errmsg ends with a rid, by which the call is found in the console under "
        "Development Settings, Calls."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ministage server API", "version": "1", "description": words % {"base": settings.BASE_URL}},
        "servers": [{"url": settings.BASE_URL}],
        "paths": {
            path: {method.lower(): _operation(endpoint, method) for method in endpoint.methods}
            for path, endpoint in ENDPOINTS.items()
        },
        "components": {
            "securitySchemes": {Token.OWN.value: {"type": "apiKey", "in": "query", "name": Token.OWN.value}}
        },
    }


def _operation(endpoint: Endpoint, method: str) -> Schema:
    operation: Schema = {
        "operationId": endpoint.name if len(endpoint.methods) == 1 else f"{endpoint.name}_{method.lower()}",
        "summary": str(endpoint.said),
        "description": _quotas(endpoint),
        "security": [{Token.OWN.value: []}] if endpoint.token is Token.OWN else [],
        "responses": {"200": {"description": _("The answer, or why it is refused."), "content": _answers(endpoint)}},
    }
    if method == "POST":
        operation["requestBody"] = {
            "required": not endpoint.empty_body,
            "content": {"application/json": _body(endpoint)},
        }
    elif endpoint.parameters:
        operation["parameters"] = [_in_query(parameter) for parameter in endpoint.parameters]
    return operation


def _quotas(endpoint: Endpoint) -> str:
    words = _("At most %(minute)s calls a minute, %(day)s a day and %(month)s a month of each Mini Program.")
    quotas = {"minute": endpoint.per_minute(), "day": endpoint.per_day(), "month": endpoint.per_month()}
    return words % {period: f"{most:,}" for period, most in quotas.items()}


def _in_query(parameter: Parameter) -> Schema:
    return {"name": parameter.name, "in": "query", "required": parameter.required, "schema": _parameter(parameter)}


def _body(endpoint: Endpoint) -> Schema:
    needed = [parameter.name for parameter in endpoint.parameters if parameter.required]
    properties = {parameter.name: _parameter(parameter) for parameter in endpoint.parameters}
    return {"schema": {"type": "object", "properties": properties, "required": needed}}


def _parameter(parameter: Parameter) -> Schema:
    """Its kind and its bounds; a needed text is not empty."""
    schema: Schema = {**KINDS[parameter.kind], "description": str(parameter.said)}
    least = 1 if parameter.required and parameter.kind is Kind.TEXT else parameter.least
    for word, bound in zip(BOUNDS.get(parameter.kind, ()), (least, parameter.most), strict=False):
        if bound is not None:
            schema[word] = bound
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.pattern is not None:
        schema["pattern"] = f"^(?:{parameter.pattern.pattern})$"
    if parameter.default not in (None, ""):
        schema["default"] = parameter.default
    return schema | ({"format": "password"} if parameter.secret else {})


def _answers(endpoint: Endpoint) -> Schema:
    """By media type: a picture or an object when it is done; an object with one of its codes when it is refused."""
    if endpoint.picture:
        picture = {"schema": {"type": "string", "contentMediaType": "image/jpeg"}}
        return {"image/jpeg": picture, "application/json": {"schema": _refusal(endpoint)}}
    return {"application/json": {"schema": {"oneOf": [_done(endpoint), _refusal(endpoint)]}}}


def _done(endpoint: Endpoint) -> Schema:
    told = _object(endpoint.answers)
    if not endpoint.plain:
        told["properties"] |= {"errcode": {"const": 0}, "errmsg": {"const": "ok"}}
        told["required"] += ["errcode", "errmsg"]
    return told


def _object(told: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in told},
        "required": [field.name for field in told if field.always],
        "additionalProperties": False,
    }


def _field(field: Field) -> Schema:
    return (_object(field.parts) if field.parts else KINDS[field.kind]) | {"description": str(field.said)}


def _refusal(endpoint: Endpoint) -> Schema:
    codes = explained(endpoint)
    meanings = "\n".join(f"{code} {errmsg}: {meaning}" for code, errmsg, meaning in codes)
    return {
        "type": "object",
        "properties": {
            "errcode": {"type": "integer", "enum": [code for code, *_words in codes], "description": meanings},
            "errmsg": {"type": "string"},
        },
        "required": ["errcode", "errmsg"],
        "additionalProperties": False,
    }
