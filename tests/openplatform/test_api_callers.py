"""Wrong, expired, foreign and replayed tokens, codes, secrets and AppIDs: the documented code, and nothing changes.

One row for each thing that can be wrong with a caller, tried at every declared call that asks for it. Codes:
wire-api.md §1.1, §1.2, §2.1; errcodes.tsv.
"""

import pytest
from django.apps import apps

from accounts.models import MiniProgram
from openplatform.actions.accounts import create_account_for
from openplatform.actions.logins import issue_login_code
from openplatform.api import endpoints  # noqa: F401 -- declares the calls
from openplatform.api.declaration import ENDPOINTS, Endpoint, Token
from openplatform.models import ApiCall, ApiQuota, OpenBinding
from platform_site.kernel import clock
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.simulation import stories
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db
NOBODY = "wx0000000000000000"
NOTED = {ApiCall, ApiQuota}  # what a refused call may leave: its line in the log, and its place in the quotas


@pytest.fixture
def tea(ada):
    return Server(stories.completed())


@pytest.fixture
def bikes(eve):
    """Somebody else's."""
    return Server(stories.completed(administrator="eve", name="Pier Bicycles"))


def world() -> dict[str, list]:
    """Every row of every table but what a refused call may leave."""
    models = [model for model in apps.get_models() if model not in NOTED and model._meta.managed]
    return {model._meta.label: list(model.objects.order_by("pk").values_list()) for model in models}


def body_of(endpoint: Endpoint, **known: str) -> dict[str, str]:
    """What the call needs, so that only its caller is wrong."""
    samples = {"path": "pages/home/home", "scene": "a=1", "open_appid": NOBODY, "js_code": "0" * 32, **known}
    return {
        p.name: p.choices[0] if len(p.choices) == 1 else samples[p.name]
        for p in endpoint.parameters
        if p.required or p.name in known
    }


def call(server: Server, endpoint: Endpoint, given: dict[str, str], **query: str) -> int:
    """The errcode of a call by its first method."""
    if endpoint.methods[0] == "GET":
        return server.get(endpoint.path, **given, **query).get("errcode", 0)
    return server.post(endpoint.path, given, **query).get("errcode", 0)


# --- access tokens


def never_issued(tea: Server, bikes: Server) -> str:
    return "A" * 86


def no_token_at_all(tea: Server, bikes: Server) -> str:
    return "short"


def expired(tea: Server, bikes: Server) -> str:
    token = tea.token()["access_token"]
    clock.move_forward(7200)
    return token


def replaced(tea: Server, bikes: Server) -> str:
    token = tea.token()["access_token"]
    tea.token()
    clock.move_forward(300)
    return token


def forced_out(tea: Server, bikes: Server) -> str:
    token = tea.stable()["access_token"]
    tea.stable(force_refresh=True)
    return token


def of_a_closed_program(tea: Server, bikes: Server) -> str:
    token = bikes.token()["access_token"]
    MiniProgram.objects.filter(pk=bikes.mini_program.pk).update(closed_at=now(), user=None)
    return token


def of_another_case(tea: Server, bikes: Server) -> str:
    return tea.token()["access_token"].swapcase()


TOKENS = {
    never_issued: 40001,
    no_token_at_all: 40014,
    expired: 42001,
    replaced: 40001,
    forced_out: 40001,
    of_a_closed_program: 40013,
    of_another_case: 40001,
}
BY_TOKEN = [endpoint for endpoint in ENDPOINTS.values() if endpoint.token is Token.OWN]


@pytest.mark.parametrize("wrong", TOKENS, ids=lambda make: make.__name__)
def test_a_wrong_token_opens_no_call_and_changes_nothing(tea, bikes, wrong) -> None:
    token = wrong(tea, bikes)
    before = world()
    told = {e.path: call(tea, e, body_of(e), access_token=token) for e in BY_TOKEN}
    assert told == dict.fromkeys(told, TOKENS[wrong])
    assert all(TOKENS[wrong] in e.all_codes for e in BY_TOKEN)
    assert world() == before


def test_without_a_token_or_with_two_no_call_is_made(tea) -> None:
    token, before = tea.token()["access_token"], world()
    assert {call(tea, e, body_of(e)) for e in BY_TOKEN} == {41001}
    for endpoint in BY_TOKEN:
        answer = tea.client.generic(
            endpoint.methods[0], f"{endpoint.path}?access_token={token}&access_token={token[::-1]}", b"{}"
        )
        assert answer.json()["errcode"] == 40014
    assert world() == before


