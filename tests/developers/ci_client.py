"""A small stand-in for the uploader: the documented calls, byte by byte (miniprogram-ci.md §3)."""

import io
import json
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.developers.signing import signed_text
from tests.developers.wxapkgs import Wxapkg
from tests.developers.zips import files
from tests.relayed import relayed

COOKIE = "wxuin=1596402043; uniproxy_host=none; uniproxy_uid=0"


class Uploader:
    """One installation of the uploader: an AppID, a private key, a network address."""

    def __init__(self, appid: str, pem: str, *, ip: str = "127.0.0.1") -> None:
        self.appid, self.pem, self.ip = appid, pem, ip
        self.http = Client(enforce_csrf_checks=True)
        self.cookies_set: set[str] = set()

    def ask(self, method: str, path: str, query: dict[str, Any] | None = None, **asked: Any) -> Any:
        """One request over a connection of its own; the answer must be JSON, and nothing else is looked at."""
        query = {**(query or {}), "_r": "0.8444218515250481"}
        answer = self.http.generic(
            method,
            f"{path}?{urlencode(query)}",
            headers={"Cookie": COOKIE, "Connection": "close", **relayed("servicewechat.com", peer=self.ip)},
            REMOTE_ADDR=self.ip,
            **asked,
        )
        assert answer["Content-Type"].startswith("application/json"), answer.content[:200]
        self.cookies_set |= set(answer.cookies)
        self.status = answer.status_code
        return json.loads(answer.content)

    def post(self, name: str, body: dict[str, Any], *, path: str = "/wxa/ci/") -> Any:
        """A JSON call."""
        data = json.dumps(body, separators=(",", ":")).encode()
        return self.ask("POST", path + name, data=data, content_type="application/json")

    def nonce(self) -> Any:
        return self.post("getrandstr", {"appid": self.appid, "clientRand": 31415926})

    def signature(self) -> str:
        """Over a fresh nonce."""
        told = self.nonce()
        if told["errCode"] != 0:
            raise AssertionError(told)
        said = {"appid": self.appid, "rand_str": told["data"]["randomString"]}
        return signed_text(self.pem, json.dumps(said, separators=(",", ":")).encode())

    def signed(self, name: str, **body: Any) -> Any:
        """A JSON call that is signed."""
        return self.post(name, {"appid": self.appid, "signature": self.signature(), **body})

    def package(self, contents: dict[str, bytes] | None = None, *, signature: str | None = None) -> bytes:
        """The gzipped container with its signature inside."""
        table = {"signature": self.signature() if signature is None else signature, "version": "2.1.42"}
        return Wxapkg(files() if contents is None else contents, signature=json.dumps(table).encode()).done()

    def send(self, name: str, body: bytes | None = None, **query: Any) -> Any:
        """upload or testSourceURL: gzip body, no Content-Type."""
        asked = {
            "codeprotect": 0, "type": "miniProgram", "appid": self.appid, "version": "1.0.0",
            "desc": "robot 1 use miniprogram-ci to upload at 2026/11/24 04:32:00", "robot": 1,
            "debugLaunchInfo": '{"scene":1011}',
        } | query  # fmt: skip
        return self.ask(
            "POST", f"/wxa/ci/{name}", asked, data=self.package() if body is None else body, content_type=""
        )

    def send_announced(self, length: int, sent: int) -> Any:
        """An upload that announces `length` bytes, and sends so many."""
        stream = io.BytesIO(bytes(sent))
        return self.ask(
            "POST", "/wxa/ci/upload", {"appid": self.appid}, CONTENT_LENGTH=str(length), **{"wsgi.input": stream}
        )
