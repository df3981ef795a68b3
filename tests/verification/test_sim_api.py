"""The control API: a bearer token, JSON in and out, ordinary actions; no cookie, no session, no CSRF token."""

import os
import stat
from datetime import timedelta

import pytest

from entities.models import Standing
from platform_site.kernel import clock
from platform_site.simulation import api, api_token, bank, stories
from tests.people import desk
from verification.actions import applications
from verification.banks import RECEIVER
from verification.models import PaymentOrder, Posting, Remittance, Transfer, Verification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("token")]


@pytest.fixture
def company(ada):
    return stories.organisation()


def slip(**changed):
    remittance = Remittance.objects.get()
    right = {
        "from_holder": remittance.holder,
        "from_account": remittance.account,
        "to_account": RECEIVER["number"],
        "amount_fen": remittance.amount_fen,
        "remark": remittance.remark,
    }
    return right | changed


def code_of(answer) -> tuple[int, str, str | None]:
    status, body = answer
    assert set(body) == {"error"}
    assert body["error"]["message"]
    return status, body["error"]["code"], body["error"].get("field")


# --- the door ------------------------------------------------------------------------------------------------------


def test_the_token_is_made_once_and_only_its_owner_may_read_it(token, tmp_path):
    path = tmp_path / "sim-token"
    os.chmod(path, 0o644)

    assert api_token.make_token() == token
    assert len(token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("path", ["world", "bank/transfers", "clock", "verifications/1/decisions", "nothing/here"])
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer ä"]
)
def test_without_the_token_nobody_learns_anything(ask, token, path, authorization):
    for method in ("GET", "POST"):
        answer = ask(method, path, {}, authorization=authorization.format(token=token))
        assert code_of(answer) == (401, "unauthorized", None)


def test_a_session_of_the_desk_is_no_token(rev):
    assert desk(None, rev).post("/_sim/clock", {"advance_seconds": 5}).status_code == 401
    assert clock.ahead() == timedelta(0)


@pytest.mark.parametrize("kept", [None, "", "short\n"])
def test_where_no_token_was_made_nothing_opens(ask, tmp_path, kept):
    (tmp_path / "sim-token").unlink()
    if kept is not None:
        (tmp_path / "sim-token").write_text(kept)

    assert ask("GET", "world", authorization=f"Bearer {(kept or '').strip()}")[0] == 401


def test_outside_simulation_mode_there_is_no_control_api(ask, settings):
    settings.DEMO = False

    assert code_of(ask("GET", "world")) == (404, "not_found", None)


def test_other_methods_and_other_addresses_are_told_in_json(ask):
    assert code_of(ask("GET", "clock")) == (405, "method_not_allowed", None)
    assert code_of(ask("DELETE", "world")) == (405, "method_not_allowed", None)
    assert code_of(ask("GET", "nothing")) == (404, "not_found", None)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", (422, "missing_field", "from_holder")),
        (b"{", (400, "bad_json", None)),
        (b"[]", (400, "bad_json", None)),
        (b"\xff", (400, "bad_json", None)),
        (b"[" * 100_000, (400, "bad_json", None)),
        (b'{"amount_fen": ' + b"9" * 5000 + b"}", (400, "bad_json", None)),
        (b'{"colour": "red"}', (422, "unknown_field", "colour")),
        (b" " * 300_000, (413, "too_large", None)),
    ],
)
def test_a_body_that_is_none_is_refused(ask, company, raw, error):
    assert code_of(ask("POST", "bank/transfers", raw=raw)) == error
    assert Transfer.objects.count() == 0


# --- transfers -----------------------------------------------------------------------------------------------------


def test_the_right_transfer_is_accepted_and_proves_the_entity(ask, company):
    assert ask("POST", "bank/transfers", slip()) == (200, {"outcome": "accepted"})
    assert Standing.objects.get().status == "proven"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"amount_fen": 12345}, "amount"),
        ({"from_holder": "别人的公司"}, "holder"),
        ({"from_account": "6222000000000099999"}, "account"),
        ({"remark": ""}, "remark"),
        ({"remark": "", "from_account": "6222000000000099999"}, "unknown"),
    ],
)
def test_a_wrong_transfer_is_returned_for_its_reason(ask, company, changed, reason):
    answer = ask("POST", "bank/transfers", slip(**changed))

    assert answer == (200, {"outcome": "returned", "reason": reason})
    assert Standing.objects.get().status == "unproven"
    assert bank.sum_of_balances() == 0