def test_a_token_acts_for_its_own_program_only(tea, bikes) -> None:
    """The AppID of another beside a good token is refused, and nobody is bound or unbound."""
    account = create_account_for(bikes.mini_program, by=SYSTEM)
    token, before = tea.token()["access_token"], world()
    for endpoint in (e for e in BY_TOKEN if e.parameter("appid")):
        given = body_of(endpoint, appid=bikes.appid) | (
            {"open_appid": account.open_appid} if endpoint.parameter("open_appid") else {}
        )
        assert call(tea, endpoint, given, access_token=token) == 40013, endpoint.path
    assert world() == before
    assert OpenBinding.objects.get().mini_program == bikes.mini_program


# --- AppIDs and AppSecrets

BY_SECRET = [endpoint for endpoint in ENDPOINTS.values() if endpoint.token is Token.SECRET]
SECRETS = {
    "of nobody": (lambda tea, bikes: {"secret": "0" * 32}, 40125),
    "of another program": (lambda tea, bikes: {"secret": bikes.secret}, 40125),
    "in capitals": (lambda tea, bikes: {"secret": tea.secret.upper()}, 40125),
    "with a space": (lambda tea, bikes: {"secret": tea.secret + " "}, 40125),
    "too long": (lambda tea, bikes: {"secret": tea.secret * 100}, 40125),
    "left out": (lambda tea, bikes: {"secret": ""}, 41004),
    "AppID of nobody": (lambda tea, bikes: {"appid": NOBODY}, 40013),
    "AppID of another": (lambda tea, bikes: {"appid": bikes.appid}, 40125),
    "AppID in capitals": (lambda tea, bikes: {"appid": tea.appid.upper()}, 40013),
    "AppID not ASCII": (lambda tea, bikes: {"appid": "茶" * 18}, 40013),
    "asked with another grant_type": (lambda tea, bikes: {"grant_type": "password"}, 40002),
    "AppID left out": (lambda tea, bikes: {"appid": ""}, 41002),
}


@pytest.mark.parametrize("wrong", SECRETS)
def test_a_wrong_appid_or_secret_gets_nothing_and_changes_nothing(tea, bikes, ada, wrong) -> None:
    make, errcode = SECRETS[wrong]
    code = issue_login_code(tea.mini_program, person=ada)
    right = {"appid": tea.appid, "secret": tea.secret, "js_code": code}
    before = world()
    told = {
        e.path: call(tea, e, {n: v for n, v in (body_of(e, **right) | make(tea, bikes)).items() if e.parameter(n)})
        for e in BY_SECRET
    }
    assert told == dict.fromkeys(told, errcode)
    assert all(errcode in e.all_codes for e in BY_SECRET)
    assert world() == before
    assert "openid" in tea.session(code)


def test_a_secret_that_was_reset_gets_nothing(tea, ada) -> None:
    code = issue_login_code(tea.mini_program, person=ada)
    Server(tea.mini_program)
    before = world()
    assert {tea.token()["errcode"], tea.stable()["errcode"], tea.session(code)["errcode"]} == {40125}
    assert world() == before


# --- codes of wx.login


def used(tea: Server, bikes: Server, person) -> str:
    code = issue_login_code(tea.mini_program, person=person)
    assert "openid" in tea.session(code)
    return code


def too_old(tea: Server, bikes: Server, person) -> str:
    code = issue_login_code(tea.mini_program, person=person)
    clock.move_forward(300)
    return code


def used_and_too_old(tea: Server, bikes: Server, person) -> str:
    code = used(tea, bikes, person)
    clock.move_forward(300)
    return code


def of_another_program(tea: Server, bikes: Server, person) -> str:
    return issue_login_code(bikes.mini_program, person=person)


def in_another_case(tea: Server, bikes: Server, person) -> str:
    return issue_login_code(tea.mini_program, person=person).swapcase()


def cut_off(tea: Server, bikes: Server, person) -> str:
    return issue_login_code(tea.mini_program, person=person)[:-1]


CODES = {
    used: 40163,
    too_old: 40029,
    used_and_too_old: 40029,
    of_another_program: 40029,
    in_another_case: 40029,
    cut_off: 40029,
}


@pytest.mark.parametrize("wrong", CODES, ids=lambda make: make.__name__)
def test_a_wrong_code_logs_nobody_in_and_changes_nothing(tea, bikes, ada, wrong) -> None:
    code = wrong(tea, bikes, ada)
    before = world()
    assert tea.session(code)["errcode"] == CODES[wrong]
    assert CODES[wrong] in ENDPOINTS["/sns/jscode2session"].all_codes
    assert world() == before
