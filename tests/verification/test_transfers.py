"""Transfers that arrive: judged in the seed's order, booked and given back; no money is lost, nobody proven twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ConsoleNotice, ServiceNotification
from accounts.notices import render_notice
from entities.lifecycle import StandingStatus
from entities.models import Standing
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.concurrency import successes, together
from verification.actions.ledger import balance_of, bank_account, receiving_account
from verification.actions.remittances import expire_if_due
from verification.actions.transfers import give_back, receive_transfer
from verification.banks import RECEIVER
from verification.lifecycle import RemittanceStatus, TransferStatus
from verification.models import LedgerAccount, Posting, Remittance, Transfer, TransferOutcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(ada):
    return stories.organisation()


def sum_of_all() -> int:
    return sum(balance_of(account) for account in LedgerAccount.objects.all())


def other_amount(remittance: Remittance) -> int:
    return remittance.amount_fen + 1


def standing_of(mini_program) -> str:
    return Standing.objects.get(mini_program=mini_program).status


def at(monkeypatch, moment) -> None:
    """The machine's clock stands still at this moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    clock.forget()


def test_the_right_transfer_proves_the_entity(company):
    transfer = stories.transferred(company)

    remittance = Remittance.objects.get()
    assert (transfer.outcome, transfer.status) == (TransferOutcome.RIGHT, TransferStatus.ACCEPTED)
    assert (remittance.status, standing_of(company)) == (RemittanceStatus.PAID, StandingStatus.PROVEN)
    assert remittance.paid_at is not None
    assert (balance_of(receiving_account()), sum_of_all()) == (remittance.amount_fen, 0)


def test_after_it_has_proved_the_entity_the_money_goes_back_once(company, deliver):
    transfer = stories.transferred(company)

    deliver()

    transfer.refresh_from_db()
    remittance = Remittance.objects.get()
    assert (transfer.status, remittance.status) == (TransferStatus.RETURNED, RemittanceStatus.PAID)
    payer = bank_account(remittance.holder, remittance.account)
    assert (balance_of(receiving_account()), balance_of(payer), sum_of_all()) == (0, remittance.amount_fen, 0)
    assert give_back(remittance) is False
    assert AuditEvent.objects.filter(event="verification.transfer.given_back").count() == 1
    assert _notices(company) == ["entities.registration.completed", "verification.remittance.paid"]


WRONG = [
    (TransferOutcome.AMOUNT, lambda r: {"amount_fen": other_amount(r)}),
    (TransferOutcome.HOLDER, lambda r: {"from_holder": "别人的公司"}),
    (TransferOutcome.ACCOUNT, lambda r: {"from_account": "6222000000000099999"}),
    (TransferOutcome.REMARK, lambda r: {"remark": ""}),
    (TransferOutcome.REMARK, lambda r: {"remark": "many thanks"}),
    # several things wrong: the first in the seed's order is said
    (TransferOutcome.AMOUNT, lambda r: {"amount_fen": other_amount(r), "from_holder": "别人的公司"}),
    (TransferOutcome.AMOUNT, lambda r: {"amount_fen": other_amount(r), "remark": ""}),
    (TransferOutcome.HOLDER, lambda r: {"from_holder": "别人的公司", "from_account": "6222000000000099999"}),
    (TransferOutcome.HOLDER, lambda r: {"from_holder": "别人的公司", "remark": "00"}),
    (TransferOutcome.UNKNOWN, lambda r: {"from_account": "6222000000000099999", "remark": ""}),
]


@pytest.mark.parametrize(("outcome", "wrong"), WRONG)
def test_a_wrong_transfer_is_returned_with_the_first_reason_and_proves_nothing(company, deliver, outcome, wrong):
    remittance = Remittance.objects.get()

    transfer = stories.transferred(company, **wrong(remittance))

    assert (transfer.outcome, transfer.status) == (outcome, TransferStatus.RETURNED)
    assert transfer.returned_at is not None
    assert (standing_of(company), Remittance.objects.get().status) == (StandingStatus.UNPROVEN, RemittanceStatus.OPEN)
    assert (balance_of(receiving_account()), sum_of_all()) == (0, 0)
    payer = bank_account(transfer.from_holder, transfer.from_account)
    assert balance_of(payer) == transfer.amount_fen
    deliver()
    told = [] if outcome == TransferOutcome.UNKNOWN else ["verification.transfer.returned"]
    assert _notices(company) == ["entities.registration.completed", *told]


