"""The control API as a script asks it: every answer is one that /_sim/openapi.json describes."""

import json
import re
from functools import cache

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from platform_site import urls  # noqa: F401 -- all calls are declared
from platform_site.simulation import api_token
from platform_site.simulation.api_description import description

__all__ = ["ask", "token"]


@pytest.fixture
def token(settings, tmp_path) -> str:
    """The token of this test's own installation."""
    settings.VAR = tmp_path
    return api_token.make_token()


@pytest.fixture
def ask(token):
    """ask("POST", "clock", {...}) answers (status, JSON)."""
    client = Client(enforce_csrf_checks=True)

    def send(method: str, path: str, body=None, *, authorization: str = f"Bearer {token}", raw: bytes | None = None):
        content = json.dumps(body).encode() if raw is None and body is not None else raw or b""
        answer = client.generic(
            method, f"/_sim/{path}", content, "application/json", headers={"Authorization": authorization}
        )
        assert answer["Content-Type"] == "application/json"
        assert not answer.cookies
        check_described(method, f"/_sim/{path}", answer.status_code, answer.json())
        return answer.status_code, answer.json()

    return send


def check_described(method: str, path: str, status: int, told: object) -> None:
    """The answer is of the schema that the description gives for this call and status; of none's, it is an error."""
    for template, methods in _document()["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path.partition("?")[0]) and (operation := methods.get(method.lower())):
            validator(operation, status).validate(told)
            return
    assert status in (401, 404, 405)
    _of({"$ref": "#/components/schemas/Error"}).validate(told)


def validator(operation: dict, status: int) -> Draft202012Validator:
    """What checks answers of this call with this status; a status that is not described fails."""
    answer = operation["responses"][str(status)]
    if "$ref" in answer:
        answer = _document()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return _of(answer["content"]["application/json"]["schema"])


def _of(schema: dict) -> Draft202012Validator:
    whole = {**schema, "components": _document()["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def _document() -> dict:
    return json.loads(json.dumps(description()))
