"""`sim("POST", "mini-programs", state="published")`: the control API of a running Ministage, for your own tests."""

import json
import os
import urllib.request
from typing import Any

import pytest

URL = os.environ.get("MINISTAGE_URL", "http://localhost:8000")


def asked(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """The JSON that is answered; an exception for any status but 200."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(URL + path, data=data, method=method, headers=headers)  # noqa: S310 -- our own URL
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        told: dict[str, Any] = json.load(answer)
    return told


@pytest.fixture
def sim():
    """The world's switchboard; the world is as the seed makes it, before each test."""
    token = os.environ.get("MINISTAGE_TOKEN")
    if not token:
        pytest.skip("set MINISTAGE_TOKEN to what var/sim-token holds")

    def call(method: str, path: str, **body: Any) -> dict[str, Any]:
        given = body if method == "POST" else None
        return asked(method, f"/_sim/{path}", given, Authorization=f"Bearer {token}")

    call("POST", "reset", seed="rehearsal")
    return call