def test_twice_and_late_are_returned_for_their_reasons(ask, company):
    ask("POST", "bank/transfers", slip())
    assert ask("POST", "bank/transfers", slip())[1] == {"outcome": "returned", "reason": "duplicate"}


def test_after_the_clock_was_moved_past_the_deadline_a_transfer_is_late(ask, company):
    ask("POST", "clock", {"advance_seconds": 10 * 86_400})

    assert ask("POST", "bank/transfers", slip())[1] == {"outcome": "returned", "reason": "late"}
    assert Standing.objects.get().status == "failed"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"to_account": "1"}, "no_such_account", "to_account"),
        ({"amount_fen": 0}, "amount_invalid", "amount_fen"),
        ({"amount_fen": -5}, "amount_invalid", "amount_fen"),
        ({"amount_fen": 10**40}, "amount_invalid", "amount_fen"),
        ({"amount_fen": "5"}, "wrong_type", "amount_fen"),
        ({"amount_fen": 5.0}, "wrong_type", "amount_fen"),
        ({"amount_fen": True}, "wrong_type", "amount_fen"),
        ({"amount_fen": None}, "wrong_type", "amount_fen"),
        ({"from_holder": ["x"]}, "wrong_type", "from_holder"),
        ({"from_holder": "a\0"}, "invisible_characters", "from_holder"),
        ({"remark": "\ud800"}, "invisible_characters", "remark"),
        ({"from_account": "x"}, "account_invalid", "from_account"),
        ({"remark": "x" * 500}, "too_long", "remark"),
    ],
)
def test_what_no_bank_would_send_is_refused_with_its_field(ask, company, changed, code, field):
    assert code_of(ask("POST", "bank/transfers", slip(**changed))) == (422, code, field)
    assert Posting.objects.count() == 0


# --- the clock and the world ---------------------------------------------------------------------------------------


def test_when_the_clock_has_moved_everything_that_became_due_has_run(ask, company, ada):
    status, body = ask("POST", "clock", {"advance_seconds": 8 * 86_400})

    assert status == 200
    assert {"sweep": "remittance_reminders", "count": 1} in body["fired"]
    assert abs(clock.datetime.fromisoformat(body["now"]) - clock.now()) < timedelta(seconds=5)
    assert ada.notifications.filter(event="verification.remittance.due_soon").count() == 1


def test_the_clock_moves_to_a_time_with_its_zone(ask, db):
    to = clock.now() + timedelta(days=2)

    assert ask("POST", "clock", {"to": to.isoformat()})[0] == 200
    assert timedelta(0) <= clock.now() - to < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "one_of_two", "advance_seconds"),
        ({"advance_seconds": 5, "to": "2100-01-01T00:00:00Z"}, "one_of_two", "advance_seconds"),
        ({"advance_seconds": -5}, "clock_out_of_range", "advance_seconds"),
        ({"advance_seconds": 10**30}, "clock_out_of_range", "advance_seconds"),
        ({"to": "2001-01-01T00:00:00Z"}, "clock_out_of_range", "to"),
        ({"to": "9999-12-31T23:59:59Z"}, "clock_out_of_range", "to"),
        ({"to": "2100-01-01T00:00:00"}, "time_invalid", "to"),
        ({"to": "tomorrow"}, "time_invalid", "to"),
    ],
)
def test_a_time_that_the_clock_can_not_go_to_is_refused(ask, body, code, field):
    assert code_of(ask("POST", "clock", body)) == (422, code, field)
    assert clock.ahead() == timedelta(0)


def test_the_world_tells_its_clock_its_people_and_what_waits(ask, company):
    status, body = ask("GET", "world")

    assert status == 200
    assert set(body) == {"clock", "rulebook", "people", "mini_programs", "queues"}
    assert body["people"] == [{"wechat_id": "ada_lin", "nickname": "Ada"}]
    assert body["mini_programs"] == [
        {"appid": company.appid, "name": "", "entity_type": "corporate", "standing": "unproven"}
    ]


