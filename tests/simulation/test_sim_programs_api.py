"""The control API makes Mini Programs in any state, and people; answers scans; shows what was sent."""

import hashlib
import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.test import Client

from accounts.actions.messages import send_sms_code
from accounts.actions.tickets import open_ticket
from accounts.models import MiniProgram, ScanTicket, WeChatPerson
from accounts.purposes import ScanPurpose
from developers.actions.experience import set_experience
from developers.actions.secrets import is_app_secret
from developers.models import UploadKey
from entities.queries import is_verified
from openplatform.models import LoginCode
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import api, stories
from platform_site.simulation.api_programs import STATES
from platform_site.simulation.cast import PASSWORD, PEOPLE
from releases.models import AuditOrder
from releases.reasons import REASONS
from tests.people import desk
from verification.models import Remittance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("token")]


def code_of(answer) -> tuple[int, str, str | None]:
    status, body = answer
    return status, body["error"]["code"], body["error"].get("field")


def made(ask, state: str, **more) -> tuple[MiniProgram, dict]:
    status, answer = ask("POST", "mini-programs", {"state": state, **more})
    assert status == 200, answer
    return MiniProgram.objects.get(appid=answer["appid"]), answer


def test_the_machines_of_pay_and_of_the_open_platform_are_shown(ask):
    hall = stories.verified(stories.organisation(type="government", administrator="han"))
    states = ask("GET", f"mini-programs/{hall.appid}")[1]["states"]
    assert (states["pay"], states["merchants"], states["open_account"]) == (None, {}, None)
    merchant = stories.pay_opened(hall)
    account = stories.open_verified()
    stories.open_bound(hall, account)
    states = ask("GET", f"mini-programs/{hall.appid}")[1]["states"]
    assert (states["pay"], states["merchants"]) == ("opened", {merchant.mchid: "active"})
    assert states["open_account"] == account.open_appid


# --- Mini Programs

REVIEW = {"submitted": "queued", "rejected": "rejected", "approved": "approved", "published": None}


@pytest.mark.parametrize("state", STATES)
def test_an_individuals_mini_program_in_each_state(ask, state):
    mini_program, answer = made(ask, state)

    _status, shown = ask("GET", f"mini-programs/{answer['appid']}")

    way = STATES.index(state)
    assert (shown["original_id"], shown["email"]) == (mini_program.original_id, answer["email"])
    assert bool(shown["name"]) == (way >= STATES.index("completed"))
    assert [v["version"] for v in shown["versions"]] == (["1.0.0"] if way >= STATES.index("uploaded") else [])
    assert shown["versions"] == answer["versions"]
    assert shown["states"]["review"] == REVIEW.get(state)
    assert bool(shown["online"]) == (state == "published")
    online = ("online", "open") if state == "published" else (None, None)
    assert (shown["states"]["release"], shown["states"]["service"]) == online
    assert [o["id"] for o in shown["audit_orders"]] == ([answer["audit_id"]] if "audit_id" in answer else [])
    assert shown["members"] == [{**answer["administrator"], "role": "administrator"}]


@pytest.mark.parametrize("kind", ["corporate", "individual_business", "government", "media", "other"])
def test_an_organisations_mini_program_is_led_to_be_published(ask, kind):
    mini_program, answer = made(ask, "published", entity_type=kind)
    _status, shown = ask("GET", f"mini-programs/{answer['appid']}")
    assert shown["entity"]["type"] == kind
    assert shown["online"]["version"] == "1.0.0"
    assert is_verified(mini_program) == (kind in ("government", "media", "other"))


def test_a_company_is_registered_and_waits_for_its_remittance(ask):
    _mini_program, answer = made(ask, "registered", entity_type="corporate")
    _status, shown = ask("GET", f"mini-programs/{answer['appid']}")
    assert (shown["states"]["standing"], shown["states"]["remittance"]) == ("unproven", "open")
    assert shown["next"]["state"] == "next"
    assert shown["next"]["who"] == "You, the administrator"


def test_a_company_that_is_verified(ask):
    mini_program, _answer = made(ask, "completed", entity_type="corporate", verified=True)
    assert is_verified(mini_program)
    shown = ask("GET", f"mini-programs/{mini_program.appid}")[1]
    assert shown["limits"] == {"developers": {"used": 0, "limit": 20}, "experiencers": {"used": 0, "limit": 40}}