def test_after_wrong_ones_the_right_one_still_counts(company):
    stories.transferred(company, remark="")
    stories.transferred(company, amount_fen=other_amount(Remittance.objects.get()))

    assert stories.transferred(company).outcome == TransferOutcome.RIGHT
    assert Transfer.objects.count() == 3
    assert sum_of_all() == 0


def test_the_second_right_one_is_a_duplicate_and_goes_back(company, deliver):
    stories.transferred(company)
    second = stories.transferred(company)
    third = stories.transferred(company, remark="")  # found by the account

    assert {second.outcome, third.outcome} == {TransferOutcome.DUPLICATE}
    assert {second.status, third.status} == {TransferStatus.RETURNED}
    assert AuditEvent.objects.filter(event="entities.standing.proven").count() == 1
    deliver()
    assert (balance_of(receiving_account()), sum_of_all()) == (0, 0)


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [(-1, TransferOutcome.RIGHT), (0, TransferOutcome.LATE), (1, TransferOutcome.LATE)],
)
def test_the_second_of_the_deadline_itself_is_late(company, monkeypatch, seconds, outcome):
    remittance = Remittance.objects.get()
    at(monkeypatch, remittance.expires_at + timedelta(seconds=seconds))

    transfer = stories.transferred(company)

    assert transfer.outcome == outcome
    is_late = outcome == TransferOutcome.LATE
    assert standing_of(company) == (StandingStatus.FAILED if is_late else StandingStatus.PROVEN)
    assert Remittance.objects.get().status == (RemittanceStatus.EXPIRED if is_late else RemittanceStatus.PAID)
    assert AuditEvent.objects.filter(event="verification.remittance.expired").count() == is_late


def test_the_deadline_is_ten_days_after_the_registration_to_the_second(company):
    remittance = Remittance.objects.get()

    assert timedelta(days=10) - timedelta(seconds=2) < remittance.expires_at - remittance.opened_at
    assert remittance.expires_at - remittance.opened_at <= timedelta(days=10)
    assert company.standing.proof_due_at == remittance.expires_at


def test_a_late_transfer_goes_back_and_who_was_administrator_is_told(company, deliver, ada):
    deliver()
    clock.move_forward(11 * 86_400)
    stories.transferred(company, remark="")  # found by the account, though nobody had swept
    stories.transferred(company)
    deliver()

    assert set(Transfer.objects.values_list("outcome", flat=True)) == {TransferOutcome.LATE}
    assert (balance_of(receiving_account()), sum_of_all()) == (0, 0)
    told = list(ServiceNotification.objects.filter(person=ada).order_by("pk").values_list("event", flat=True))
    assert told.count("entities.standing.failed") == 1
    assert told.count("verification.transfer.returned") == 2
    assert "verification.transfer.returned" not in _notices(company)


def test_an_expired_remittance_fails_the_registration_once_whoever_comes_first(company, deliver):
    clock.move_forward(10 * 86_400)
    remittance = Remittance.objects.get()

    assert [expire_if_due(remittance), expire_if_due(Remittance.objects.get())] == [True, False]
    deliver()

    assert standing_of(company) == StandingStatus.FAILED
    assert AuditEvent.objects.filter(event="entities.standing.failed").count() == 1
    assert AuditEvent.objects.filter(event="accounts.account.registration_failed").count() == 1


def test_before_the_deadline_nothing_expires(company):
    assert expire_if_due(Remittance.objects.get()) is False
    assert standing_of(company) == StandingStatus.UNPROVEN


def test_the_reason_of_a_returned_transfer_is_read_in_the_readers_language(company, deliver):
    stories.transferred(company, remark="")
    deliver()

    notice = ConsoleNotice.objects.get(event="verification.transfer.returned")
    assert "The remark is missing or wrong" in render_notice(notice.event, notice.facts)[1]


