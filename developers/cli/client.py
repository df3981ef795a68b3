"""Talks to a running platform as the developer tools do: one session, kept in a file that only its owner reads."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import get_language
from django.utils.translation import gettext as _

SECONDS = 60  # for one answer
NEEDS_LOGIN = "10"  # the real tools' code for "log in again"


class ToolsError(Exception):
    """What went wrong, in words; `code` is for machines."""

    def __init__(self, message: str, *, code: str = "error", items: list[str] | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.items = message, code, items or []


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A redirect is an answer here: "log in first"."""


class Tools:
    """The session of one platform: its cookies, and the token of its forms."""

    def __init__(self, url: str, file: Path) -> None:
        self.url, self.file = url.rstrip("/"), file
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise ToolsError(_("%(url)s is no address of a platform.") % {"url": url}, code="url")
        self.cookies: dict[str, str] = self._kept().get(self.url, {})
        self.token = ""
        # straight there: a proxy set for the uploader (HTTPS_PROXY of var/relay.env) is not for this
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def session(self) -> dict[str, Any]:
        """Who is logged in."""
        answer = self.ask("GET", "session")
        self.token = answer["csrf_token"]
        return answer

    def check_logged_in(self) -> None:
        if not self.session()["login"]:
            raise _needs_login()

    def post(self, path: str, fields: dict[str, str] | None = None, archive: bytes | None = None) -> dict[str, Any]:
        """Send a form, with a zip in it where one is given."""
        boundary = secrets.token_hex(16)
        body = b"".join(_parts(boundary, fields or {}, archive))
        answer = self.ask("POST", path, body, f"multipart/form-data; boundary={boundary}")
        self.token = answer.get("csrf_token", self.token)
        return answer

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> dict[str, Any]:
        """One request; ToolsError with the platform's own words where it refuses."""
        headers = {
            "Accept": "application/json",
            "Accept-Language": get_language() or "en",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{self.url}/devtools/",
            "X-CSRFToken": self.token,
        }
        if kind:
            headers["Content-Type"] = kind
        request = urllib.request.Request(f"{self.url}/devtools/api/{path}", body, headers, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise _refused(refusal) from None
        except (OSError, HTTPException) as problem:
            reason = getattr(problem, "reason", problem)
            message = _("Nobody answers at %(url)s (%(reason)s). Start the platform with `make run`, or give --url.")
            raise ToolsError(message % {"url": self.url, "reason": reason}, code="unreachable") from None

    def _read(self, answer: HTTPResponse) -> dict[str, Any]:
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        try:
            read = json.loads(answer.read())
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise ToolsError(_("%(url)s is not this platform.") % {"url": self.url}, code="no_platform")
        return read

    def keep(self) -> None:
        """Write the session down for the next command: readable by its owner only."""
        self._write({**self._kept(), self.url: self.cookies})

    def forget(self) -> None:
        self._write({url: cookies for url, cookies in self._kept().items() if url != self.url})

    def _kept(self) -> dict[str, dict[str, str]]:
        try:
            kept = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, sessions: dict[str, dict[str, str]]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f".{self.file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(sessions, file)
        fresh.replace(self.file)

    def wait_for_scan(self, shown: dict[str, Any], *, seconds: float) -> None:
        """Until the phone has confirmed; ToolsError when it refuses, the QR expires, or it takes too long."""
        until = time.monotonic() + seconds
        while True:
            status = self.ask("GET", f"tickets/{shown['ticket']}")["status"]
            if status == "confirmed":
                return
            if status == "refused":
                raise ToolsError(_("The phone said no."), code="scan_refused")
            if status not in ("waiting", "scanned"):
                raise ToolsError(_("The QR code has expired. Begin again."), code="scan_expired")
            if time.monotonic() >= until:
                raise ToolsError(_("Nobody has scanned the QR code in time. Begin again."), code="scan_timeout")
            time.sleep(max(shown["poll_milliseconds"] / 1000, 0.05))


def _parts(boundary: str, fields: dict[str, str], archive: bytes | None) -> list[bytes]:
    """The pieces of a multipart form."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    if archive is not None:
        head = 'Content-Disposition: form-data; name="archive"; filename="code.zip"\r\nContent-Type: application/zip'
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + archive + b"\r\n")
    return [*parts, f"--{boundary}--\r\n".encode()]


def _needs_login() -> ToolsError:
    return ToolsError(_("Log in again: `manage.py devtools login`."), code=NEEDS_LOGIN)


def _refused(refusal: urllib.error.HTTPError) -> ToolsError:
    """The platform's refusal: sent to log in, or a JSON error, perhaps with the inspector's report."""
    if refusal.code in (301, 302):
        return _needs_login()
    try:
        said = json.loads(refusal.read())
        error, report = said["error"], said.get("report", {}).get("items", [])
    except (ValueError, KeyError, TypeError, AttributeError):
        message = _("The platform answered with status %(status)d.") % {"status": refusal.code}
        return ToolsError(message, code=f"http_{refusal.code}")
    where = [" ".join(part for part in (item.get("file", ""), item.get("place", "")) if part) for item in report]
    items = [f"[{item['severity']}] {at}: {item['message']}" for item, at in zip(report, where, strict=True)]
    return ToolsError(error["message"], code=error["code"], items=items)
