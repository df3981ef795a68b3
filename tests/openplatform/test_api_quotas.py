"""Quotas of a minute, a day and a month, by the world's clock; and the short way that calls take."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation

from openplatform.actions import quotas
from openplatform.models import ApiQuota, Period
from platform_site.kernel.clock import move_forward
from platform_site.simulation import stories
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db
INFO = "/cgi-bin/account/getaccountbasicinfo"
MINUTE, DAY = 60, 24 * 3600


@pytest.fixture(autouse=True)
def _middle_of_a_month(monkeypatch):
    """The machine's clock stands still: no minute, day or month ends between two calls."""
    moment = datetime(2026, 6, 15, 4, 30, 20, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def tea(ada):
    return Server(stories.completed())


def codes(server, token, times):
    """What the call is answered, one time after the other."""
    return [server.get(INFO, access_token=token)["errcode"] for _n in range(times)]


@pytest.mark.parametrize(
    ("few_of", "code", "seconds"),
    [("calls_per_minute", 45011, MINUTE), ("calls_per_day", 45009, DAY), ("calls_per_month", 45009, 31 * DAY)],
)
def test_a_quota_is_never_exceeded_and_free_again_when_its_time_is_over(tea, few, few_of, code, seconds):
    few(**{few_of: 3})
    token = tea.token()["access_token"]

    assert codes(tea, token, 5) == [0, 0, 0, code, code]

    move_forward(seconds)
    assert codes(tea, tea.token()["access_token"], 1) == [0]


def test_the_quota_of_the_month_is_not_that_of_the_day_nor_anothers(tea, few):
    few(calls_per_month=2)
    assert codes(tea, tea.token()["access_token"], 3) == [0, 0, 45009]

    move_forward(DAY)
    assert codes(tea, tea.token()["access_token"], 1) == [45009]
    other = Server(stories.completed())
    assert codes(other, other.token()["access_token"], 1) == [0]


def test_the_sweep_forgets_what_is_over_and_keeps_what_runs(tea):
    codes(tea, tea.token()["access_token"], 1)
    running = set(ApiQuota.objects.values_list("name", "period"))
    assert {period for _name, period in running} == {Period.MINUTE, Period.DAY, Period.MONTH}
    assert quotas.purge_quotas() == 0

    move_forward(32 * DAY)
    assert quotas.purge_quotas() == len(running)
    assert not ApiQuota.objects.exists()


# --- the short way ----------------------------------------------------------------------------------------------------


def test_a_call_takes_the_same_answer_with_or_without_cookies_and_leaves_none(tea):
    token = tea.token()["access_token"]
    client = Client()
    client.cookies["sessionid"] = client.cookies["csrftoken"] = client.cookies["django_language"] = "zh-hans"

    answer = client.get(INFO, {"access_token": token})

    assert answer.json()["errcode"] == 0
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers


def test_a_call_for_a_host_that_is_not_ours_is_refused(tea, settings):
    settings.ALLOWED_HOSTS = ["ministage.example"]

    answer = Client().get(INFO, {"access_token": "x" * 32}, headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400


def test_the_language_of_a_page_does_not_reach_a_call(tea, monkeypatch):
    from openplatform.api import dispatch

    spoken = []
    monkeypatch.setattr(dispatch, "note", lambda _call: spoken.append(translation.get_language()))
    with translation.override("zh-hans"):
        Client().get(INFO, {"access_token": "x" * 32}, headers={"Accept-Language": "zh-CN"})
        assert translation.get_language() == "zh-hans"

    assert spoken == ["en"]


def test_addresses_that_are_no_call_are_answered_as_documented(tea):
    for path in (f"{INFO}/", "/cgi-bin/nothing", "/sns/x", "/wxa/nothing"):
        assert Client().get(path).json()["errcode"] == 40066
