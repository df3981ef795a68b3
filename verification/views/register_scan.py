"""The door of step 3, and the administrator's scan that its page shows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.adapter import home_of
from accounts.identity import identity_digest
from accounts.lifecycle import LIVE_TICKET, AccountStatus, TicketStatus
from accounts.models import ScanTicket
from accounts.purposes import ScanPurpose
from accounts.scanning import show_ticket, waiting_for
from entities.forms.registration import InformationForm
from entities.wording import masked_name, masked_number

View = Callable[..., HttpResponse]
SECRETS = ("name", "id_number", "phone", "sms_code", "number", "holder", "account", "account_again")


def registering(view: View) -> View:
    """The door of step 3: an activated account that has no Mini Program. Others go to where they belong."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
        if user.status == AccountStatus.AWAITING_ACTIVATION:
            return redirect("accounts:register_mail")
        if user.is_staff or user.status != AccountStatus.ACTIVATED:
            return leave(request, home_of(user))
        return view(request, *args, **kwargs)

    return sensitive_post_parameters(*SECRETS)(never_cache(behind))


def leave(request: Any, path: str) -> HttpResponse:
    """Go to another page, from an htmx request too."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": path})
    return redirect(path)


def ticket_of(request: HttpRequest) -> ScanTicket | None:
    """The scan that the page shows, if it is this browser's."""
    number = request.POST.get("ticket", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    found = waiting_for(request, int(number))
    return found[0] if found and found[0].purpose == ScanPurpose.IDENTITY_CONFIRM else None


def scan_problem(form: InformationForm, ticket: ScanTicket | None) -> str:
    """What is wrong with the administrator's scan, in words; "" also while the ID fields are to be mended first."""
    if "name" not in form.cleaned_data or "id_number" not in form.cleaned_data:
        return ""
    if ticket is None:
        return _("The administrator has not scanned yet.")
    if ticket.identity_digest != _digest(form.cleaned_data):
        return _("The ID information was changed after the QR code had been shown. Scan the new one.")
    if ticket.status == TicketStatus.EXPIRED:
        return _("The scan has expired. Scan the new QR code.")
    if ticket.status == TicketStatus.REFUSED:
        return _("The scan was refused on the phone. Scan the new QR code.")
    if ticket.status != TicketStatus.CONFIRMED:
        return _("The administrator has not confirmed on the phone yet.")
    return ""


def _digest(given: dict[str, Any]) -> str:
    return identity_digest(given["name"], given["id_number"])


def shown(request: HttpRequest, given: dict[str, Any], ticket: ScanTicket | None) -> ScanTicket:
    """The ticket for this name and ID: the one that is there if it still serves, else a new one."""
    digest = _digest(given)
    if ticket is not None and ticket.identity_digest == digest and ticket.status in LIVE_TICKET:
        return ticket
    return show_ticket(
        request,
        ScanPurpose.IDENTITY_CONFIRM,
        then=reverse("verification:register_information"),
        facts={
            "person": f"{masked_name(given['name'])}, {masked_number(given['id_number'])}",
            "account": request.user.email,  # type: ignore[union-attr]
            "consequence": _("You become the administrator of a new Mini Program. Its entity can't be changed."),
        },
        identity_digest=digest,
    )


def sms_purpose(request: HttpRequest) -> str:
    """A code is for this account's registration: the wrong tries of another account can't spoil it."""
    return f"registration:{request.user.pk}"
