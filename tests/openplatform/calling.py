"""A server that calls the server API as clients do: raw bodies, no content type, no cookies."""

import json
import re
from typing import Any

from django.test import Client

from accounts.models import MiniProgram
from developers.actions.secrets import generate_app_secret
from platform_site.simulation import stories

RID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


class Server:
    """The own server of one Mini Program: it knows AppID and AppSecret."""

    def __init__(self, mini_program: MiniProgram) -> None:
        self.mini_program, self.appid = mini_program, mini_program.appid
        self.secret = generate_app_secret(mini_program, by=stories.administrator_of(mini_program))
        self.client = Client()

    @property
    def credentials(self) -> dict[str, str]:
        return {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}

    def token(self, **other: str) -> dict[str, Any]:
        return self.get("/cgi-bin/token", **(self.credentials | other))

    def stable(self, **other: Any) -> dict[str, Any]:
        return self.post("/cgi-bin/stable_token", self.credentials | other)

    def session(self, code: str, **other: str) -> dict[str, Any]:
        asked = {"appid": self.appid, "secret": self.secret, "js_code": code, "grant_type": "authorization_code"}
        return self.get("/sns/jscode2session", **(asked | other))

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return answered(self.client.get(path, query))

    def post(self, path: str, body: Any = None, *, raw: bytes | None = None, **query: str) -> dict[str, Any]:
        return answered(self.posted(path, body, raw=raw, **query))

    def posted(self, path: str, body: Any = None, *, raw: bytes | None = None, **query: str) -> Any:
        data = raw if raw is not None else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.client.generic("POST", path, data, content_type="", query_params=query)


def answered(response: Any) -> dict[str, Any]:
    """The JSON of an answer, which is always 200 and never sets a cookie."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; encoding=utf-8"
    assert not response.cookies
    told: dict[str, Any] = json.loads(response.content)
    if told.get("errcode"):
        rid = told["errmsg"].rpartition("rid: ")[2]
        assert RID.match(rid)
        assert response["X-Rid"] == rid
    return told
