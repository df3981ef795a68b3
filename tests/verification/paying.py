"""Orders to pay and wallets to pay them from, for the tests of money."""

import pytest

from accounts.models import WeChatPerson
from platform_site.simulation import stories
from verification.actions import fees
from verification.actions.payments import open_order
from verification.actions.wallets import open_wallet
from verification.models import LedgerAccount, PaymentOrder, Posting, Wallet

PASSWORD = "246810"
FEE = 300_00


@pytest.fixture
def charged(monkeypatch) -> list[tuple[str, str]]:
    """A purpose "test" from which nothing follows but a line in this list: (subject, who paid)."""
    lines: list[tuple[str, str]] = []
    monkeypatch.setitem(fees.ON_PAID, "test", lambda order, by: lines.append((order.subject, by.actor_name)))
    return lines


def an_order(mini_program=None, *, subject: str = "test.thing:1", amount_fen: int = FEE) -> PaymentOrder:
    """An order of the purpose "test" (see `charged`)."""
    mini_program = mini_program or stories.completed()
    return open_order(
        purpose="test",
        subject=subject,
        amount_fen=amount_fen,
        mini_program=mini_program,
        user=mini_program.user,
        payer_name="Harbour Tea Co., Ltd.",
        by=stories.administrator_of(mini_program),
    )


def with_wallet(key: str) -> WeChatPerson:
    """Somebody of the cast who has opened a wallet."""
    person = stories.person(key)
    if not Wallet.objects.filter(person=person).exists():
        open_wallet(person, PASSWORD, PASSWORD)
    return person


def sum_of_all_balances() -> int:
    """Nothing, or money was lost or made."""
    from verification.actions.ledger import balance_of

    assert not Posting.objects.filter(amount_fen__lte=0).exists()
    return sum(balance_of(account) for account in LedgerAccount.objects.all())
