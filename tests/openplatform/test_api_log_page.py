"""The log of calls in the console, and /docs/api/: both say what the declarations say."""

import pytest
from django.test import Client

from openplatform.api.declaration import ENDPOINTS
from platform_site.simulation import stories
from tests.openplatform.calling import Server
from tests.people import console

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(ada):
    return Server(stories.completed())


def page_of(server: Server, query: str = "") -> str:
    address = f"/console/{server.appid}/settings/development/calls/{query}"
    return console(None, server.mini_program).get(address).content.decode()


def test_a_refused_call_is_found_by_its_rid_and_says_what_was_expected(tea) -> None:
    token = tea.token()["access_token"]
    told = tea.post("/wxa/getwxacodeunlimit", {"scene": "a b"}, access_token=token)
    rid = told["errmsg"].rpartition("rid: ")[2]

    shown = page_of(tea, f"?rid=invalid+scene+rid:+{rid.upper()}")

    assert rid in shown
    assert "/cgi-bin/token</span>" not in shown
    assert "a b" in shown
    assert "at most 32 characters" in shown
    assert token not in page_of(tea)


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda s, t: s.get("/wxa/getwxacode", access_token=t), 43002, "POST"),
        (lambda s, t: s.post("/wxa/getwxacode", raw=b"[1]", access_token=t), 47001, "a JSON object in UTF-8"),
        (lambda s, t: s.post("/wxa/getwxacode", {"path": "p", "width": 1}, access_token=t), 40097, "280–1280"),
        (lambda s, t: s.post("/wxa/getwxacode", {"path": "p", "env_version": "x"}, access_token=t), 40097, "release /"),
        (lambda s, t: s.session("x" * 200), 40029, "at most 128 characters"),
    ],
)
def test_a_call_refused_before_its_caller_was_asked_for_is_found_by_who_made_it(tea, make, code, words) -> None:
    answer = make(tea, tea.token()["access_token"])
    assert answer["errcode"] == code
    shown = page_of(tea, "?rid=" + answer["errmsg"].rpartition("rid: ")[2])
    assert shown.count("rid: ") == 1
    assert words in shown.partition("<dt>Expected</dt>")[2]


def test_a_secret_is_not_on_the_page(tea) -> None:
    assert tea.token(secret="sesame-open-sesame-open-sesame-0")["errcode"] == 40125
    shown = page_of(tea)
    assert "sesa… (32)" in shown
    assert "sesame" not in shown
    assert tea.secret not in shown


def test_refused_calls_only(tea) -> None:
    tea.token()
    tea.token(secret="0" * 32)
    assert page_of(tea).count("rid: ") == 2
    refused = page_of(tea, "?refused=on")
    assert refused.count("rid: ") == 1
    assert "invalid appsecret" in refused


def test_another_programs_calls_are_never_shown(tea, eve) -> None:
    bikes = Server(stories.completed(administrator="eve", name="Pier Bicycles"))
    bikes.get("/cgi-bin/open/have", access_token=bikes.token()["access_token"])
    rid = bikes.client.get("/cgi-bin/token", bikes.credentials)["X-Rid"]
    assert rid in page_of(bikes)
    assert "No calls yet" in page_of(tea)
    assert "No call fits" in page_of(tea, f"?rid={rid}")
    assert console(None, tea.mini_program).get(page_address(bikes)).status_code == 404


def page_address(server: Server) -> str:
    return f"/console/{server.appid}/settings/development/calls/"


def test_many_calls_are_shown_page_by_page_at_the_price_of_few(tea, django_assert_max_num_queries) -> None:
    for _ in range(33):
        tea.get("/cgi-bin/open/have")  # refused, and nobody's
        tea.token(secret="x")
    client = console(None, tea.mini_program)
    with django_assert_max_num_queries(14):
        first = client.get(page_address(tea))
    assert first.content.decode().count("rid: ") == 30
    second = client.get(page_address(tea), {"after": first.context["page"].next})
    assert second.content.decode().count("rid: ") == 3


def test_quotas_and_what_is_taken_of_them(tea) -> None:
    tea.token()
    line = next(
        q for q in console(None, tea.mini_program).get(page_address(tea)).context["quotas"] if "token" in q.path
    )
    assert (line.path, line.per_day) == ("/cgi-bin/token", 2000)
    assert 1 <= line.today <= 100
    assert 1 <= line.this_month <= 100


def test_the_documentation_has_every_call_with_its_parameters_and_codes() -> None:
    page = Client().get("/docs/api/").content.decode()
    for call in ENDPOINTS.values():
        assert f'id="{call.name}"' in page
        section = page.split(f'id="{call.name}"')[1].split("</section>")[0]
        for parameter in call.parameters:
            assert f">{parameter.name}</th>" in section
        for code in call.all_codes:
            assert f">{code}</td>" in section
