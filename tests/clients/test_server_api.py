"""wechatpy and node-easywechat, unmodified, as a Mini Program's server: they log people in, make QR codes, bind."""

import base64
import sys
from pathlib import Path

import pytest

from developers.actions.secrets import generate_app_secret
from openplatform.actions import quotas
from openplatform.actions.accounts import create_account_for
from openplatform.actions.logins import issue_login_code
from openplatform.actions.user_info import user_info_for
from openplatform.identifiers import openid_of
from openplatform.models import ApiCall, OpenBinding
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.simulation import stories
from platform_site.web import qr
from tests.people import phone

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _no_leases():
    quotas.forget_leases()
    yield
    quotas.forget_leases()


@pytest.fixture
def tea(live_server):
    """Published, of an entity that may have an Open Platform account."""
    return stories.published(administrator="ada").mini_program


@pytest.fixture
def secret(tea):
    return generate_app_secret(tea, by=stories.administrator_of(tea))


@pytest.fixture
def python(drive, wechatpy):
    """`python(tea, secret)`: wechatpy as its server."""

    def start(mini_program, secret):
        script = str(HERE / "drive_wechatpy.py")
        return drive(sys.executable, script, mini_program.appid, secret, PYTHONPATH=str(wechatpy))

    return start


@pytest.fixture
def node(drive, easywechat):
    """`node(tea, secret)`: node-easywechat as its server; `stable=True`: with the stable token."""

    def start(mini_program, secret, *, stable=False):
        script = str(HERE / "drive_easywechat.cjs")
        return drive("node", script, str(easywechat), mini_program.appid, secret, "stable" if stable else "plain")

    return start


def move(seconds: int) -> None:
    clock.move_forward(seconds)


# --- wechatpy


def test_wechatpy_is_told_who_logs_in_once(python, tea, secret) -> None:
    server, max_ = python(tea, secret), stories.person("max")
    code = issue_login_code(tea, person=max_)
    session = server("wxa.code_to_session", js_code=code)["ok"]
    assert session["openid"] == openid_of(max_, tea)
    assert "unionid" not in session

    again = server("wxa.code_to_session", js_code=code)
    assert again["errcode"] == 40163
    assert ApiCall.objects.filter(rid=again["errmsg"].rpartition("rid: ")[2], errcode=40163).exists()
    assert server("wxa.code_to_session", js_code="0" * 32)["errcode"] == 40029


def test_wechatpy_decrypts_user_information_with_its_watermark(python, tea, secret) -> None:
    server, max_ = python(tea, secret), stories.person("max")
    key = server("wxa.code_to_session", js_code=issue_login_code(tea, person=max_))["ok"]["session_key"]
    info = user_info_for(max_, tea).as_answer()
    told = server("decrypt", key=key, iv=info["iv"], data=info["encryptedData"])["ok"]
    assert (told["nickName"], told["openId"]) == (max_.nickname, openid_of(max_, tea))
    assert told["watermark"]["appid"] == tea.appid


def test_wechatpy_asks_for_a_new_token_when_the_world_clock_has_ended_the_old_one(python, tea, secret) -> None:
    server = python(tea, secret)
    token = server("token")["ok"]
    assert server("token")["ok"] == token
    move(7201)
    assert server("get", path="https://api.weixin.qq.com/cgi-bin/open/have")["ok"]["have_open"] is False
    assert server("token")["ok"] != token
    assert list(ApiCall.objects.exclude(errcode=0).values_list("errcode", flat=True)) == [42001]


def test_wechatpy_with_a_wrong_secret(python, tea, secret) -> None:
    assert python(tea, "0" * 32)("token")["errcode"] == 40125


def test_wechatpy_makes_an_account_and_people_have_one_unionid(python, tea, secret) -> None:
    server, max_ = python(tea, secret), stories.person("max")
    assert server("wxa.get_open", appid=tea.appid)["errcode"] == 89002
    made = server("wxa.create_open", appid=tea.appid)["ok"]
    assert server("wxa.get_open", appid=tea.appid)["ok"] == made
    session = server("wxa.code_to_session", js_code=issue_login_code(tea, person=max_))["ok"]
    assert len(session["unionid"]) == 28
    info = user_info_for(max_, tea).as_answer()
    told = server("decrypt", key=session["session_key"], iv=info["iv"], data=info["encryptedData"])["ok"]
    assert told["unionId"] == session["unionid"]

    account = {"appid": tea.appid, "open_appid": made}
    assert server("wxa.unbind_open", **account)["ok"]["errcode"] == 0
    assert not OpenBinding.objects.exists()
    assert server("wxa.bind_open", **account)["ok"]["errcode"] == 0
    again = server("wxa.code_to_session", js_code=issue_login_code(tea, person=max_))["ok"]
    assert again["unionid"] == session["unionid"]
    assert server("wxa.bind_open", **account)["errcode"] == 89000


