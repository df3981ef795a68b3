"""What /_sim/openapi.json describes is what there is; requests made from it never fail the platform itself."""

import json
import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openplatform.actions.logins import issue_login_code
from openplatform.api.declaration import ENDPOINTS, Kind
from openplatform.api.declaration import Token as Proof
from platform_site import urls  # noqa: F401 -- all calls are declared
from platform_site.simulation import api, api_token, stories
from platform_site.simulation.api_description import description
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db
LEFT_OUT = {"post_reset"}  # empties the world under the other requests; tests/simulation/test_sim_programs_api.py
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def send(settings, tmp_path):
    settings.VAR = tmp_path
    client, headers = Client(raise_request_exception=False), {"Authorization": f"Bearer {api_token.make_token()}"}

    def ask(method, path, body=b""):
        return client.generic(method, path, body, "application/json", headers=headers)

    return ask


def test_every_call_is_described_with_its_fields(send) -> None:
    told = send("GET", "/_sim/openapi.json").json()
    assert told == json.loads(json.dumps(description()))
    described = {(method.upper(), path) for path, methods in told["paths"].items() for method in methods}
    assert described == {
        (method, "/_sim/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route))
        for route, methods in api.CALLS.items()
        for method in methods
    }
    names = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    body = told["paths"]["/_sim/clock"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"advance_seconds", "to"}


WORDS = (
    "", "ada_lin", "confirm", "approve", "reject", "delay", "ask_test_account", "pass", "refill", "fail", "pay",
    "published", "corporate", "government", "2030-01-01T00:00:00+08:00", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59", "+8613900000000", "\0", "x" * 300,
)  # fmt: skip
TEXTS = st.sampled_from(WORDS) | st.text(max_size=40)
VALUES = {
    "string": TEXTS,
    "integer": st.integers(-(2**70), 2**70) | st.integers(0, 30),
    "boolean": st.booleans(),
    "array": st.lists(st.dictionaries(st.sampled_from(["code", "text", "more"]), TEXTS, max_size=3), max_size=3),
}
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.lists(TEXTS, max_size=2)


def objects(properties: dict) -> st.SearchStrategy:
    """Bodies of this shape, and some that are not."""
    right = st.fixed_dictionaries({}, optional={name: VALUES[kind["type"]] for name, kind in properties.items()})
    whole = st.fixed_dictionaries({name: VALUES[kind["type"]] for name, kind in properties.items()})
    names = st.sampled_from([*properties, "more"])
    return whole | right | st.dictionaries(names, ANYTHING, max_size=4)


OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, methods in description()["paths"].items()
    for method, operation in methods.items()
    if operation["operationId"] not in LEFT_OUT
]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_no_request_of_the_control_api_fails_the_platform(send, ada, path, method, operation) -> None:
    order = stories.submitted() if "audit-orders" in path else None

    @FEW
    @given(st.data())
    def ask(data):
        address = path
        for name in re.findall(r"{(\w+)}", path):
            number = st.integers(0, 2**70) | st.just(order.pk if order else 1)
            known = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
            is_number = any(
                p["name"] == name and p["in"] == "path" and p["schema"]["type"] == "integer"
                for p in operation["parameters"]
            )
            address = address.replace(f"{{{name}}}", str(data.draw(number if is_number else known)))
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        body = json.dumps(data.draw(objects(schema["properties"]))).encode() if schema else b""
        answer = send(method.upper(), address, body)
        assert answer.status_code < 500, (address, body, answer.content)
        assert answer["Content-Type"] == "application/json"
        if answer.status_code != 200:
            assert answer.json()["error"]["code"]

    ask()


SENT = {
    Kind.TEXT: TEXTS,
    Kind.INTEGER: st.integers(-(2**70), 2**70) | TEXTS,
    Kind.BOOLEAN: st.booleans() | TEXTS,
    Kind.COLOUR: st.dictionaries(st.sampled_from("rgb"), st.integers(-1, 300) | TEXTS, max_size=3),
}


@pytest.mark.parametrize("path", ENDPOINTS)
def test_no_request_of_the_server_api_fails_the_platform(ada, path) -> None:
    endpoint, tea = ENDPOINTS[path], Server(stories.completed())
    token = tea.token()["access_token"]
    code = issue_login_code(tea.mini_program, person=ada)
    right = {**tea.credentials, "js_code": code}

    @FEW
    @given(st.data())
    def ask(data):
        given = {}
        for p in endpoint.parameters:
            likely = [st.just(right[p.name])] * 3 if p.name in right else []
            value = data.draw(st.one_of(*likely, SENT[p.kind], ANYTHING))
            given[p.name] = value
        method = data.draw(st.sampled_from(endpoint.methods))
        query = {"access_token": token} if endpoint.token is Proof.OWN else {}
        if method == "GET":
            query |= {name: str(value) for name, value in given.items()}
            answer = tea.client.get(path, query)
        else:
            raw = data.draw(st.just(json.dumps(given).encode()) | st.binary(max_size=40))
            answer = tea.posted(path, raw=raw, **query)
        assert answer.status_code == 200
        if answer["Content-Type"] != "image/jpeg":
            told = answer.json()
            assert told.get("errcode", 0) in (0, *endpoint.all_codes)
            assert told.get("errcode") != -1

    ask()