def test_what_is_answered_opens_what_it_says(ask):
    mini_program, answer = made(ask, "completed")
    assert is_app_secret(mini_program, answer["app_secret"])
    private = load_pem_private_key(answer["upload_key"].encode(), None)
    public = load_pem_public_key(UploadKey.objects.get(mini_program=mini_program).public_key.encode())
    assert private.public_key().public_numbers() == public.public_numbers()
    assert answer["upload_key"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert mini_program.user.check_password(answer["password"])
    assert WeChatPerson.objects.get(wechat_id=answer["administrator"]["wechat_id"]).check_password(PASSWORD)


def test_many_can_be_made_in_a_row_with_and_without_a_name(ask):
    appids = {made(ask, "completed")[0].appid for _ in range(7)}
    assert len(appids) == 7
    mini_program, _answer = made(ask, "completed", name="Pier Books")
    assert mini_program.profile.name == "Pier Books"


def test_the_administrator_can_be_chosen(ask, ada):
    mini_program, answer = made(ask, "registered", administrator="ada_lin")
    assert answer["administrator"] == {"wechat_id": "ada_lin", "nickname": "Ada"}
    assert stories.administrator_of(mini_program).person == ada


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (422, "missing_field", "state")),
        ({"state": "sold"}, (422, "unknown_choice", "state")),
        ({"state": "proven", "entity_type": "club"}, (422, "unknown_choice", "entity_type")),
        ({"state": "proven", "verified": True}, (422, "individual", "verified")),
        ({"state": "registered", "entity_type": "media", "verified": True}, (422, "verified_is_proven", "verified")),
        ({"state": "proven", "verified": "yes"}, (422, "wrong_type", "verified")),
        ({"state": "proven", "verified": 1}, (422, "wrong_type", "verified")),
        ({"state": "proven", "administrator": "nobody"}, (404, "not_found", "wechat_id")),
        ({"state": "proven", "status": "x"}, (422, "unknown_field", "status")),
    ],
)
def test_what_no_mini_program_can_be_is_refused(ask, body, answer):
    assert code_of(ask("POST", "mini-programs", body)) == answer
    assert not MiniProgram.objects.exists()


def test_a_refusal_on_the_way_leaves_nothing_behind(ask):
    before = AuditEvent.objects.count()
    status, answer = ask("POST", "mini-programs", {"state": "completed", "name": "x" * 500})
    assert (status, answer["error"]["field"]) == (422, "name")
    assert not MiniProgram.objects.exists()
    assert AuditEvent.objects.count() == before


def test_a_mini_program_that_nobody_has_is_not_found(ask):
    assert code_of(ask("GET", "mini-programs/wx0000000000000000")) == (404, "not_found", None)


def test_the_experience_version_is_shown(ask):
    mini_program, answer = made(ask, "uploaded")
    set_experience(mini_program.builds.get(), by=stories.administrator_of(mini_program))
    shown = ask("GET", f"mini-programs/{answer['appid']}")[1]
    assert shown["experience"] == {"version": "1.0.0", "start_path": ""}


# --- people and what they answer


def test_somebody_new(ask):
    status, person = ask("POST", "people", {})
    assert status == 200
    row = WeChatPerson.objects.get(wechat_id=person["wechat_id"])
    assert (row.nickname, row.phone, row.is_real_name) == (person["nickname"], person["phone"], True)


def test_somebody_new_as_described(ask):
    _status, person = ask("POST", "people", {"nickname": "Zoe", "wechat_id": "zoe_zhang", "client_version": "6.3.20"})
    assert (person["nickname"], person["wechat_id"], person["client_version"]) == ("Zoe", "zoe_zhang", "6.3.20")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"wechat_id": "ada_lin"}, "wechat_id"), ({"id_number": "12"}, "id_number"), ({"nickname": "x" * 99}, "nickname")],
)
def test_people_who_can_not_be_are_refused(ask, ada, body, field):
    status, _code, named = code_of(ask("POST", "people", body))
    assert (status, named) == (422, field)
    assert WeChatPerson.objects.count() == 1


