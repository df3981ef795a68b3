"""What /_sim/openapi.json describes is what there is. Requests drawn from it: tests/house/test_drawn_requests.py."""

import json
import re

import pytest
from jsonschema import ValidationError

from accounts.lifecycle import TicketStatus
from platform_site.simulation import api
from platform_site.simulation.api_description import description
from tests.asking import check_described

pytestmark = pytest.mark.django_db


def test_every_call_is_described_with_its_fields(ask) -> None:
    _status, told = ask("GET", "openapi.json")
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


def test_an_answer_is_described_with_its_fields_and_the_states_it_can_name() -> None:
    schema = answer_of("/_sim/tickets/{code}/answers", "post")
    assert schema["required"] == ["status"]
    assert schema["properties"] == {"status": {"type": "string", "enum": TicketStatus.values}}
    assert schema["additionalProperties"] is False


def test_what_may_be_left_out_of_an_answer_is_not_required_and_what_may_be_null_says_so() -> None:
    transfer = answer_of("/_sim/bank/transfers", "post")
    assert (transfer["required"], set(transfer["properties"])) == (["outcome"], {"outcome", "reason"})
    program = answer_of("/_sim/mini-programs/{appid}", "get")
    assert program["properties"]["online"]["anyOf"][1] == {"type": "null"}
    assert program["properties"]["online"]["anyOf"][0]["properties"]["published_at"]["format"] == "date-time"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, {"status": "confirmed", "more": 1}),
        (200, {"status": "thrown away"}),
        (200, {}),
        (422, {"error": {"code": "x"}}),
        (422, {"status": "confirmed"}),
    ],
)
def test_an_answer_that_is_not_as_described_would_be_noticed(status, told) -> None:
    with pytest.raises(ValidationError):
        check_described("POST", "/_sim/tickets/abc/answers", status, told)


def answer_of(path: str, method: str) -> dict:
    operation = description()["paths"][path][method]
    return operation["responses"]["200"]["content"]["application/json"]["schema"]