PICTURES = {
    "wxa.get_wxa_code": {"path": "pages/home/home?table=5"},
    "wxa.get_wxa_code_unlimited": {"scene": "table=5", "page": "pages/home/home"},
    "wxa.create_qrcode": {"path": "pages/home/home?table=5"},
}


@pytest.mark.parametrize("do", PICTURES)
def test_wechatpy_makes_qr_codes_that_a_phone_opens(python, tea, secret, do) -> None:
    picture = python(tea, secret)(do, **PICTURES[do])["ok"]
    assert picture["headers"]["Content-Type"] == "image/jpeg"
    opens(picture, stories.person("max"), tea)


def opens(picture, person, mini_program) -> None:
    """The picture is scanned, and the phone of this person shows the home page of the online version."""
    address = qr.read(base64.b64decode(picture["data"]))
    assert address
    page = phone(None, person).get("/" + address.split("/", 3)[3], follow=True)
    assert page.redirect_chain[-1][0].startswith(f"/phone/programs/{mini_program.appid}/")
    assert "5" in page.redirect_chain[-1][0].partition("?")[2]
    assert page.status_code == 200


# --- node-easywechat


@pytest.mark.parametrize("stable", [False, True])
def test_easywechat_gets_tokens_of_both_kinds(node, tea, secret, stable) -> None:
    server = node(tea, secret, stable=stable)
    token = server("token")["ok"]
    assert server("get", path="/cgi-bin/open/have")["ok"]["have_open"] is False
    fresh = server("refresh")["ok"]
    assert (fresh == token) is stable
    assert server("get", path="/cgi-bin/open/have")["ok"]["have_open"] is False


def test_easywechat_with_a_wrong_secret(node, tea, secret) -> None:
    assert "40125" in node(tea, "0" * 32)("token")["problem"]


def test_easywechat_logs_in_and_decrypts(node, tea, secret) -> None:
    create_account_for(tea, by=SYSTEM)
    server, max_ = node(tea, secret), stories.person("max")
    code = issue_login_code(tea, person=max_)
    session = server("session", code=code)["ok"]
    assert (session["openid"], len(session["unionid"])) == (openid_of(max_, tea), 28)
    assert "40163" in server("session", code=code)["problem"]
    info = user_info_for(max_, tea).as_answer()
    told = server("decrypt", key=session["session_key"], iv=info["iv"], data=info["encryptedData"])["ok"]
    assert (told["unionId"], told["watermark"]["appid"]) == (session["unionid"], tea.appid)


def test_easywechat_learns_that_its_token_has_expired(node, tea, secret) -> None:
    server = node(tea, secret)
    server("token")
    move(7201)
    assert server("get", path="/cgi-bin/open/have")["errcode"] == 42001
    server("refresh")
    assert server("get", path="/cgi-bin/open/have")["ok"]["have_open"] is False


BODIES = {
    "/wxa/getwxacode": {"path": "pages/home/home?table=5"},
    "/wxa/getwxacodeunlimit": {"scene": "table=5", "page": "pages/home/home"},
    "/cgi-bin/wxaapp/createwxaqrcode": {"path": "pages/home/home?table=5"},
}


@pytest.mark.parametrize("path", BODIES)
def test_easywechat_makes_qr_codes_that_a_phone_opens(node, tea, secret, path) -> None:
    picture = node(tea, secret)("picture", path=path, data=BODIES[path])["ok"]
    assert picture["headers"]["Content-Type"] == "image/jpeg"
    opens(picture, stories.person("max"), tea)


def test_easywechat_makes_binds_and_unbinds(node, tea, secret) -> None:
    server = node(tea, secret)
    made = server("post", path="/cgi-bin/open/create", data={"appid": tea.appid})["ok"]["open_appid"]
    account = {"appid": tea.appid, "open_appid": made}
    assert server("post", path="/cgi-bin/open/get", data={"appid": tea.appid})["ok"]["open_appid"] == made
    assert server("post", path="/cgi-bin/open/bind", data=account)["errcode"] == 89000
    assert server("post", path="/cgi-bin/open/unbind", data=account)["ok"]["errcode"] == 0
    assert server("post", path="/cgi-bin/open/get", data={"appid": tea.appid})["errcode"] == 89002