def ticket(**more) -> ScanTicket:
    return open_ticket(ScanPurpose.DEVTOOLS_LOGIN, holder="screen", facts={}, **more)


@pytest.mark.parametrize(("answer", "status"), [("confirm", "confirmed"), ("refuse", "refused")])
@pytest.mark.parametrize("typed", [False, True])
def test_a_person_answers_a_scan(ask, ada, answer, status, typed):
    shown = ticket()
    code = shown.typed_code if typed else shown.code
    assert ask("POST", f"tickets/{code}/answers", {"wechat_id": "ada_lin", "answer": answer}) == (
        200,
        {"status": status},
    )
    shown.refresh_from_db()
    assert (shown.status, shown.scanned_by) == (status, ada)


def test_scans_are_refused_as_on_a_phone(ask, ada, dev):
    for_dev = ticket(only_person=dev)
    body = {"wechat_id": "ada_lin", "answer": "confirm"}
    assert code_of(ask("POST", f"tickets/{for_dev.code}/answers", body))[:2] == (422, "ticket_for_another")
    assert code_of(ask("POST", "tickets/none/answers", body))[:2] == (404, "not_found")
    assert code_of(ask("POST", f"tickets/{ticket().code}/answers", body | {"answer": "maybe"}))[1] == "unknown_choice"
    assert code_of(ask("POST", f"tickets/{ticket().code}/answers", body | {"wechat_id": "no"}))[0] == 404


# --- what was sent


def test_mail_is_shown_newest_first_and_by_address(ask, settings, deliver):
    settings.EMAIL_BACKEND = "platform_site.simulation.mailbox.MailboxBackend"
    stories.account(email="one@stories.test")
    stories.account(email="two@stories.test")
    deliver()
    assert [mail["to"] for mail in ask("GET", "mail")[1]["mails"]] == ["two@stories.test", "one@stories.test"]
    found = ask("GET", "mail?to=one@stories.test")[1]["mails"]
    assert [mail["to"] for mail in found] == ["one@stories.test"]
    assert "http" in found[0]["body"]
    assert code_of(ask("GET", "mail?from=me")) == (422, "unknown_field", "from")


def test_text_messages_are_shown_by_number(ask, ada, dev):
    for person in (ada, dev):
        send_sms_code(phone=person.phone, purpose="registration")
    assert [sms["phone"] for sms in ask("GET", "sms")[1]["messages"]] == [dev.phone, ada.phone]
    assert len(ask("GET", f"sms?phone={ada.phone}")[1]["messages"]) == 1
    assert len(ask("GET", "sms?phone=%2B" + ada.phone[1:])[1]["messages"]) == 1


def test_the_world_is_reset(ask):
    mini_program, _answer = made(ask, "registered")
    assert code_of(ask("POST", "reset", {"seed": 1})) == (422, "wrong_type", "seed")

    status, counted = ask("POST", "reset", {})

    assert (status, counted["people"]) == (200, len(PEOPLE))
    assert counted["mini_programs"] == MiniProgram.objects.count()
    assert not MiniProgram.objects.filter(appid=mini_program.appid).exists()
    assert ask("GET", "mini-programs/" + mini_program.appid)[0] == 404  # the token still opens


def test_the_same_seed_gives_the_same_identifiers(ask):
    def loaded(seed):
        assert ask("POST", "reset", {"seed": seed})[0] == 200
        rows = MiniProgram.objects.order_by("pk").values_list("pk", "appid", "original_id")
        transfers = Remittance.objects.order_by("pk").values_list("remark", "amount_fen")
        return list(rows), list(transfers), list(AuditOrder.objects.order_by("pk").values_list("pk", flat=True))

    first = loaded("spring")
    assert loaded("autumn")[0] != first[0]
    assert loaded("spring") == first
    assert loaded("")[0] != loaded("")[0]


# --- the page


def test_the_page_lists_every_call(rev):
    page = desk(None, rev).get("/sim/api/").content.decode()
    for route in api.CALLS:
        assert "/_sim/" + route.split("<")[0] in page
    assert "&lt;appid&gt;" in page
    assert "entity_type" in page


# --- decisions


