"""/docs/api/openapi.json is made of the declarations, as the page beside it is."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from openplatform.api.declaration import ENDPOINTS
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.openplatform.calling import Server

ADDRESS = "/docs/api/openapi.json"


@pytest.fixture(scope="module")
def told() -> dict:
    with translation.override("en"):
        return json.loads(Client().get(ADDRESS).content)


def test_every_declared_call_is_described(told) -> None:
    described = {(path, method.upper()) for path, methods in told["paths"].items() for method in methods}
    assert described == {(call.path, method) for call in ENDPOINTS.values() for method in call.methods}
    for call in ENDPOINTS.values():
        for operation in told["paths"][call.path].values():
            answers = json.dumps(operation["responses"])
            assert list(operation["responses"]) == ["200"]
            assert f'"enum": {json.dumps([code for code in call.all_codes if code])}' in answers


def test_a_parameter_has_its_bounds(told) -> None:
    body = told["paths"]["/wxa/getwxacodeunlimit"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["scene"]
    scene, width = body["properties"]["scene"], body["properties"]["width"]
    assert (scene["minLength"], scene["maxLength"]) == (1, RULES.api.scene_characters)
    assert scene["pattern"].startswith("^(?:[0-9A-Za-z")
    assert (width["minimum"], width["maximum"]) == (RULES.api.code_width_min, RULES.api.code_width_max)
    assert body["properties"]["env_version"]["enum"] == ["release", "trial", "develop"]


def test_who_calls_is_told_by_a_token_in_the_query_or_by_parameters(told) -> None:
    assert told["components"]["securitySchemes"]["access_token"] == {
        "type": "apiKey",
        "in": "query",
        "name": "access_token",
    }
    assert told["paths"]["/cgi-bin/open/have"]["get"]["security"] == [{"access_token": []}]
    session = told["paths"]["/sns/jscode2session"]["get"]
    assert session["security"] == []
    needed = {parameter["name"] for parameter in session["parameters"] if parameter["required"]}
    assert needed == {"appid", "secret", "js_code"}


def test_a_picture_is_a_jpeg_or_json_that_says_why_not(told) -> None:
    content = told["paths"]["/wxa/getwxacode"]["post"]["responses"]["200"]["content"]
    assert set(content) == {"image/jpeg", "application/json"}
    assert 45029 in content["application/json"]["schema"]["properties"]["errcode"]["enum"]


@pytest.mark.django_db
def test_what_is_described_of_a_mini_programs_information_is_what_is_told(told, ada) -> None:
    server = Server(stories.verified(stories.organisation(type="government")))
    stories.completed(server.mini_program)
    answer = server.get("/cgi-bin/account/getaccountbasicinfo", access_token=server.token()["access_token"])
    operation = told["paths"]["/cgi-bin/account/getaccountbasicinfo"]["get"]
    done = operation["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"][0]["properties"]
    assert set(answer) == set(done)
    for name in ("wx_verify_info", "signature_info", "head_image_info", "nickname_info"):
        assert set(answer[name]) == set(done[name]["properties"])


@pytest.mark.django_db
def test_it_speaks_the_readers_language_and_the_page_links_to_it() -> None:
    reader = Client()
    reader.post(reverse("home:language"), {"language": "zh-hans", "next": "/docs/"})
    chinese = reader.get(ADDRESS).json()
    assert "HTTP 200" in chinese["info"]["description"]
    assert "接口地址" in chinese["info"]["description"]
    assert f'href="{ADDRESS}"' in Client().get("/docs/api/").content.decode()
    assert Client().post(ADDRESS).status_code == 405