REFUSED = [
    ({"to_account": "6200000000000000019"}, "to_account"),
    ({"to_account": ""}, "to_account"),
    ({"amount_fen": 0}, "amount_fen"),
    ({"amount_fen": -1}, "amount_fen"),
    ({"amount_fen": 1.0}, "amount_fen"),
    ({"amount_fen": True}, "amount_fen"),
    ({"amount_fen": "1"}, "amount_fen"),
    ({"amount_fen": 10**30}, "amount_fen"),
    ({"from_account": ""}, "from_account"),
    ({"from_account": "1"}, "from_account"),
    ({"from_account": "6" * 36}, "from_account"),
    ({"from_account": "６２２２"}, "from_account"),
    ({"from_account": "abc"}, "from_account"),
    ({"from_account": RECEIVER["number"]}, "from_account"),
    ({"from_holder": " "}, "from_holder"),
    ({"from_holder": "x" * 121}, "from_holder"),
    ({"from_holder": "a\0b"}, "from_holder"),
    ({"remark": "1\u202e2"}, "remark"),
    ({"remark": "9" * 121}, "remark"),
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED)
def test_what_no_bank_would_send_is_refused_to_its_sender_and_nothing_is_booked(company, wrong, field):
    with pytest.raises(Refused) as refused:
        stories.transferred(company, **wrong)

    assert refused.value.field == field
    assert (Transfer.objects.count(), Posting.objects.count()) == (0, 0)


def test_spaces_and_width_do_not_make_a_transfer_wrong(company):
    remittance = Remittance.objects.get()
    wide = remittance.remark.translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})

    transfer = stories.transferred(
        company,
        from_account=f" {remittance.account[:4]} {remittance.account[4:]}",
        from_holder=f" {remittance.holder} ",
        remark=f" {wide[:4]} {wide[4:]} ",
    )

    assert transfer.outcome == TransferOutcome.RIGHT


def test_a_transfer_for_nothing_we_know_goes_back_and_nobody_is_told(db, deliver):
    transfer = receive_transfer(
        from_holder="谁知道有限公司", from_account="1234", to_account=RECEIVER["number"], amount_fen=7, remark="hello"
    )

    deliver()

    assert (transfer.outcome, transfer.status, transfer.audit_appid) == ("unknown", "returned", "")
    assert ServiceNotification.objects.count() == 0
    assert sum_of_all() == 0


def test_personal_and_bank_data_of_a_transfer_are_not_in_the_audit_trail(company, deliver):
    stories.transferred(company)
    deliver()

    trail = str(list(AuditEvent.objects.values_list("data", "reason", "actor_name")))
    assert Remittance.objects.get().account not in trail
    assert Remittance.objects.get().holder not in trail


@pytest.mark.django_db(transaction=True)
def test_of_four_right_transfers_at_once_one_proves_and_three_are_returned(ada):
    company = stories.organisation()

    outcomes = together(4, lambda _i: stories.transferred(company).outcome)

    assert sorted(outcomes) == ["duplicate", "duplicate", "duplicate", "right"]
    assert standing_of(company) == StandingStatus.PROVEN
    assert sum_of_all() == 0
    assert balance_of(receiving_account()) in (0, Remittance.objects.get().amount_fen)  # given back or not yet


@pytest.mark.django_db(transaction=True)
def test_an_overdue_transfer_and_those_who_expire_it_at_once_fail_the_registration_once(ada):
    company = stories.organisation()
    clock.move_forward(10 * 86_400)

    def act(i: int):
        return stories.transferred(company).outcome if i % 2 else expire_if_due(Remittance.objects.get())

    outcomes = together(6, act)

    assert len(successes(outcomes)) == 6, outcomes
    assert [outcomes[i] for i in (1, 3, 5)] == ["late"] * 3
    assert AuditEvent.objects.filter(event="verification.remittance.expired").count() == 1
    assert AuditEvent.objects.filter(event="entities.standing.failed").count() == 1
    assert (standing_of(company), sum_of_all()) == (StandingStatus.FAILED, 0)


def _notices(mini_program) -> list[str]:
    return list(ConsoleNotice.objects.filter(mini_program=mini_program).order_by("pk").values_list("event", flat=True))


def test_without_a_remark_the_transfer_goes_to_the_remittance_that_it_fits_best(company):
    sister = stories.organisation(number=stories.credit_code(41))  # the same account and holder, another licence
    other = stories.organisation(number=stories.credit_code(42), name="灯塔书店有限公司")
    Remittance.objects.filter(mini_program=company).update(amount_fen=11)
    Remittance.objects.filter(mini_program=sister).update(amount_fen=22)
    Remittance.objects.filter(mini_program=other).update(amount_fen=33)

    amounts = {
        company: stories.transferred(company, remark="", amount_fen=11),
        sister: stories.transferred(company, remark="", amount_fen=22),
        other: stories.transferred(other, remark="", amount_fen=99),
    }

    assert [t.remittance.mini_program for t in amounts.values()] == list(amounts)
    assert [t.outcome for t in amounts.values()] == ["remark", "remark", "amount"]
    assert stories.transferred(company, remark="", amount_fen=44).remittance.mini_program == company  # the oldest
