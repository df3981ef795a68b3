"""The simulated bank: people send transfers to the platform's receiving account here, and see its books."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.door import StaffRequest, staff_only
from accounts.limits import spend
from accounts.permissions import Permission
from payments.queries import accounts_to_check
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import bank as books
from platform_site.simulation.forms import TransferForm
from platform_site.simulation.paging import page_of
from verification.banks import RECEIVER, RECEIVER_BANK, RECEIVER_HOLDER
from verification.models import Transfer, TransferOutcome

CHECKS_SHOWN = 50
RECEIVING = {"number": RECEIVER["number"], "holder": RECEIVER_HOLDER, "bank": RECEIVER_BANK}


@require_http_methods(["GET", "POST"])
@staff_only(Permission.WORLD_STEER)
def bank(request: StaffRequest) -> HttpResponse:
    """Open remittances with their ready-made transfers, and a form for any other one."""
    form = TransferForm(request.POST or None, initial={"to_account": RECEIVER["number"]})
    if request.method == "POST" and form.is_valid():
        try:
            _spend(request)
            transfers = form.send()
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            _say(request, transfers)
            return redirect("sim:bank")
    facts = {"form": form, "page": page_of(request, books.open_remittances()), "ready": books.READY, "now": now()}
    facts["checks"] = accounts_to_check()[:CHECKS_SHOWN]
    return render(request, "simulation/bank.html", facts | {"receiving": RECEIVING})


@require_POST
@staff_only(Permission.WORLD_STEER)
def bank_send(request: StaffRequest, pk: int) -> HttpResponse:
    """Send one of the ready-made transfers for a remittance."""
    remittance = books.remittance(pk)
    if (kind := request.POST.get("kind", "")) not in books.READY:
        raise Http404
    _spend(request)
    _say(request, books.send(remittance, kind))
    return redirect("sim:bank")


@require_GET
@staff_only(Permission.WORLD_STEER)
def bank_transfers(request: StaffRequest) -> HttpResponse:
    """All transfers with what came of them."""
    return render(request, "simulation/bank_transfers.html", {"page": page_of(request, books.transfers())})


@require_GET
@staff_only(Permission.WORLD_STEER)
def bank_ledger(request: StaffRequest) -> HttpResponse:
    """The accounts with their balances, and every posting between them."""
    by_accounts = "postings" not in request.GET
    rows = page_of(request, books.accounts() if by_accounts else books.postings())
    facts = {"page": rows, "by_accounts": by_accounts, "sum": books.sum_of_balances()}
    return render(request, "simulation/bank_ledger.html", facts)


def _spend(request: StaffRequest) -> None:
    spend(request, "transfer", RULES.rates.transfer, key=f"staff:{request.user.pk}")


def _say(request: StaffRequest, transfers: list[Transfer]) -> None:
    for transfer in transfers:
        if transfer.outcome == TransferOutcome.RIGHT:
            messages.success(request, _("The transfer was accepted: the entity is proven. The money goes back now."))
        else:
            reason = str(TransferOutcome(transfer.outcome).label)
            messages.error(request, _("The transfer was returned: %(reason)s.") % {"reason": reason})
