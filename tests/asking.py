"""The control API as a script asks it."""

import json

import pytest
from django.test import Client

from platform_site.simulation import api_token

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
        return answer.status_code, answer.json()

    return send
