"""The simulated bank: transfers that somebody might send for a remittance, right ones and wrong ones; its books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification.actions.transfers import receive_transfer
from verification.banks import RECEIVER
from verification.lifecycle import RemittanceStatus
from verification.models import AccountKind, LedgerAccount, Posting, Remittance, Transfer

Parts = dict[str, Any]


@dataclass(frozen=True)
class Ready:
    """A ready-made transfer: its button, and what of the right one it changes; `times` how often it is sent."""

    label: str | Promise
    change: Callable[[Remittance], Parts]
    times: int = 1


READY: dict[str, Ready] = {
    "right": Ready(_("Right"), lambda remittance: {}),
    "amount": Ready(_("Wrong amount"), lambda remittance: {"amount_fen": remittance.amount_fen + 1}),
    "holder": Ready(_("Wrong holder"), lambda remittance: {"from_holder": "张冠李戴有限公司"}),
    "account": Ready(_("Wrong account"), lambda remittance: {"from_account": _other(remittance.account)}),
    "no_remark": Ready(_("No remark"), lambda remittance: {"remark": ""}),
    "remark": Ready(_("Wrong remark"), lambda remittance: {"remark": f"0{remittance.remark}"}),  # one digit too long
    "twice": Ready(_("Twice"), lambda remittance: {}, times=2),
}


def _other(number: str) -> str:
    """An account number of the same length that differs in its last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def send(remittance: Remittance, kind: str) -> list[Transfer]:
    """Send a ready-made transfer (a key of READY) for this remittance."""
    ready = READY[kind]
    right: Parts = {
        "from_holder": remittance.holder,
        "from_account": remittance.account,
        "to_account": RECEIVER["number"],
        "amount_fen": remittance.amount_fen,
        "remark": remittance.remark,
    }
    return [receive_transfer(**(right | ready.change(remittance))) for _time in range(ready.times)]


def open_remittances() -> QuerySet[Remittance]:
    """Those that wait for their transfer, the newest first."""
    found = Remittance.objects.filter(status=RemittanceStatus.OPEN)
    return found.select_related("mini_program__profile").order_by("-pk")


def remittance(pk: int) -> Remittance:
    """One remittance in any state, or 404: a bank sends what it is told to."""
    return get_object_or_404(Remittance, pk=pk)


def transfers() -> QuerySet[Transfer]:
    """All that have arrived, newest first."""
    return Transfer.objects.select_related("remittance__mini_program").order_by("-pk")


def accounts() -> QuerySet[LedgerAccount]:
    """Accounts with their balances (`balance`, fen): the platform's first, then the newest."""
    given = Posting.objects.filter(target=OuterRef("pk")).values("target").annotate(sum=Sum("amount_fen"))
    taken = Posting.objects.filter(source=OuterRef("pk")).values("source").annotate(sum=Sum("amount_fen"))
    in_person = Q(kind__in=(AccountKind.BANK, AccountKind.WALLET))
    return (
        LedgerAccount.objects.select_related("person")
        .annotate(
            balance=Coalesce(Subquery(given.values("sum")), 0) - Coalesce(Subquery(taken.values("sum")), 0),
            rank=Case(When(in_person, then=Value(1)), default=Value(0), output_field=IntegerField()),
        )
        .order_by("rank", "-pk")
    )


def postings() -> QuerySet[Posting]:
    """What went from one account to another, newest first."""
    return Posting.objects.select_related("source__person", "target__person").order_by("-pk")


def sum_of_balances() -> int:
    """All that was given less all that was taken, over every account: nothing, always."""
    return int(accounts().aggregate(all=Sum(F("balance")))["all"] or 0)
