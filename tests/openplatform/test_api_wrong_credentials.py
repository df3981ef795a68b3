"""Wrong, expired and foreign tokens, secrets and AppIDs: the documented code, and no change."""

import pytest

from openplatform.models import AccessToken, LoginCode, OpenAccount, OpenBinding, PageCode, UserSession
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db
KEPT = (AccessToken, LoginCode, OpenAccount, OpenBinding, PageCode, UserSession)


@pytest.fixture
def servers(ada, eve):
    return Server(stories.completed()), Server(stories.completed(administrator="eve", name="Pier Bicycles"))


def kept():
    return [list(model.objects.order_by("pk").values()) for model in KEPT]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"secret": "0" * 32}, 40125),
        ({"secret": ""}, 41004),
        ({"appid": "wx" + "0" * 16}, 40013),
        ({"appid": ""}, 41002),
        ({"grant_type": "password"}, 40002),
    ],
)
def test_wrong_credentials(servers, given, code) -> None:
    tea, _bikes = servers
    before = kept()
    assert (tea.token(**given)["errcode"], tea.stable(**given)["errcode"]) == (code, code)
    assert kept() == before


def test_another_programs_secret(servers) -> None:
    tea, bikes = servers
    before = kept()
    assert tea.token(secret=bikes.secret)["errcode"] == 40125
    assert kept() == before


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("x", 40014), ("x" * 43, 40001), ("expired", 42001)])
def test_wrong_tokens(servers, token, code) -> None:
    tea, _bikes = servers
    if token == "expired":
        token = tea.token()["access_token"]
        clock.move_forward(7200)
    before = kept()
    assert tea.post("/cgi-bin/open/create", {}, access_token=token)["errcode"] == code
    assert kept() == before
