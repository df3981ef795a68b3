"""/cgi-bin/token and /cgi-bin/stable_token: two hours, five more minutes, kept as a digest, on the world's clock."""

import json

import pytest
from django.core import serializers
from django.db import connection
from django.test import RequestFactory

from openplatform.actions.tokens import issue_token, purge_tokens
from openplatform.api.doors import by_token
from openplatform.models import AccessToken, ApiCall
from platform_site.kernel import clock
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest
from platform_site.simulation import stories
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db
MINUTE = 60


@pytest.fixture
def tea(ada):
    return Server(stories.completed())


def code_of(server, token):
    """What a call with this token is answered."""
    return server.get("/cgi-bin/account/getaccountbasicinfo", access_token=token)["errcode"]


def test_a_token_is_good_for_two_hours(tea) -> None:
    told = tea.token()
    assert told == {"access_token": told["access_token"], "expires_in": 7200}
    assert code_of(tea, told["access_token"]) == 0
    clock.move_forward(7200 - MINUTE)
    assert code_of(tea, told["access_token"]) == 0
    clock.move_forward(MINUTE)
    assert code_of(tea, told["access_token"]) == 42001


def test_the_previous_one_works_five_more_minutes(tea) -> None:
    first, second = tea.token()["access_token"], tea.token()["access_token"]
    assert (code_of(tea, first), code_of(tea, second)) == (0, 0)
    clock.move_forward(4 * MINUTE)
    assert code_of(tea, first) == 0
    clock.move_forward(MINUTE)
    assert (code_of(tea, first), code_of(tea, second)) == (40001, 0)


def test_a_third_one_gives_the_first_no_more_time(tea) -> None:
    first = tea.token()["access_token"]
    tea.token()
    clock.move_forward(4 * MINUTE)
    tea.token()
    clock.move_forward(MINUTE)
    assert code_of(tea, first) == 40001


def test_the_stable_one_is_the_same_until_its_last_five_minutes(tea) -> None:
    first = tea.stable()
    clock.move_forward(3600)
    again = tea.stable()
    assert again["access_token"] == first["access_token"]
    assert 3600 - MINUTE < again["expires_in"] <= 3600
    clock.move_forward(3600 - 5 * MINUTE)
    fresh = tea.stable()
    assert (fresh["expires_in"], fresh["access_token"] == first["access_token"]) == (7200, False)
    assert [code_of(tea, told["access_token"]) for told in (first, fresh)] == [0, 0]
    clock.move_forward(5 * MINUTE)
    assert [code_of(tea, told["access_token"]) for told in (first, fresh)] == [42001, 0]


def test_the_two_kinds_know_nothing_of_each_other(tea) -> None:
    stable, plain = tea.stable()["access_token"], tea.token()["access_token"]
    tea.token()
    clock.move_forward(5 * MINUTE)
    assert tea.stable()["access_token"] == stable
    assert (code_of(tea, stable), code_of(tea, plain)) == (0, 40001)


def test_force_refresh_ends_the_one_before_at_once(tea) -> None:
    first = tea.stable()["access_token"]
    second = tea.stable(force_refresh=True)["access_token"]
    assert (code_of(tea, first), code_of(tea, second)) == (40001, 0)


def test_within_thirty_seconds_force_refresh_answers_with_what_there_is(tea) -> None:
    forced = tea.stable(force_refresh=True)["access_token"]
    assert tea.stable(force_refresh=True)["access_token"] == forced
    clock.move_forward(30)
    assert tea.stable(force_refresh=True)["access_token"] != forced


def test_force_refresh_works_twenty_times_a_day(tea) -> None:
    clock.move_forward(int((24 * 3600) - (clock.now() - clock.day_of(clock.now())).total_seconds()))  # midnight
    told = []
    for _n in range(RULES.api.forced_refreshes_per_day):
        clock.move_forward(30)
        told.append(tea.stable(force_refresh=True)["access_token"])
    clock.move_forward(30)
    assert len(set(told)) == 20
    assert tea.stable(force_refresh=True)["errcode"] == 45009
    assert tea.stable()["access_token"] == told[-1]
    clock.move_forward(24 * 3600)
    assert "access_token" in tea.stable(force_refresh=True)


def test_a_new_appsecret_ends_the_tokens_of_the_old_one_and_no_other(tea, deliver) -> None:
    old = tea.token()["access_token"], tea.stable()["access_token"]
    fresh = Server(tea.mini_program)
    new = fresh.token()["access_token"]
    deliver()
    assert [code_of(tea, token) for token in old] == [40001, 40001]
    assert code_of(tea, new) == 0
    assert tea.token()["errcode"] == 40125


@pytest.mark.parametrize(
    ("other", "errcode"),
    [
        ({"secret": "0" * 32}, 40125),
        ({"secret": ""}, 41004),
        ({"secret": "é" * 32}, 40125),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"appid": ""}, 41002),
        ({"appid": "\0"}, 40013),
        ({"grant_type": "password"}, 40002),
        ({"grant_type": ""}, 40002),
    ],
)
def test_wrong_credentials_get_no_token(tea, other, errcode) -> None:
    assert tea.token(**other)["errcode"] == tea.stable(**other)["errcode"] == errcode
    assert not AccessToken.objects.exists()


def test_another_programs_secret_opens_nothing(tea, eve) -> None:
    bikes = Server(stories.registered(administrator="eve"))
    assert tea.token(secret=bikes.secret)["errcode"] == 40125


def test_many_wrong_secrets_are_slowed_down_for_their_address_only(tea) -> None:
    codes = {tea.token(secret=f"{n:032x}")["errcode"] for n in range(61)}
    assert codes == {40125, 45011}
    assert "access_token" in tea.token()


def test_only_digests_and_encrypted_tokens_are_kept_and_nothing_in_the_log(tea) -> None:
    texts = [tea.token()["access_token"], tea.stable()["access_token"], tea.secret]
    tea.token(secret=tea.secret[:-1])
    code_of(tea, texts[0][:-1])
    kept = serializers.serialize("json", [*ApiCall.objects.all()])
    assert all(text not in kept and text[:20] not in kept for text in texts)
    assert {row.digest for row in AccessToken.objects.all()} == {plain_digest(text) for text in texts[:2]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept FROM openplatform_accesstoken")
        assert all(texts[1] not in value for (value,) in cursor.fetchall())


def test_a_token_is_checked_by_one_read(tea, django_assert_num_queries) -> None:
    token = issue_token(tea.mini_program).text
    clock.now()
    with django_assert_num_queries(1):
        assert by_token(RequestFactory().get("/", {"access_token": token})) == tea.mini_program


def test_what_is_no_token_is_told_so(tea) -> None:
    told = {
        text: code_of(tea, text) for text in ("", "x", "x" * 43, "x" * 513, "é" * 43, "\0" * 43, json.dumps({}) * 20)
    }
    assert list(told.values()) == [41001, 40014, 40001, 40014, 40014, 40001, 40001]


def test_tokens_are_forgotten_a_day_after_their_end(tea) -> None:
    token = tea.token()["access_token"]
    clock.move_forward(7200 + 24 * 3600 - MINUTE)
    assert purge_tokens() == 0
    clock.move_forward(MINUTE)
    assert (purge_tokens(), code_of(tea, token)) == (1, 40001)