# --- decisions and payments ----------------------------------------------------------------------------------------


@pytest.fixture
def application(ada) -> Verification:
    return stories.applied()


def test_an_application_is_passed_sent_back_or_failed(ask, application):
    path = f"verifications/{application.pk}/decisions"
    reasons = [{"code": "legal_person", "text": "Write the name as on the licence."}]

    assert ask("POST", path, {"decision": "refill", "reasons": reasons}) == (200, {"status": "refill"})
    assert code_of(ask("POST", path, {"decision": "pass"}))[0] in (409, 422)


def test_a_passed_application_verifies_the_entity(ask, application):
    path = f"verifications/{application.pk}/decisions"

    assert ask("POST", path, {"decision": "pass"}) == (200, {"status": "passed"})
    assert Standing.objects.get().status == "verified"


def test_a_failed_application_needs_its_reason(ask, application):
    path = f"verifications/{application.pk}/decisions"
    assert code_of(ask("POST", path, {"decision": "fail"}))[0] == 422

    reasons = [{"code": "not_registered", "text": ""}]

    assert ask("POST", path, {"decision": "fail", "reasons": reasons}) == (200, {"status": "failed"})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"decision": "maybe"}, (422, "unknown_choice", "decision")),
        ({"decision": "refill", "reasons": "x"}, (422, "wrong_type", "reasons")),
        ({"decision": "refill", "reasons": [1]}, (422, "wrong_type", "reasons")),
        ({"decision": "refill", "reasons": [{"code": 1}]}, (422, "wrong_type", "reasons")),
        ({}, (422, "missing_field", "decision")),
    ],
)
def test_a_decision_that_is_none_is_refused(ask, application, body, error):
    assert code_of(ask("POST", f"verifications/{application.pk}/decisions", body)) == error


@pytest.mark.parametrize("pk", [999, 10**30])
def test_an_application_that_is_not_there_is_missing(ask, pk):
    assert code_of(ask("POST", f"verifications/{pk}/decisions", {"decision": "pass"})) == (404, "not_found", None)


@pytest.fixture
def order(ada) -> PaymentOrder:
    verification = stories.filled_in()
    applications.submit(verification, by=stories.administrator_of(verification.mini_program))
    return PaymentOrder.objects.get()


def test_an_order_is_cancelled_failed_and_paid_once(ask, order):
    path, ada = f"payments/{order.number}/answers", {"wechat_id": "ada_lin"}

    assert ask("POST", path, ada | {"answer": "cancel"}) == (200, {"trade_state": "NOTPAY"})
    assert ask("POST", path, ada | {"answer": "fail"}) == (200, {"trade_state": "PAYERROR"})
    assert ask("POST", path, ada | {"answer": "pay"}) == (200, {"trade_state": "SUCCESS"})
    assert code_of(ask("POST", path, ada | {"answer": "pay"}))[1] == "payment_paid"
    assert Posting.objects.filter(key=f"payment:{order.pk}").count() == 1
    assert bank.sum_of_balances() == 0


def test_orders_and_people_that_are_not_there_are_missing(ask, order):
    body = {"wechat_id": "ada_lin", "answer": "pay"}

    assert code_of(ask("POST", "payments/123/answers", body)) == (404, "not_found", None)
    nobody = body | {"wechat_id": "nobody"}
    assert code_of(ask("POST", f"payments/{order.number}/answers", nobody)) == (404, "not_found", None)
    unsure = body | {"answer": "?"}
    assert code_of(ask("POST", f"payments/{order.number}/answers", unsure)) == (422, "unknown_choice", "answer")


def test_every_call_says_what_it_does():
    calls = [one for methods in api.CALLS.values() for one in methods.values()]

    assert {(one.method, one.route) for one in calls} >= {("POST", "bank/transfers"), ("POST", "clock")}
    assert all(one.act.__doc__ and one.shape.__doc__ for one in calls)
