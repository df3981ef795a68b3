"""A rehearsal: somebody logs in to a published Mini Program, and its access token expires."""

from urllib.parse import urlencode

from conftest import asked


def call(path: str, **query: str) -> dict:
    """What your own server would do here, with its own client."""
    return asked("GET", f"{path}?{urlencode(query)}")


def test_somebody_logs_in_and_the_token_expires(sim) -> None:
    program = sim("POST", "mini-programs", state="published")
    person = sim("POST", "people", nickname="Zoe")
    own = {"appid": program["appid"], "secret": program["app_secret"]}

    code = sim("POST", "login-codes", appid=program["appid"], wechat_id=person["wechat_id"])["code"]
    session = call("/sns/jscode2session", **own, js_code=code, grant_type="authorization_code")
    assert session["openid"]
    assert call("/sns/jscode2session", **own, js_code=code, grant_type="authorization_code")["errcode"] == 40163

    token = call("/cgi-bin/token", **own, grant_type="client_credential")["access_token"]
    assert call("/cgi-bin/open/have", access_token=token)["errcode"] == 0
    sim("POST", "clock", advance_seconds=7201)
    assert call("/cgi-bin/open/have", access_token=token)["errcode"] == 42001
