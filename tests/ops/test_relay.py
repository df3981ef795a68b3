"""The relay over real sockets: what it lets through, what it refuses, and that it reaches nobody but the platform."""

import os
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ops.processes import marked, wait_until
from tests.ops.relays import HOST, ROOT, Running, body_of, echo, started, to_the_end

HOSTS = ["api.weixin.qq.com", "servicewechat.com", "api.mch.weixin.qq.com", "mp.weixin.qq.com"]

PIECES = [  # of requests, to be put together in any order
    b"GET / HTTP/1.1\r\n",
    b"POST /p HTTP/1.1\r\n",
    b"GET http://example.com/ HTTP/1.1\r\n",
    b"CONNECT servicewechat.com:443 HTTP/1.1\r\n",
    b"OPTIONS * HTTP/1.1\r\n",
    b"GET / HTTP/1.0\r\n",
    b"Host: servicewechat.com\r\n",
    b"Host: example.com\r\n",
    b"hOsT:\tservicewechat.com:443 \r\n",
    b" Host: example.com\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length : 5\r\n",
    b"Content_Length: 50\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Transfer_Encoding: chunked\r\n",
    b"Connection: X-Ministage-Relay, Host\r\n",
    b"X-Ministage-Relay: 8.8.8.8 x\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: h2c\r\n",
    b"X: \x00\xff\r\n",
    b"\r\n",
    b"\n",
    b"hello",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"0\r\nHost: example.com\r\n\r\n",
    b"ffffffffffffffffffff\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]

# runs manage.py with every connect and every look-up of a name written to a file
WATCHED = """
import runpy, sys
seen = open({seen!r}, "a", buffering=1)
def hook(event, args):
    if event == "socket.connect":
        seen.write(f"connect {{args[1]!r}}\\n")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        seen.write(f"lookup {{args[0]!r}}\\n")
sys.addaudithook(hook)
sys.argv = sys.argv[1:]
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def server():
    with echo() as listening:
        yield listening


@pytest.fixture(scope="module")
def relay(server, tmp_path_factory):
    """One relay for the tests that do not stop it; who it connects to is written to the file `watched`."""
    folder = tmp_path_factory.mktemp("relay")
    (folder / "watched").touch()
    (folder / "manage_watched.py").write_text(WATCHED.format(seen=str(folder / "watched")))
    command = [str(folder / "manage_watched.py"), "manage.py"]
    running = started(folder / "var", to_of(server), log=folder / "log", command=command, PYTHONPATH=str(ROOT))
    yield running
    running.stop()
    assert "Traceback" not in running.said()


@pytest.fixture
def own(server, tmp_path):
    """`own()` starts a relay on this test's folder; all of them are stopped at the end."""
    relays: list[Running] = []

    def start(**more: str) -> Running:
        relays.append(started(tmp_path / "var", to_of(server), log=tmp_path / f"log{len(relays)}", **more))
        return relays[-1]

    yield start
    for running in relays:
        running.stop()


def to_of(server) -> str:
    return f"127.0.0.1:{server.server_address[1]}"


def connect_to(target: str) -> bytes:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()


# --- the ways in


@pytest.mark.parametrize("host", HOSTS)
def test_each_of_the_hosts_leads_to_the_platform(relay, server, host):
    answer = relay.get("/wxa/ci/nonce?a=%20b", host)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert body_of(answer) == b"/wxa/ci/nonce?a=%20b"
    assert dict(server.seen[-1][2])["Host"] == host
    assert [line for line in answer.split(b"\r\n") if line.lower().startswith(b"set-cookie")] == [
        b"Set-Cookie: a=1",
        b"Set-Cookie: b=2",
    ]


def test_case_does_not_matter_in_a_host_name(relay):
    with relay.tunnel("ServiceWeChat.COM", name=HOST) as tunnel:
        tunnel.sendall(b"GET /a HTTP/1.1\r\nHost: SERVICEWECHAT.com:443\r\nConnection: close\r\n\r\n")

        assert body_of(to_the_end(tunnel)) == b"/a"


@pytest.mark.parametrize(
    "target",
    [
        "example.com:443",
        "127.0.0.1:443",
        "[::1]:443",
        "localhost:443",
        "servicewechat.com:80",
        "servicewechat.com:8443",
        "servicewechat.com",
        "servicewechat.com.:443",
        "www.servicewechat.com:443",
        "servicewechat.com.example.com:443",
        "open.weixin.qq.com:443",
        "servicewechat.com:443:443",
        "servicewechat.com:0443",
    ],
)
def test_nothing_else_is_reached(relay, target):
    answer = relay.asked(connect_to(target))

    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"nothing but api.weixin.qq.com, servicewechat.com" in body_of(answer)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_it_is_a_proxy_for_https_only(relay, method):
    answer = relay.asked(f"{method} http://servicewechat.com/ HTTP/1.1\r\nHost: servicewechat.com\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert body_of(answer) == (
        b"" if method == "HEAD" else b"Ministage relay: this is a proxy for https:// only (CONNECT).\n"
    )


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not HTTP\r\n\r\n", 400),
        (b"CONNECT servicewechat.com:443 HTTP/1.1\r\n\r\n", 400),  # without Host
        (connect_to("servicewechat.com:443") + b"\x16\x03\x01", 400),  # TLS before the answer
        (b"CONNECT servicewechat.com:443 HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_for_a_tunnel_is_refused_in_words(relay, raw, status):
    answer = relay.asked(raw)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert body_of(answer).startswith(b"Ministage relay: ")


# --- inside a tunnel


def test_many_requests_go_through_one_tunnel(relay):
    with relay.tunnel() as tunnel:
        for number in range(5):
            tunnel.sendall(f"GET /{number} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert read_one(tunnel) == f"/{number}".encode()
        tunnel.sendall(f"GET /6 HTTP/1.1\r\nHost: {HOST}\r\n\r\nGET /7 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert [read_one(tunnel), read_one(tunnel)] == [b"/6", b"/7"]


def read_one(tunnel: socket.socket) -> bytes:
    """The body of one answer with a length; not a byte more is read."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += tunnel.recv(1)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += tunnel.recv(length - len(body))
    return body


def test_http_1_0_without_a_host_is_answered_and_closed(relay, server):
    assert body_of(relay.send(b"GET /old HTTP/1.0\r\n\r\n")) == b"/old"
    assert dict(server.seen[-1][2])["Host"] == HOST


def test_a_chunked_body_arrives_with_its_length(relay, server):
    chunks = b"5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n"

    answer = relay.send(
        b"POST /c HTTP/1.1\r\nHost: servicewechat.com\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks
    )

    assert body_of(answer) == b"hello, world"
    headers = {name.lower(): value for name, value in server.seen[-1][2]}
    assert headers["content-length"] == "12"
    assert "transfer-encoding" not in headers


def test_a_chunked_answer_comes_back_whole(relay):
    answer = relay.get("/chunks")

    assert b"chunked" in answer.partition(b"\r\n\r\n")[0]
    assert body_of(answer) == b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


def test_the_answer_to_head_has_no_body(relay):
    answer = relay.send(b"HEAD /head HTTP/1.1\r\nHost: servicewechat.com\r\nConnection: close\r\n\r\n")

    assert b"Content-Length: 5\r\n" in answer
    assert body_of(answer) == b""


@pytest.mark.parametrize("chunked", [False, True])
def test_twelve_megabytes_go_there_and_come_back(relay, chunked):
    body = os.urandom(12_000_000)
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 12000000"
    sent = b"B71B00\r\n" + body + b"\r\n0\r\n\r\n" if chunked else body

    answer = relay.send(
        b"POST /b HTTP/1.1\r\nHost: servicewechat.com\r\nConnection: close\r\n" + framing + b"\r\n\r\n" + sent
    )

    assert body_of(answer) == body


def test_a_client_that_asks_first_is_told_to_go_on(relay):
    with relay.tunnel() as tunnel:
        tunnel.sendall(
            b"POST /e HTTP/1.1\r\nHost: servicewechat.com\r\nConnection: close\r\nExpect: 100-continue\r\n"
            b"Content-Length: 3\r\n\r\n"
        )
        assert tunnel.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        tunnel.sendall(b"abc")
        assert body_of(to_the_end(tunnel)) == b"abc"


def test_an_answer_before_the_body_is_read_reaches_a_client_that_still_writes(relay):
    head = b"POST /early HTTP/1.1\r\nHost: servicewechat.com\r\nConnection: close\r\nContent-Length: 8000000\r\n\r\n"

    answer = relay.send(head + bytes(8_000_000))

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert body_of(answer) == b"too much"


def test_an_answer_that_breaks_off_does_not_look_whole(relay):
    with relay.tunnel() as tunnel:
        tunnel.sendall(b"GET /break HTTP/1.1\r\nHost: servicewechat.com\r\n\r\n")
        with pytest.raises(ssl.SSLEOFError):
            to_the_end(tunnel)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("GET /a HTTP/1.1\r\nHost: example.com", 421),
        ("GET /a HTTP/1.1\r\nHost: api.weixin.qq.com", 421),  # another of ours, but not this tunnel's
        ("GET /a HTTP/1.1\r\nHost: servicewechat.com:80", 421),
        ("GET http://example.com/ HTTP/1.1\r\nHost: servicewechat.com", 400),
        ("CONNECT example.com:443 HTTP/1.1\r\nHost: servicewechat.com", 400),
        ("GET /a HTTP/1.1\r\nHost: servicewechat.com\r\nHost: servicewechat.com", 400),
        ("GET /a HTTP/1.1", 400),
        ("POST /a HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: 3\r\nTransfer-Encoding: chunked", 400),
        ("POST /a HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: 3\r\nContent-Length: 4", 400),
        ("POST /a HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: -3", 400),
        ("POST /a HTTP/1.1\r\nHost: servicewechat.com\r\nTransfer-Encoding: gzip, chunked", 501),
        ("POST /a HTTP/1.0\r\nHost: servicewechat.com\r\nTransfer-Encoding: chunked", 400),
        ("POST /a HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: 70000000", 413),
        ("GET /a HTTP/1.1\r\nHost: servicewechat.com\r\nX y: z", 400),
        (f"GET /{'a' * 40_000} HTTP/1.1\r\nHost: servicewechat.com", 431),
    ],
)
def test_what_could_mean_two_things_or_another_host_goes_no_further(relay, server, raw, status):
    before = len(server.seen)

    answer = relay.send(f"{raw}\r\n\r\n".encode())

    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert body_of(answer).startswith(b"Ministage relay: ")
    assert len(server.seen) == before


def test_what_a_client_claims_about_its_way_here_is_dropped(relay, server):
    claims = [
        "X-Ministage-Relay: 8.8.8.8 forged",
        "X_Ministage_Relay: 8.8.8.8 forged",
        "X-Forwarded-For: 8.8.8.8",
        "X_FORWARDED_FOR: 8.8.8.8",
        "X-Forwarded-Proto: http",
        "Forwarded: for=8.8.8.8",
        "Content_Length: 8",
        "Connection: close, X-Private",
        "X-Private: 8.8.8.8",
        "Upgrade: websocket",
    ]
    claims += ["Cookie: kept=1", "x-CASE: kept"]

    relay.send(("GET /claims HTTP/1.1\r\nHost: servicewechat.com\r\n" + "\r\n".join(claims) + "\r\n\r\n").encode())

    names = [name for name, _value in server.seen[-1][2]]
    assert sorted(names) == ["Connection", "Cookie", "Host", "X-Ministage-Relay", "x-CASE"]
    assert dict(server.seen[-1][2])["X-Ministage-Relay"].startswith("127.0.0.1 ")


def test_a_client_that_asks_for_another_name_gets_no_certificate(relay):
    with pytest.raises(ssl.SSLError):
        relay.tunnel(HOST, name="example.com")


def test_slow_clients_keep_nobody_waiting(relay):
    silent = [relay.connect() for _ in range(30)]
    half = relay.tunnel()
    half.sendall(b"POST /slow HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: 100\r\n\r\nhalf")
    deaf = relay.tunnel()
    deaf.sendall(b"GET /big HTTP/1.1\r\nHost: servicewechat.com\r\n\r\n")  # 12 MB that it never reads

    began = time.monotonic()
    assert body_of(relay.get("/quick")) == b"/quick"
    assert time.monotonic() - began < 5

    for end in [*silent, half, deaf]:
        end.close()


@pytest.fixture
def hurried(server, tmp_path):
    """A relay that soon loses patience; three connections at once are its limit."""
    command = ["-m", "tests.ops.hurried_relay"]
    running = started(tmp_path / "var", to_of(server), log=tmp_path / "log", command=command)
    yield running
    running.stop()


def test_more_connections_than_it_bears_are_refused_in_words(hurried):
    ends = [hurried.connect() for _ in range(3)]

    assert hurried.asked(b"").startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    for end in ends:
        end.close()
    assert wait_until(lambda: hurried.asked(connect_to("a:1")).startswith(b"HTTP/1.1 403 "), at_most=10)


@pytest.mark.parametrize(
    "raw",
    [b"", b"CONNECT servicewechat.com:443 HTTP/1.1\r\n", b"CONNECT servicewechat.com:443 HTTP/1.1\r\nHost: a\r\n\r\n"],
)
def test_a_client_that_does_not_go_on_is_left_before_the_tunnel_stands(hurried, raw):
    with hurried.connect() as plain:
        began = time.monotonic()
        plain.sendall(raw)
        assert cut(plain) in (b"", b"HTTP/1.1 200 Connection established\r\n\r\n")
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "raw", ["", "GET / HT", "POST / HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_a_client_that_does_not_go_on_is_left_inside_the_tunnel_too(hurried, raw):
    with hurried.tunnel() as tunnel:
        began = time.monotonic()
        tunnel.sendall(raw.encode())
        assert body_of(cut(tunnel)) in (b"", b"Ministage relay: this took too long.\n")
        assert time.monotonic() - began < 5


def cut(end: socket.socket) -> bytes:
    """What comes until the end, which need not be a polite one."""
    got = b""
    try:
        while piece := end.recv(65536):
            got += piece
    except (ConnectionResetError, ssl.SSLEOFError):
        pass
    return got


def test_a_platform_that_takes_too_long_is_told_in_words(hurried):
    assert hurried.get("/sleep").startswith(b"HTTP/1.1 504 Gateway Timeout\r\n")


def test_a_chunked_body_is_counted_as_it_comes(hurried, server):
    before = len(server.seen)
    head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()

    answer = hurried.send(head + b"1f4\r\n" + bytes(500) + b"\r\n1f5\r\n" + bytes(501) + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert len(server.seen) == before


def test_it_connects_to_the_platform_only_and_looks_up_no_name(relay, server):
    for host in HOSTS:
        relay.get("/", host)
    for target in ("example.com:443", "localhost:443", "servicewechat.com:80"):
        relay.asked(connect_to(target))

    seen = set((relay.var.parent / "watched").read_text().splitlines())
    assert {line for line in seen if line.startswith("connect")} == {f"connect {server.server_address[:2]!r}"}
    assert {line for line in seen if not line.startswith("connect")} <= {"lookup '127.0.0.1'"}


def test_a_platform_that_does_not_answer_is_told_in_words(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = started(tmp_path / "var", f"127.0.0.1:{port}", log=tmp_path / "log")
    try:
        answer = running.get("/")
    finally:
        running.stop()

    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert body_of(answer) == f"Ministage relay: nobody answers at 127.0.0.1:{port}. Is Ministage running?\n".encode()


# --- starting and stopping


def test_the_environment_is_ready_to_be_sourced(relay):
    shown = subprocess.run(
        ["/bin/sh", "-c", f". {shlex.quote(str(relay.var / 'relay.env'))} && env"],
        capture_output=True,
        text=True,
        env={"NO_PROXY": "servicewechat.com", "https_proxy": "http://elsewhere"},
        check=True,
    ).stdout.splitlines()

    proxy, ca = f"http://127.0.0.1:{relay.port}", str(relay.ca)
    assert {f"HTTPS_PROXY={proxy}", f"https_proxy={proxy}", "NO_PROXY=", "no_proxy="} <= set(shown)
    assert {f"NODE_EXTRA_CA_CERTS={ca}", f"REQUESTS_CA_BUNDLE={ca}"} <= set(shown)
    assert relay.ca.is_absolute()


def test_a_restart_keeps_authority_and_secret(own, tmp_path):
    first = own()
    kept = [path.read_bytes() for path in sorted((tmp_path / "var" / "relay").iterdir())]
    first.stop()

    second = own()

    assert [path.read_bytes() for path in sorted((tmp_path / "var" / "relay").iterdir())] == kept
    assert body_of(second.get("/again")) == b"/again"


def test_one_folder_has_one_relay_at_a_time(own, server, tmp_path):
    own()

    told = subprocess.run(
        [sys.executable, "manage.py", "relay", "--to", to_of(server)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "platform_site.settings", "MINISTAGE_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
    )

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        f"CommandError: A relay is running on {tmp_path / 'var'} already. "
        "Stop it first, or name another folder in MINISTAGE_VAR.\n"
    )


def test_a_taken_port_is_no_obstacle(own):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        running = own(RELAY_PORT=str(taken.getsockname()[1]))

        assert running.port != taken.getsockname()[1]
        assert f"HTTPS_PROXY=http://127.0.0.1:{running.port}\n" in (running.var / "relay.env").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_it_ends_nothing_stays_and_it_starts_again(own, how):
    running = own()
    open_tunnel = running.tunnel()
    began = time.monotonic()

    running.process.send_signal(how)
    running.process.wait(timeout=30)

    assert time.monotonic() - began < 5
    assert running.process.returncode == (-9 if how == signal.SIGKILL else 0)
    assert "Traceback" not in running.said()
    assert marked(f"MINISTAGE_VAR={running.var}") == set()
    open_tunnel.close()
    assert own(RELAY_PORT=str(running.port)).port == running.port


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("203.0.113.7:80", "203.0.113.7 is not this machine. The relay leads to a platform on this machine only."),
        ("http://203.0.113.7:80", "203.0.113.7 is not this machine."),
        ("127.0.0.1", "Where does the platform answer? '127.0.0.1' names no port."),
        ("127.0.0.1:99999", "Where does the platform answer?"),
    ],
)
def test_it_leads_to_this_machine_only(to, said, tmp_path):
    told = subprocess.run(
        [sys.executable, "manage.py", "relay", "--to", to],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "platform_site.settings", "MINISTAGE_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert told.returncode == 1
    assert told.stderr.startswith(f"CommandError: {said}")
    assert told.stderr.count("\n") == 1


def test_the_live_platform_answers_for_tencents_names(live_server, settings, tmp_path):
    """Django itself behind the relay: its answer for the host, the peer's address, and no way around the seal."""
    settings.VAR = tmp_path / "var"
    running = started(Path(settings.VAR), live_server.url.removeprefix("http://"), log=tmp_path / "log")
    try:
        assert body_of(running.get("/healthz")) == b"ok\n"
        assert running.get("/login/", "mp.weixin.qq.com").startswith(b"HTTP/1.1 200 ")
    finally:
        running.stop()


def test_small_answers_are_sent_without_delay(relay):
    """Where the kernel gathers small packets (Nagle), every answer takes 40 ms longer."""
    with relay.tunnel() as tunnel:
        took = []
        for _ in range(20):
            began = time.perf_counter()
            tunnel.sendall(f"GET /quick HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert read_one(tunnel) == b"/quick"
            took.append(time.perf_counter() - began)

    assert min(took) < 0.035


def files_of(relay: Running) -> int:
    return len(list(Path(f"/proc/{relay.process.pid}/fd").iterdir()))


def test_clients_that_leave_in_the_middle_leave_nothing_open(own, server):
    running = own()
    running.get("/a")
    before = files_of(running)
    post = f"POST /gone HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nhalf".encode()
    chunked = f"POST /gone HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf".encode()
    big = f"GET /big HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    for raw in (post, chunked, big, b"GET / HT", b"\xff" * 50):
        for _ in range(5):
            with running.tunnel() as tunnel:
                tunnel.sendall(raw)
                time.sleep(0.01)
    for raw in (b"", b"CONN", connect_to(f"{HOST}:443"), connect_to(f"{HOST}:443") + b"\x16"):
        for _ in range(5):
            with running.connect() as plain:
                plain.sendall(raw)

    assert wait_until(lambda: files_of(running) <= before, at_most=15), running.said()
    assert "Traceback" not in running.said()
    assert not [one for one in server.seen if one[1] == "/gone" and len(one[3]) == 1000]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_only_whole_requests_for_this_host_arrive(relay, server, pieces, inside):
    before = len(server.seen)
    raw = b"".join(pieces)
    with relay.tunnel() if inside else relay.connect() as end:
        end.settimeout(0.05)
        try:
            end.sendall(raw)
            end.recv(65536)
        except OSError:
            pass
    for _method, path, headers, _body in server.seen[before:]:
        names = [name.lower() for name, _value in headers]
        assert path.startswith("/")
        assert [value for name, value in headers if name == "Host"] == [HOST]
        assert names.count("x-ministage-relay") == 1
        assert names.count("content-length") <= 1
        assert "transfer-encoding" not in names
