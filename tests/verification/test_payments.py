"""Payment orders: opened once for a subject, paid once by anybody, closed in time; the money always adds up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.actions.people import create_person
from accounts.models import ServiceNotification, WeChatPerson
from accounts.notices import render_notice
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM, LostRace, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.people import console
from tests.verification.paying import FEE, PASSWORD, an_order, charged, sum_of_all_balances, with_wallet
from verification import queries
from verification.actions import fees, payments
from verification.actions.applications import submit, withdraw
from verification.actions.ledger import balance_of, fees_account
from verification.actions.payments import close_open_order_of, close_order, close_overdue_orders, open_order, pay_order
from verification.actions.wallets import open_wallet
from verification.lifecycle import PaymentStatus
from verification.models import PaymentOrder, Posting, Verification

pytestmark = pytest.mark.django_db

__all__ = ["charged"]
OPENING = RULES.payment.wallet_opening_fen


def later(minutes: float) -> None:
    clock.move_forward(int(timedelta(minutes=minutes).total_seconds()))


def refusal(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


def codes(outcomes) -> set[str]:
    for error in refusals(outcomes):
        if not isinstance(error, Refused):
            raise error
    return {error.code for error in refusals(outcomes)}


# --- opening -------------------------------------------------------------------------------------------------------


def test_an_order_says_what_for_whom_and_until_when(charged, ada):
    order = an_order()

    assert order.number.startswith(f"{localtime(clock.now()):%Y%m%d}")
    assert len(order.number) == 18
    assert order.number.isdigit()
    assert order.expires_at - order.opened_at == timedelta(minutes=RULES.payment.order_minutes)
    assert (order.status, order.amount_fen, order.payer_name) == ("open", FEE, "Harbour Tea Co., Ltd.")
    assert order.link.path.startswith(f"/phone/pay/{order.pk}/scanned/")
    assert order.link.expires_at == order.expires_at
    opened = AuditEvent.objects.get(event="verification.payment.opened")
    assert (opened.appid, opened.data["number"]) == (order.mini_program.appid, order.number)


def test_asking_again_shows_the_order_that_is_open(charged):
    order = an_order()

    assert an_order(order.mini_program).pk == order.pk
    assert an_order(order.mini_program, subject="test.thing:2").pk != order.pk


def test_after_its_time_there_is_a_fresh_order(charged):
    order = an_order()
    later(RULES.payment.order_minutes)

    fresh = an_order(order.mini_program)

    order.refresh_from_db()
    assert (order.status, fresh.status) == ("closed", "open")
    assert fresh.number != order.number
    assert fresh.link.code != order.link.code


def test_another_amount_is_another_order(charged):
    order = an_order()

    fresh = an_order(order.mini_program, amount_fen=FEE + 1)

    order.refresh_from_db()
    assert (order.status, fresh.amount_fen) == ("closed", FEE + 1)


def test_what_is_paid_is_not_asked_for_again(charged, ada):
    order = an_order()
    pay_order(order, person=with_wallet("ada"), password=PASSWORD)

    assert refusal(an_order, order.mini_program) == "payment_paid"


def test_a_purpose_from_which_nothing_follows_is_a_mistake_of_ours(db):
    with pytest.raises(ValueError, match=r"fees\.py"):
        open_order(
            purpose="nothing", subject="x:1", amount_fen=1, mini_program=None, user=None, payer_name="", by=SYSTEM
        )


# --- paying --------------------------------------------------------------------------------------------------------


def test_paying_moves_the_money_the_order_and_what_it_pays_for(charged):
    order, ada = an_order(), with_wallet("ada")

    pay_order(order, person=ada, password=PASSWORD)

    assert (order.status, order.paid_by, charged) == ("paid", ada, [(order.subject, ada.actor_name)])
    assert balance_of(ada.wallet.account) == OPENING - FEE
    assert balance_of(fees_account()) == FEE
    assert sum_of_all_balances() == 0
    assert Posting.objects.get(key=f"payment:{order.pk}").memo == "payment.test"


def test_anybody_may_pay_for_it(charged):
    order, eve = an_order(), with_wallet("eve")

    pay_order(order, person=eve, password=PASSWORD)

    assert (order.paid_by, balance_of(eve.wallet.account)) == (eve, OPENING - FEE)


def test_a_second_payment_is_told_that_it_is_paid(charged):
    order, ada, eve = an_order(), with_wallet("ada"), with_wallet("eve")
    stale = PaymentOrder.objects.get(pk=order.pk)
    pay_order(order, person=ada, password=PASSWORD)

    assert refusal(pay_order, order, person=ada, password=PASSWORD) == "payment_paid"
    assert refusal(pay_order, stale, person=eve, password=PASSWORD) == "payment_paid"

    assert len(charged) == 1
    assert (balance_of(ada.wallet.account), balance_of(eve.wallet.account)) == (OPENING - FEE, OPENING)


def test_if_what_it_pays_for_refuses_nothing_is_charged(charged, monkeypatch):
    def refuse(order, by):
        raise Refused("It has been withdrawn.", code="withdrawn")

    monkeypatch.setitem(fees.ON_PAID, "test", refuse)
    order, ada = an_order(), with_wallet("ada")

    assert refusal(pay_order, order, person=ada, password=PASSWORD) == "withdrawn"

    assert (order.status, balance_of(ada.wallet.account)) == ("open", OPENING)
    assert not Posting.objects.filter(key__startswith="payment:").exists()


def test_an_empty_wallet_pays_nothing(charged):
    order, ada = an_order(amount_fen=OPENING + 1), with_wallet("ada")

    assert refusal(pay_order, order, person=ada, password=PASSWORD) == "insufficient_balance"

    assert (order.status, balance_of(ada.wallet.account), charged) == ("open", OPENING, [])


def test_the_last_fen_can_be_spent(charged):
    order, ada = an_order(amount_fen=OPENING), with_wallet("ada")

    pay_order(order, person=ada, password=PASSWORD)

    assert balance_of(ada.wallet.account) == 0


def test_without_a_wallet_nobody_pays(charged, ada):
    assert refusal(pay_order, an_order(), person=ada, password=PASSWORD) == "wallet_missing"


def test_an_expired_order_is_refused_whether_or_not_the_sweep_came_by(charged):
    order, ada = an_order(), with_wallet("ada")
    later(RULES.payment.order_minutes)

    assert refusal(pay_order, order, person=ada, password="000000") == "payment_expired"

    assert (order.status, balance_of(ada.wallet.account)) == ("closed", OPENING)
    ada.wallet.refresh_from_db()
    assert ada.wallet.wrong_tries == 0  # nobody is asked for a password in vain


def test_an_order_can_be_paid_until_its_last_moment(charged):
    order = an_order()
    later(RULES.payment.order_minutes - 1)

    pay_order(order, person=with_wallet("ada"), password=PASSWORD)

    assert order.status == "paid"


def test_a_closed_order_is_refused(charged):
    order = an_order()
    close_order(order, by=SYSTEM, reason="withdrawn")

    assert refusal(pay_order, order, person=with_wallet("ada"), password=PASSWORD) == "payment_closed"


def to_be_paid() -> Verification:
    """An application that was handed in and waits for its fee."""
    verification = stories.filled_in()
    submit(verification, by=stories.administrator_of(verification.mini_program))
    return verification


def test_the_verification_fee_starts_the_audit_and_its_receipt_names_the_company():
    verification = to_be_paid()
    order = queries.open_fee_order_of(verification)

    pay_order(order, person=with_wallet("eve"), password=PASSWORD)

    verification.refresh_from_db()
    assert (verification.status, order.amount_fen) == ("under_audit", RULES.verification.fee_fen)
    assert order.payer_name == verification.mini_program.entity.name


def test_a_fee_whose_application_was_taken_back_is_not_charged():
    verification, eve = to_be_paid(), with_wallet("eve")
    order = queries.open_fee_order_of(verification)
    withdraw(verification, by=stories.administrator_of(verification.mini_program))

    assert refusal(pay_order, order, person=eve, password=PASSWORD) == "payment_closed"

    assert balance_of(eve.wallet.account) == OPENING


@pytest.mark.parametrize("subject", ["verification.application:987654", "verification.application:x", "other:1", "x"])
def test_a_fee_for_what_does_not_exist_is_not_charged(subject):
    mini_program, ada = stories.completed(), with_wallet("ada")
    fee = {"purpose": "verification_fee", "amount_fen": FEE, "payer_name": "", "user": None}
    order = open_order(subject=subject, mini_program=mini_program, by=ada, **fee)

    assert refusal(pay_order, order, person=ada, password=PASSWORD) == "payment_closed"

    assert (order.status, balance_of(ada.wallet.account)) == ("open", OPENING)


@pytest.mark.django_db(transaction=True)
def test_a_fee_that_is_paid_while_the_application_is_withdrawn_is_one_of_both():
    verification, eve = to_be_paid(), with_wallet("eve")
    order = queries.open_fee_order_of(verification)
    administrator = stories.administrator_of(verification.mini_program)

    def act(i):
        if i % 2:
            return withdraw(Verification.objects.get(pk=verification.pk), by=administrator)
        mine = PaymentOrder.objects.get(pk=order.pk)
        return pay_order(mine, person=WeChatPerson.objects.get(pk=eve.pk), password=PASSWORD)

    outcomes = together(4, act)

    verification.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, verification.status) in {("paid", "under_audit"), ("closed", "withdrawn")}
    assert codes(outcomes) <= {"payment_paid", "payment_closed", "illegal_move", "lost_race"}
    assert balance_of(fees_account()) == (order.amount_fen if order.status == "paid" else 0)


# --- closing -------------------------------------------------------------------------------------------------------


def test_closing_twice_is_closing_once_and_a_paid_order_stays_paid(charged):
    order = an_order()
    close_open_order_of(order.subject, by=SYSTEM, reason="withdrawn")
    close_order(order, by=SYSTEM, reason="withdrawn")
    paid = an_order(order.mini_program)
    pay_order(paid, person=with_wallet("ada"), password=PASSWORD)

    assert refusal(close_order, paid, by=SYSTEM, reason="late") == "payment_paid"

    assert AuditEvent.objects.get(event="verification.payment.closed").reason == "withdrawn"
    assert order.status == "closed"


def test_the_sweep_closes_what_is_overdue_and_nothing_else(charged):
    old = an_order()
    later(RULES.payment.order_minutes - 1)
    young = an_order(old.mini_program, subject="test.thing:2")
    later(1)

    assert (close_overdue_orders(), close_overdue_orders()) == (1, 0)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == ("closed", "open")


def test_a_sweep_takes_a_bounded_batch(charged):
    first = an_order()
    for i in range(2, 5):
        an_order(first.mini_program, subject=f"test.thing:{i}")
    later(RULES.payment.order_minutes)

    assert [close_overdue_orders(most=3), close_overdue_orders(most=3)] == [3, 1]


def test_a_payment_that_the_sweep_overtakes_is_no_error_of_the_sweep(charged):
    order, stale = an_order(), PaymentOrder.objects.get()
    pay_order(order, person=with_wallet("ada"), password=PASSWORD)
    later(RULES.payment.order_minutes)

    assert payments.close_if_overdue(stale) is False

    assert stale.status == "paid"


# --- the receipt and the screen ------------------------------------------------------------------------------------


def test_who_paid_gets_one_receipt(charged, deliver):
    order, eve = an_order(), with_wallet("eve")
    pay_order(order, person=eve, password=PASSWORD)

    deliver()
    deliver()

    receipt = ServiceNotification.objects.get(event="verification.payment.paid")
    assert (receipt.person, receipt.path) == (eve, f"/phone/pay/{order.pk}/")
    body = render_notice(receipt.event, receipt.facts)[1]
    assert body == f"300.00 yuan were paid for Harbour Tea Co., Ltd. (order {order.number})."


def status_of(client, order, *, seen="open", htmx=True, then=""):
    path = reverse("verification:pay_status", args=[order.mini_program.appid, order.pk])
    return client.get(path, {"seen": seen, "then": then}, headers={"HX-Request": "true"} if htmx else {})


def test_the_screen_moves_on_when_it_is_paid(charged):
    order = an_order()
    screen, home = console(None, order.mini_program), f"/console/{order.mini_program.appid}/"
    assert status_of(screen, order).status_code == 204
    pay_order(order, person=with_wallet("eve"), password=PASSWORD)

    answer = status_of(screen, order, then=f"{home}settings/verification/")

    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"{home}settings/verification/")
    assert "Paid by Eve" in answer.content.decode()
    assert "HX-Redirect" not in status_of(screen, order, htmx=False)


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example/", "/phone/", "", "javascript:alert(1)"])
def test_the_screen_moves_on_to_its_own_console_only(charged, then):
    order = an_order()
    pay_order(order, person=with_wallet("ada"), password=PASSWORD)

    answer = status_of(console(None, order.mini_program), order, then=then)

    assert answer["HX-Redirect"] == f"/console/{order.mini_program.appid}/"


def test_the_screen_says_when_the_qr_is_over_and_offers_a_new_one(charged):
    order = an_order()
    screen = console(None, order.mini_program)
    later(RULES.payment.order_minutes)

    said = status_of(screen, order).content.decode()

    assert "be paid any more" in said
    assert '<a class="btn btn-primary" href="?">' in said
    assert "scan-qr" not in said
    assert "hx-get" not in said


def test_another_consoles_order_does_not_exist(charged):
    order, bikes = an_order(), stories.registered(administrator="eve")
    path = reverse("verification:pay_status", args=[bikes.appid, order.pk])
    client = console(None, bikes)

    assert client.get(path).status_code == 404
    assert client.get(reverse("verification:pay_status", args=[bikes.appid, 2**70])).status_code == 404


def test_polls_have_a_limit(charged):
    order = an_order()
    screen = console(None, order.mini_program)

    answers = [status_of(screen, order) for _i in range(121)]

    assert {answer.status_code for answer in answers} == {204}
    assert answers[-1].get("Retry-After") == "5"


# --- many at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_20_phones_that_pay_at_once_are_charged_once(charged):
    order = an_order()
    people = [create_person(nickname=f"Person {i}", phone=f"+86139000003{i:02d}") for i in range(20)]
    for person in people:
        open_wallet(person, PASSWORD, PASSWORD)

    def pay(i):
        who = WeChatPerson.objects.get(pk=people[i].pk)
        pay_order(PaymentOrder.objects.get(pk=order.pk), person=who, password=PASSWORD)

    outcomes = together(20, pay)

    assert codes(outcomes) == {"payment_paid"}
    assert (len(successes(outcomes)), len(charged)) == (1, 1)
    assert balance_of(fees_account()) == FEE
    assert sorted(balance_of(person.wallet.account) for person in people) == [OPENING - FEE] + [OPENING] * 19
    assert AuditEvent.objects.filter(event="verification.payment.paid").count() == 1
    assert sum_of_all_balances() == 0


@pytest.mark.django_db(transaction=True)
def test_one_phone_that_presses_20_times_at_once_is_charged_once(charged):
    order, ada = an_order(), with_wallet("ada")

    outcomes = together(
        20,
        lambda i: pay_order(
            PaymentOrder.objects.get(pk=order.pk), person=WeChatPerson.objects.get(pk=ada.pk), password=PASSWORD
        ),
    )

    assert codes(outcomes) == {"payment_paid"}
    assert len(successes(outcomes)) == 1
    assert balance_of(ada.wallet.account) == OPENING - FEE
    ada.wallet.refresh_from_db()
    assert (ada.wallet.wrong_tries, ada.wallet.locked_until) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_a_wallet_that_pays_many_orders_at_once_never_goes_below_nothing(charged):
    first, ada = an_order(), with_wallet("ada")
    orders = [first, *(an_order(first.mini_program, subject=f"test.thing:{i}") for i in range(2, 9))]

    outcomes = together(
        len(orders),
        lambda i: pay_order(
            PaymentOrder.objects.get(pk=orders[i].pk), person=WeChatPerson.objects.get(pk=ada.pk), password=PASSWORD
        ),
    )

    assert codes(outcomes) == {"insufficient_balance"}
    assert len(successes(outcomes)) == OPENING // FEE == 3
    assert balance_of(ada.wallet.account) == OPENING - 3 * FEE
    assert PaymentOrder.objects.filter(status=PaymentStatus.PAID).count() == len(charged) == 3


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_paid_and_closed_at_once_is_one_of_both(charged):
    order, ada = an_order(), with_wallet("ada")

    def act(i):
        mine = PaymentOrder.objects.get(pk=order.pk)
        if i % 2:
            return close_order(mine, by=SYSTEM, reason="withdrawn")
        return pay_order(mine, person=WeChatPerson.objects.get(pk=ada.pk), password=PASSWORD)

    outcomes = together(6, act)

    order.refresh_from_db()
    assert codes(outcomes) <= {"payment_paid", "payment_closed"}
    assert balance_of(fees_account()) == (FEE if order.status == "paid" else 0)
    assert len(charged) == (1 if order.status == "paid" else 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_order_asked_for_at_once_is_one_order(charged):
    mini_program = stories.completed()

    outcomes = together(8, lambda i: an_order(type(mini_program).objects.get(pk=mini_program.pk)).pk)

    assert not refusals(outcomes)
    assert set(outcomes) == {PaymentOrder.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_close_each_order_once(charged):
    first = an_order()
    for i in range(2, 7):
        an_order(first.mini_program, subject=f"test.thing:{i}")
    later(RULES.payment.order_minutes)

    outcomes = together(4, lambda i: close_overdue_orders())

    assert [error for error in refusals(outcomes) if not isinstance(error, LostRace)] == []
    assert sum(successes(outcomes)) == 6
    assert AuditEvent.objects.filter(event="verification.payment.closed").count() == 6
