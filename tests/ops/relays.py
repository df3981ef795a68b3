"""A relay as its users see it: a process of its own, a small server behind it, and a client that trusts only its CA."""

import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ops.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
HOST = "servicewechat.com"


class Echo(http.server.BaseHTTPRequestHandler):
    """Tells what reached it; /big: many bytes, /early: before it reads, /break: ends too soon, /sleep: late."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if self.path == "/early":
            return self.tell(413, b"too much", close=True)
        body = self.rfile.read(length)
        if self.path == "/sleep":
            time.sleep(3)
        self.server.seen.append((self.command, self.path, self.headers.items(), body))
        if self.path == "/break":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return None
        if self.path == "/chunks":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            return None
        return self.tell(200, b"x" * 12_000_000 if self.path == "/big" else body or self.path.encode())

    do_GET = do_HEAD = do_PUT = do_POST  # noqa: N815 -- the names that http.server asks for

    def tell(self, status: int, body: bytes, *, close: bool = False) -> None:
        self.close_connection = self.close_connection or close
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def echo() -> Iterator[http.server.ThreadingHTTPServer]:
    """A server that remembers in `seen` what reached it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@dataclass
class Running:
    """A started `manage.py relay` on the folder `var`."""

    process: subprocess.Popen
    var: Path
    log: Path
    port: int = field(default=0)

    @property
    def ca(self) -> Path:
        return self.var / "relay" / "ca.pem"

    def said(self) -> str:
        return self.log.read_text()

    def connect(self, *, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(source, 0))

    def asked(self, raw: bytes) -> bytes:
        """What the proxy itself answers to these bytes, to its end."""
        with self.connect() as plain:
            plain.sendall(raw)
            return to_the_end(plain)

    def tunnel(self, host: str = HOST, *, name: str | None = None, source: str = "127.0.0.1") -> ssl.SSLSocket:
        """TLS with `host` through the proxy, for a client that trusts the relay's authority alone."""
        plain = self.connect(source=source)
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert plain.recv(4096) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        return trusting(self.ca).wrap_socket(plain, server_hostname=name or host, suppress_ragged_eofs=False)

    def get(self, path: str, host: str = HOST) -> bytes:
        return self.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(), host)

    def send(self, raw: bytes, host: str = HOST) -> bytes:
        """What comes back to these bytes through a tunnel of their own, to its end."""
        with self.tunnel(host) as tunnel:
            tunnel.sendall(raw)
            return to_the_end(tunnel)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=30)


def trusting(ca: Path) -> ssl.SSLContext:
    """As strict as Python ≥ 3.13 is by default."""
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def to_the_end(end: socket.socket) -> bytes:
    got = bytearray()
    while piece := end.recv(65536):
        got += piece
    return bytes(got)


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def started(var: Path, to: str, *, log: Path, command: list[str] | None = None, **more: str) -> Running:
    """A relay of its own process that has said where it listens."""
    without = {"DJANGO_SETTINGS_MODULE", "BASE_URL", "DATABASE_URL", "REDIS_URL", "RELAY_PORT"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment |= {"MINISTAGE_VAR": str(var), "PYTHONUNBUFFERED": "1", **more}
    with log.open("w") as terminal:
        words = [sys.executable, *(command or ["manage.py"]), "relay", "--to", to]
        if "RELAY_PORT" not in more:
            words += ["--port", "0"]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=terminal, stderr=terminal)
    running = Running(process, var, log)
    assert wait_until(lambda: ", in a shell with: " in running.said() or process.poll() is not None)
    assert process.poll() is None, running.said()
    running.port = int(running.said().split("127.0.0.1:")[1].split(",")[0])
    return running
