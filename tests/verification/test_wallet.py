"""The wallet: opened with six digits twice, topped up, locked after wrong passwords, and nobody else with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import WeChatPerson
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.people import phone
from tests.verification.paying import PASSWORD, an_order, charged, sum_of_all_balances, with_wallet
from verification.actions.ledger import balance_of
from verification.actions.payments import pay_order
from verification.actions.wallets import (
    change_password,
    check_payment_password,
    open_wallet,
    statement_of,
    top_up,
    wallet_of,
)
from verification.models import LedgerAccount, Posting, Wallet

pytestmark = pytest.mark.django_db

__all__ = ["charged"]
OPENING, MOST, TRIES = (
    RULES.payment.wallet_opening_fen,
    RULES.payment.top_up_fen_max,
    RULES.payment.password_attempts,
)
WRONG = "135791"


def refused(action, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        action(*args, **kwargs)
    return caught.value


def wrong_times(person: WeChatPerson, n: int) -> list[str]:
    return [refused(check_payment_password, person, WRONG).code for _i in range(n)]


# --- opening -------------------------------------------------------------------------------------------------------


def test_a_wallet_begins_with_play_money_from_outside(ada):
    wallet = open_wallet(ada, PASSWORD, PASSWORD)

    assert balance_of(wallet.account) == OPENING
    assert sum_of_all_balances() == 0
    assert PASSWORD not in wallet.password
    assert AuditEvent.objects.get(event="verification.wallet.opened").actor_id == str(ada.pk)


@pytest.mark.parametrize("password", ["", "24681", "2468101", "24681a", "２４６８１０", "      ", "24681\0"])
def test_a_payment_password_has_six_digits(ada, password):
    refusal = refused(open_wallet, ada, password, password)

    assert (refusal.code, refusal.field) == ("password_invalid", "password")
    assert wallet_of(ada) is None


def test_the_password_is_entered_twice_the_same(ada):
    refusal = refused(open_wallet, ada, PASSWORD, WRONG)

    assert (refusal.code, refusal.field) == ("password_differs", "again")


def test_nobody_opens_a_second_wallet(ada):
    open_wallet(ada, PASSWORD, PASSWORD)

    assert refused(open_wallet, ada, WRONG, WRONG).code == "wallet_exists"

    check_payment_password(ada, PASSWORD)
    assert balance_of(ada.wallet.account) == OPENING


@pytest.mark.django_db(transaction=True)
def test_opening_pressed_many_times_at_once_opens_one_with_the_money_once(ada):
    outcomes = together(6, lambda i: open_wallet(WeChatPerson.objects.get(pk=ada.pk), PASSWORD, PASSWORD))

    assert {error.code for error in refusals(outcomes)} == {"wallet_exists"}
    assert len(successes(outcomes)) == Wallet.objects.count() == 1
    assert balance_of(LedgerAccount.objects.get(person=ada)) == OPENING


# --- topping up ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1, MOST])
def test_any_sum_up_to_the_most_comes_in(amount):
    ada = with_wallet("ada")

    assert top_up(ada, amount)

    assert balance_of(ada.wallet.account) == OPENING + amount
    assert sum_of_all_balances() == 0


@pytest.mark.parametrize("amount", [0, -1, MOST + 1, 10**30])
def test_nothing_less_than_nothing_and_too_much_are_refused(amount):
    ada = with_wallet("ada")

    refusal = refused(top_up, ada, amount)

    assert (refusal.code, refusal.field) == ("amount_out_of_range", "amount")
    assert "10,000.00" in refusal.message
    assert balance_of(ada.wallet.account) == OPENING


def test_without_a_wallet_nothing_comes_in(ada):
    assert refused(top_up, ada, 100).code == "wallet_missing"


def test_one_form_pressed_twice_tops_up_once():
    ada, once = with_wallet("ada"), "a-token-of-this-form"

    assert [top_up(ada, 100, once=once), top_up(ada, 100, once=once), top_up(ada, 200, once=once)] == [
        True,
        False,
        True,
    ]

    assert balance_of(ada.wallet.account) == OPENING + 300


@pytest.mark.django_db(transaction=True)
def test_one_form_pressed_many_times_at_once_tops_up_once():
    ada = with_wallet("ada")

    outcomes = together(8, lambda i: top_up(WeChatPerson.objects.get(pk=ada.pk), 100, once="a-token-of-this-form"))

    assert not refusals(outcomes)
    assert balance_of(ada.wallet.account) == OPENING + 100


def test_the_statement_is_ones_own_newest_first(charged):
    ada, eve = with_wallet("ada"), with_wallet("eve")
    top_up(eve, 100)
    top_up(ada, 5000)
    order = an_order(stories.completed())
    pay_order(order, person=ada, password=PASSWORD)

    assert [posting.memo for posting in statement_of(ada.wallet)] == ["payment.test", "wallet.top_up", "wallet.opening"]


# --- the password --------------------------------------------------------------------------------------------------


def test_wrong_tries_are_counted_down_and_the_right_one_forgives_them():
    ada = with_wallet("ada")

    assert "4 more times" in refused(check_payment_password, ada, WRONG).message
    assert wrong_times(ada, TRIES - 3) == ["password_wrong"] * (TRIES - 3)
    assert "once more" in refused(check_payment_password, ada, WRONG).message
    check_payment_password(ada, PASSWORD)

    assert wrong_times(ada, TRIES - 1) == ["password_wrong"] * (TRIES - 1)


def test_after_five_wrong_ones_the_wallet_is_locked_and_no_others(charged):
    ada, eve = with_wallet("ada"), with_wallet("eve")
    order = an_order(stories.completed())

    assert wrong_times(ada, TRIES)[-1] == "password_locked"

    refusal = refused(pay_order, order, person=ada, password=PASSWORD)
    assert (refusal.code, refusal.field) == ("password_locked", "password")
    assert "10 minutes" in refusal.message
    assert AuditEvent.objects.filter(event="verification.wallet.locked").count() == 1
    pay_order(order, person=eve, password=PASSWORD)
    assert order.paid_by == eve


def test_nobody_is_locked_out_for_long():
    ada = with_wallet("ada")
    wrong_times(ada, TRIES)
    minutes = timedelta(minutes=RULES.payment.password_lock_minutes)

    clock.move_forward(int(minutes.total_seconds()) - 2)
    assert "in a minute" in refused(check_payment_password, ada, PASSWORD).message
    clock.move_forward(2)

    check_payment_password(ada, PASSWORD)
    assert wrong_times(ada, 1) == ["password_wrong"]


def test_tries_while_it_is_locked_do_not_lock_it_for_longer():
    ada = with_wallet("ada")
    wrong_times(ada, TRIES)
    until = Wallet.objects.get(person=ada).locked_until

    clock.move_forward(60)
    wrong_times(ada, TRIES)

    assert Wallet.objects.get(person=ada).locked_until == until


@pytest.mark.django_db(transaction=True)
def test_guessing_at_once_is_no_faster_than_one_after_another():
    ada = with_wallet("ada")

    outcomes = together(20, lambda i: check_payment_password(WeChatPerson.objects.get(pk=ada.pk), WRONG))

    told = [error.code for error in refusals(outcomes)]
    assert sorted(told) == ["password_locked"] * (20 - TRIES + 1) + ["password_wrong"] * (TRIES - 1)
    assert AuditEvent.objects.filter(event="verification.wallet.locked").count() == 1


def test_a_changed_password_is_the_only_one():
    ada = with_wallet("ada")

    change_password(ada, old=PASSWORD, password=WRONG, again=WRONG)

    check_payment_password(ada, WRONG)
    assert refused(check_payment_password, ada, PASSWORD).code == "password_wrong"


def test_to_change_it_one_knows_it():
    ada = with_wallet("ada")

    refusal = refused(change_password, ada, old=WRONG, password="112233", again="112233")

    assert (refusal.code, refusal.field) == ("password_wrong", "old")
    assert Wallet.objects.get(person=ada).wrong_tries == 1
    assert refused(change_password, ada, old=PASSWORD, password="1122", again="1122").field == "password"


# --- the pages -----------------------------------------------------------------------------------------------------


def test_me_leads_to_the_wallet_and_the_wallet_to_opening_it(ada):
    mine = phone(None, ada)

    assert 'href="/phone/wallet/"' in mine.get("/phone/me/").content.decode()
    page = mine.get("/phone/wallet/").content.decode()
    assert "You have no wallet yet" in page
    assert 'href="/phone/wallet/open/"' in page


def test_opening_topping_up_and_looking_by_the_pages(ada):
    mine = phone(None, ada)

    assert mine.post("/phone/wallet/open/", {"password": PASSWORD, "again": PASSWORD}).url == "/phone/wallet/"
    form = mine.get("/phone/wallet/top-up/").context["form"]
    pressed = {"amount": "12.34", "once": form.initial["once"]}
    assert [mine.post("/phone/wallet/top-up/", pressed).url for _twice in "12"] == ["/phone/wallet/"] * 2

    page = mine.get("/phone/wallet/").content.decode()
    assert "¥1,012.34" in page
    assert "+12.34" in page
    assert page.count("Top-up") == 1
    assert "Play money to begin with" in page


@pytest.mark.parametrize("amount", ["", "0", "-5", "1e9", "NaN", "Infinity", "0.001", "abc", "99999999999999", "1\0"])
def test_the_form_refuses_what_is_no_sum_beside_its_field(amount):
    ada = with_wallet("ada")

    answer = phone(None, ada).post("/phone/wallet/top-up/", {"amount": amount})

    assert (answer.status_code, bool(answer.context["form"].errors["amount"])) == (200, True)
    assert balance_of(ada.wallet.account) == OPENING


def test_the_password_page_changes_it_and_says_what_is_wrong():
    mine = phone(None, with_wallet("ada"))
    path = "/phone/wallet/password/"

    wrong = mine.post(path, {"old": WRONG, "password": "112233", "again": "112233"})
    right = mine.post(path, {"old": PASSWORD, "password": "112233", "again": "112233"})

    assert "You can try 4 more times" in wrong.content.decode()
    assert PASSWORD not in wrong.content.decode()
    assert right.url == "/phone/wallet/"


def test_without_a_wallet_its_pages_lead_to_opening_it(ada):
    mine = phone(None, ada)

    assert mine.get("/phone/wallet/top-up/").url == mine.get("/phone/wallet/password/").url == "/phone/wallet/"


def test_a_longer_statement_asks_no_more_of_the_database(django_assert_num_queries):
    ada = with_wallet("ada")
    mine = phone(None, ada)
    mine.get("/phone/wallet/")
    with CaptureQueriesContext(connection) as short:
        mine.get("/phone/wallet/")
    for i in range(3):
        top_up(ada, 100 + i)

    with django_assert_num_queries(len(short)):
        mine.get("/phone/wallet/")


def test_long_statements_come_in_pages():
    ada = with_wallet("ada")
    mine = phone(None, ada)
    for i in range(25):
        top_up(ada, 100 + i)

    first = mine.get("/phone/wallet/").content.decode()

    assert "Page 1 of 2" in first
    assert "Play money to begin with" in mine.get("/phone/wallet/?page=2").content.decode()
    assert Posting.objects.count() == 26
