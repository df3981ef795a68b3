"""What Django believes of a request for one of Tencent's names: the relay's seal, and nothing else."""

import json
from pathlib import Path

import pytest
from django.test import Client

from platform_site.management.relay.folder import Folder
from platform_site.web.relayed import HEADER, seal
from tests.ops.relays import HOST, body_of, started, to_the_end
from tests.relayed import relayed

pytestmark = pytest.mark.urls("tests.ops.relayed_urls")


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR = tmp_path / "var"


def asked(headers: dict[str, str], **more: str):
    return Client().get("/seen", headers=headers, **more)


def test_a_sealed_request_is_the_peers_and_came_over_tls():
    answer = asked(relayed(HOST, peer="127.0.0.9"), REMOTE_ADDR="127.0.0.1")

    assert answer.json() == {
        "host": HOST,
        "scheme": "https",
        "peer": ["127.0.0.9", "127.0.0.9"],
        "sealed": False,
        "length": 0,
    }


def test_the_peer_is_the_relays_where_a_proxy_is_trusted_too(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    claims = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "http"}

    answer = asked({**relayed(HOST, peer="127.0.0.9"), **claims})

    assert (answer.json()["peer"], answer.json()["scheme"]) == (["127.0.0.9", "127.0.0.9"], "https")


@pytest.mark.parametrize(
    "host", ["servicewechat.com", "API.weixin.qq.com", "mp.weixin.qq.com:8000", "mp.weixin.qq.com."]
)
def test_without_a_seal_tencents_names_are_refused_in_words(host, settings):
    Folder(settings.VAR).secret()

    answer = asked({"Host": host})

    assert answer.status_code == 421
    assert "only through its relay" in answer.content.decode()


@pytest.mark.parametrize(
    "forged",
    [
        lambda good: {HEADER: "10.0.0.1 " + good.split()[1]},  # another peer
        lambda good: {HEADER: good, "Host": "api.weixin.qq.com"},  # sealed for another host
        lambda good: {HEADER: good, "Host": f"{HOST}:8000"},
        lambda good: {HEADER: good, "Host": "testserver"},
        lambda good: {HEADER: good.split()[0]},
        lambda good: {HEADER: good[:-1]},
        lambda good: {HEADER: f"{good},{good}"},
        lambda good: {HEADER: seal("x" * 64, host=HOST, peer="127.0.0.9")},
        lambda good: {HEADER: seal("", host=HOST, peer="127.0.0.9")},
        lambda good: {HEADER: "127.0.0.9 é"},
    ],
)
def test_a_forged_seal_is_refused(forged):
    good = relayed(HOST, peer="127.0.0.9")
    assert asked(good).status_code == 200

    assert asked({**good, **forged(good[HEADER])}).status_code == 421


def test_where_there_never_was_a_relay_no_seal_is_right():
    for secret in ("", "None"):
        assert asked({"Host": HOST, HEADER: seal(secret, host=HOST, peer="127.0.0.9")}).status_code == 421


def test_other_requests_pass_as_before():
    answer = asked({"Host": "testserver"}, REMOTE_ADDR="10.1.2.3")

    assert answer.json()["peer"] == ["10.1.2.3", "10.1.2.3"]
    assert answer.json()["scheme"] == "http"


def test_the_real_relay_tells_the_real_django_who_asks(live_server, settings, tmp_path):
    running = started(Path(settings.VAR), live_server.url.removeprefix("http://"), log=tmp_path / "log")
    claims = f"{HEADER}: 8.8.8.8 x\r\nX-Forwarded-For: 8.8.8.8\r\n"
    head = f"POST /seen HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{claims}"
    body = b"x" * 11_000_000
    try:
        with running.tunnel(source="127.0.0.7") as tunnel:
            tunnel.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            told = json.loads(body_of(to_the_end(tunnel)))
    finally:
        running.stop()

    assert told == {
        "host": HOST,
        "scheme": "https",
        "peer": ["127.0.0.7", "127.0.0.7"],
        "sealed": False,
        "length": len(body),
    }
