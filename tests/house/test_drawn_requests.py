"""Both OpenAPI documents keep their word: no request drawn from them fails the platform, all answers are as told."""

import json
import logging

import pytest
from django.test import override_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.actions.tickets import open_ticket
from accounts.purposes import ScanPurpose
from openplatform.actions.accounts import create_account_for
from openplatform.actions.logins import issue_login_code
from openplatform.api.declaration import ENDPOINTS
from openplatform.api.description import description as server_api
from platform_site import urls  # noqa: F401 -- all calls are declared
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.simulation import stories
from platform_site.simulation.api_description import description as control_api
from tests.drawing import draw, in_a_test, operations, undone
from tests.openplatform.calling import Server
from verification.actions import applications
from verification.banks import RECEIVER
from verification.models import PaymentOrder

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = {"post_reset": 2}  # takes long
CONTROL, SERVER = operations(control_api()), operations(server_api())
UNBOUND = {"cgi_bin_open_create", "cgi_bin_open_bind"}  # what only a Mini Program that is not bound can do
pytestmark = pytest.mark.django_db


class World:
    """A published Mini Program with its server, and one row of all that the calls name."""

    def __init__(self) -> None:
        ada, mei = stories.person("ada"), stories.person("mei")
        self.server = Server(stories.published().mini_program)
        self.server.session(issue_login_code(self.server.mini_program, person=ada))  # so that there is user info
        self.open = create_account_for(self.server.mini_program, by=SYSTEM)
        self.order = stories.submitted(stories.uploaded(stories.completed(email="two@stories.test", name="Lantern")))
        company = stories.organisation(administrator=mei)
        office = stories.organisation(type="government", administrator="han")
        self.application = stories.applied(stories.filled_in(office))
        paper = stories.filled_in(stories.organisation(type="media", email="media@stories.test", administrator="han"))
        applications.submit(paper, by=stories.administrator_of(paper.mini_program))
        transfer = company.remittance
        self.known = {
            "appid": [self.server.appid, self.server.appid, company.appid],
            "number": [PaymentOrder.objects.latest("pk").number],
            "code": [open_ticket(ScanPurpose.DEVTOOLS_LOGIN, holder="screen", facts={}).code],
            "wechat_id": [ada.wechat_id, mei.wechat_id],
            "administrator": [ada.wechat_id, mei.wechat_id],
            "from_holder": [transfer.holder],
            "from_account": [transfer.account],
            "to_account": [RECEIVER["number"]],
            "amount_fen": [transfer.amount_fen, 5],
            "remark": [transfer.remark],
            "phone": [ada.phone],
            "advance_seconds": [60, 10 * 86_400],
            "to": ["", "2030-01-01T00:00:00+08:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"],
            "name": ["", "Lighthouse Noodles"],
            "secret": [self.server.secret],
            "js_code": [issue_login_code(self.server.mini_program, person=ada)],
            "path": ["pages/home/home", "pages/home/home?a=1"],
            "page": ["pages/home/home"],
            "open_appid": [self.open.open_appid],
            "width": [430],
        }
        self.rows = {
            "post_audit_orders_decisions": {"pk": [self.order.pk], "reasons": [[{"code": "3.3.1"}]]},
            "post_verifications_decisions": {
                "pk": [self.application.pk],
                "reasons": [[{"code": "legal_person", "text": "As on the licence."}], [{"code": "not_registered"}]],
            },
            "post_people": {"wechat_id": ["zoe_zhang"], "nickname": ["Zoe"], "phone": [""], "id_number": [""]},
        }

    def facts(self, name: str) -> dict:
        """What a call is asked about."""
        mine = {"appid": [self.server.appid]} if name in SERVER else {}
        return self.known | mine | self.rows.get(name, {})


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world is told once for this file; each request is undone."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), in_a_test():
        yield World(), media


@pytest.fixture
def world(told, settings, request):
    world, media = told
    if "post_reset" not in request.node.name:  # which deletes files
        settings.MEDIA_ROOT = media
    logging.getLogger("django.request").setLevel(logging.ERROR)
    return world


@pytest.mark.parametrize("name", CONTROL)
def test_the_control_api_answers_as_described(world, db, token, name):
    statuses = set()

    def ask(case):
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    draw(CONTROL[name], ask, world=world.facts(name), examples=FEW.get(name, 16))
    assert 200 in statuses


@pytest.mark.parametrize("name", SERVER)
def test_the_server_api_answers_with_a_documented_code(world, db, name):
    codes = set()
    with undone():
        token = world.server.token()["access_token"]
        if name in UNBOUND:
            world.server.post("/cgi-bin/open/unbind", {"open_appid": world.open.open_appid}, access_token=token)

        def ask(case):
            answer = case.call(params={"access_token": token})
            codes.add(code_in(answer, name))
            case.validate_response(answer, checks=CHECKS)

        draw(SERVER[name], ask, world=world.facts(name), examples=16)
    assert 0 in codes


@pytest.mark.parametrize("name", [name for name, operation in SERVER.items() if operation.definition.raw["security"]])
def test_without_a_token_nothing_is_done(world, db, name):
    codes = set()

    def ask(case):
        case.query.pop("access_token", None)
        answer = case.call()
        codes.add(code_in(answer, name))
        case.validate_response(answer, checks=CHECKS)

    draw(SERVER[name], ask, world=world.facts(name), examples=4)
    assert codes <= {41001, 44002, 47001}


def code_in(answer, name) -> int:
    """The errcode of an answer; HTTP is 200 whatever it is, and a picture has none."""
    assert answer.status_code == 200
    if answer.headers["content-type"] == ["image/jpeg"]:
        assert answer.content.startswith(b"\xff\xd8")
        return 0
    code = json.loads(answer.content).get("errcode", 0)
    endpoint = ENDPOINTS[SERVER[name].path]
    assert code in {0, *endpoint.all_codes} - {-1}
    return code
