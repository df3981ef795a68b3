"""The ledger: each posting once, never out of nothing, never to itself; all balances sum to zero."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Standing
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.reactions import sweep_deadlines
from platform_site.simulation import bank, stories
from tests.concurrency import successes, together
from verification.actions.ledger import (
    balance_of,
    bank_account,
    fees_account,
    outside_account,
    post,
    receiving_account,
    wallet_account,
)
from verification.lifecycle import RemittanceStatus, TransferStatus
from verification.models import LedgerAccount, Posting, Remittance, Transfer

pytestmark = pytest.mark.django_db


def sum_of_all() -> int:
    return sum(balance_of(account) for account in LedgerAccount.objects.all())


def test_a_posting_takes_from_one_and_gives_to_the_other(ada):
    wallet = wallet_account(ada)
    post("opening:1", source=outside_account(), target=wallet, amount_fen=100_000, memo="opening")
    post("payment:1", source=wallet, target=fees_account(), amount_fen=30_000, memo="fee")

    assert [balance_of(a) for a in (outside_account(), wallet, fees_account())] == [-100_000, 70_000, 30_000]
    assert sum_of_all() == 0


def test_the_same_posting_again_is_the_first_one(ada):
    first = post("top-up:7", source=outside_account(), target=wallet_account(ada), amount_fen=5, memo="top_up")
    again = post("top-up:7", source=outside_account(), target=wallet_account(ada), amount_fen=5, memo="top_up")

    assert first == again
    assert balance_of(wallet_account(ada)) == 5


def test_another_posting_under_the_same_key_is_an_error(ada):
    wallet, outside = wallet_account(ada), outside_account()
    post("k", source=outside, target=wallet, amount_fen=5, memo="top_up")

    for source, target, amount in ((outside, wallet, 6), (wallet, outside, 5), (outside, fees_account(), 5)):
        with pytest.raises(ValueError, match="another posting"):
            post("k", source=source, target=target, amount_fen=amount, memo="top_up")
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -1, 1.5, "1", True, None])
def test_a_posting_moves_a_whole_number_of_fen(amount):
    with pytest.raises(ValueError, match="whole number"):
        post("k", source=outside_account(), target=fees_account(), amount_fen=amount, memo="")


def test_a_posting_has_two_sides():
    with pytest.raises(ValueError, match="two sides"):
        post("k", source=outside_account(), target=outside_account(), amount_fen=1, memo="")


def test_a_wallet_does_not_go_below_nothing(ada):
    wallet = wallet_account(ada)
    post("opening", source=outside_account(), target=wallet, amount_fen=10, memo="opening")

    with pytest.raises(Refused) as refused:
        post("payment:1", source=wallet, target=fees_account(), amount_fen=11, memo="fee")

    assert refused.value.code == "balance_short"
    assert balance_of(wallet) == 10


def test_each_account_is_there_once(ada):
    assert bank_account("Harbour Ltd", "6201") == bank_account("Somebody else", "6201")
    assert bank_account("Harbour Ltd", "6202") != bank_account("Harbour Ltd", "6201")
    assert receiving_account() == receiving_account()
    assert wallet_account(ada) == wallet_account(ada) != wallet_account(stories.person("eve"))
    assert bank_account("Somebody else", "6201").holder == "Harbour Ltd"


def test_numbers_and_holders_are_encrypted_at_rest():
    bank_account("Harbour Ltd", "6201555566667777")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM verification_ledgeraccount")
        rows = str(cursor.fetchall())
    assert "Harbour" not in rows
    assert "6201555566667777" not in rows


@pytest.mark.django_db(transaction=True)
def test_a_wallet_that_has_enough_for_two_pays_two_of_six_at_once(ada):
    wallet, fees = wallet_account(ada), fees_account()
    post("opening", source=outside_account(), target=wallet, amount_fen=25, memo="opening")

    outcomes = together(6, lambda i: post(f"payment:{i}", source=wallet, target=fees, amount_fen=10, memo="fee"))

    assert len(successes(outcomes)) == 2
    assert {o.code for o in outcomes if isinstance(o, Exception)} == {"balance_short"}
    assert (balance_of(wallet), balance_of(fees), sum_of_all()) == (5, 20, 0)


@pytest.mark.django_db(transaction=True)
def test_one_payment_pressed_six_times_at_once_is_posted_once(ada):
    wallet, fees = wallet_account(ada), fees_account()
    post("opening", source=outside_account(), target=wallet, amount_fen=100, memo="opening")

    outcomes = together(6, lambda _i: post("payment:1", source=wallet, target=fees, amount_fen=30, memo="fee").pk)

    assert len(set(outcomes)) == 1
    assert (balance_of(wallet), balance_of(fees)) == (70, 30)


@pytest.mark.django_db(transaction=True)
def test_accounts_that_six_open_at_once_are_one_each(ada):
    together(6, lambda _i: (receiving_account(), bank_account("Harbour Ltd", "6201"), wallet_account(ada)))

    assert LedgerAccount.objects.count() == 3


# --- whatever happens ----------------------------------------------------------------------------------------------

ACTS = st.one_of(
    st.tuples(st.just("transfer"), st.integers(0, 1), st.sampled_from(sorted(bank.READY))),
    st.tuples(st.just("stray"), st.integers(1, 10**9), st.sampled_from(["", "12345678", "thanks"])),
    st.tuples(st.just("days"), st.integers(1, 6), st.none()),
    st.tuples(st.sampled_from(["deliver", "sweep"]), st.none(), st.none()),
    st.tuples(st.sampled_from(["top_up", "pay", "pay_back"]), st.integers(1, 500), st.integers(1, 4)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14))
def test_whatever_happens_the_books_balance_and_each_transfer_is_settled_once_or_held(two_companies, deliver, acts):
    with transaction.atomic():
        for act in acts:
            _happen(*act, deliver)
            _check_the_books()
        transaction.set_rollback(True)
    clock.forget()


@pytest.fixture
def two_companies(ada, deliver):
    stories.organisation()
    stories.organisation(number=stories.credit_code(90), account="6222000000000054321")
    deliver()


def _happen(what, one, other, deliver):
    if what == "transfer":
        bank.send(Remittance.objects.order_by("pk")[one], other)
    elif what == "stray":
        company = Remittance.objects.earliest("pk").mini_program
        stories.transferred(company, from_account="99887766", amount_fen=one, remark=other)
    elif what == "days":
        clock.move_forward(one * 86_400)
    elif what == "deliver":
        deliver()
    elif what == "sweep":
        sweep_deadlines()
    else:
        _move_money(what, one, other)


def _move_money(what, amount, number):
    wallet, outside, fees = wallet_account(stories.person("ada")), outside_account(), fees_account()
    legs = {"top_up": (outside, wallet), "pay": (wallet, fees), "pay_back": (fees, wallet)}[what]
    with suppress(Refused, ValueError):  # too little money, or the same key for another amount
        post(f"{what}:{number}", source=legs[0], target=legs[1], amount_fen=amount, memo=what)


def _check_the_books():
    assert sum_of_all() == 0 == bank.sum_of_balances()
    assert balance_of(wallet_account(stories.person("ada"))) >= 0
    held = Transfer.objects.filter(status=TransferStatus.ACCEPTED)
    assert balance_of(receiving_account()) == sum(transfer.amount_fen for transfer in held)
    for transfer in Transfer.objects.all():
        posted = Posting.objects.filter(key__in=[f"transfer:{transfer.pk}:in", f"transfer:{transfer.pk}:back"])
        ways = 2 if transfer.status == TransferStatus.RETURNED else 1
        assert [row.amount_fen for row in posted] == [transfer.amount_fen] * ways
        assert transfer.status != TransferStatus.RECEIVED
    for remittance in Remittance.objects.all():
        right = remittance.transfers.filter(outcome="right").count()
        assert right == (remittance.status == RemittanceStatus.PAID)
        assert (Standing.objects.get(mini_program=remittance.mini_program).status == "proven") == right