def test_a_submission_is_decided_as_at_the_desk(ask):
    approved = made(ask, "submitted")[1]["audit_id"]
    rejected = made(ask, "submitted")[1]["audit_id"]
    assert ask("POST", f"audit-orders/{approved}/decisions", {"decision": "approve"}) == (200, {"status": "approved"})
    no = {"decision": "reject", "reasons": [{"code": "3.3.1", "text": "The home page is empty."}]}
    assert ask("POST", f"audit-orders/{rejected}/decisions", no) == (200, {"status": "rejected"})


def test_a_reason_without_words_is_explained_as_the_desk_explains_it(ask):
    order = made(ask, "submitted")[1]["audit_id"]
    body = {"decision": "reject", "reasons": [{"code": "3.3.1"}]}
    assert ask("POST", f"audit-orders/{order}/decisions", body) == (200, {"status": "rejected"})
    assert AuditOrder.objects.get(pk=order).reasons.get().text == REASONS["3.3.1"].explanation


def test_a_verdict_is_delayed_and_a_test_account_is_asked_for(ask):
    order = made(ask, "submitted")[1]["audit_id"]
    path = f"audit-orders/{order}/decisions"
    assert ask("POST", path, {"decision": "delay", "days": 2}) == (200, {"status": "delayed"})
    assert code_of(ask("POST", path, {"decision": "delay", "days": 99})) == (422, "delay_days", "days")
    status, answer = ask("POST", path, {"decision": "ask_test_account", "words": "Which account may I use?"})
    assert (status, answer["status"]) == (200, AuditOrder.objects.get(pk=order).status)
    assert answer["status"] in ("waiting_developer", "rejected")


# --- in place of a running program


def test_what_the_running_program_is_given_is_what_its_server_can_read(ask):
    tea, answer = made(ask, "published")
    person = ask("POST", "people", {})[1]
    who = {"appid": tea.appid, "wechat_id": person["wechat_id"]}
    assert code_of(ask("POST", "user-info", who)) == (422, "no_session", None)

    code = ask("POST", "login-codes", who)[1]["code"]
    query = {"appid": tea.appid, "secret": answer["app_secret"], "js_code": code, "grant_type": "authorization_code"}
    session = Client().get("/sns/jscode2session", query).json()
    info = ask("POST", "user-info", who)[1]

    assert info["signature"] == hashlib.sha1((info["rawData"] + session["session_key"]).encode()).hexdigest()  # noqa: S324 -- as documented
    told = decrypted(info, session["session_key"])
    assert (told["openId"], told["nickName"]) == (session["openid"], person["nickname"])
    assert told["watermark"]["appid"] == tea.appid


def decrypted(info: dict, session_key: str) -> dict:
    cipher = Cipher(algorithms.AES(b64decode(session_key)), modes.CBC(b64decode(info["iv"]))).decryptor()
    padded = cipher.update(b64decode(info["encryptedData"])) + cipher.finalize()
    return json.loads(padded[: -padded[-1]])


def test_who_can_not_run_it_gets_no_code(ask, eve):
    tea, answer = made(ask, "completed")
    who = {"appid": tea.appid, "wechat_id": eve.wechat_id}
    assert code_of(ask("POST", "login-codes", who)) == (422, "not_running", "wechat_id")
    assert code_of(ask("POST", "login-codes", who | {"wechat_id": "no"})) == (404, "not_found", "wechat_id")
    assert code_of(ask("POST", "login-codes", who | {"appid": "wx"})) == (404, "not_found", "appid")
    assert not LoginCode.objects.exists()
    assert ask("POST", "login-codes", who | {"wechat_id": answer["administrator"]["wechat_id"]})[0] == 200


def test_decisions_are_refused_as_at_the_desk(ask):
    order = made(ask, "submitted")[1]["audit_id"]
    path = f"audit-orders/{order}/decisions"
    assert code_of(ask("POST", path, {"decision": "reject"}))[0] == 422
    assert code_of(ask("POST", path, {"decision": "later"})) == (422, "unknown_choice", "decision")
    assert code_of(ask("POST", "audit-orders/999999/decisions", {"decision": "approve"}))[0] == 404
    assert code_of(ask("POST", f"audit-orders/{2**64}/decisions", {"decision": "approve"}))[0] == 404
    assert ask("POST", path, {"decision": "approve"})[0] == 200
    assert code_of(ask("POST", path, {"decision": "approve"})) == (409, "illegal_move", None)
