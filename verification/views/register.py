"""Registration, step 3: who stands behind the Mini Program, and the administrator's ID, phone and scan."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.account_types import REGISTRATION_STEPS
from accounts.actions.messages import check_sms_code, use_up_sms_code
from accounts.door import PERSON_KEY
from accounts.lifecycle import AccountStatus
from accounts.models import ScanTicket
from accounts.purposes import ScanPurpose
from accounts.scanning import Scan, scan_confirmed
from entities.actions.drafts import REGISTRATION_DRAFT, save_draft, worth_keeping
from entities.actions.registration import Administrator, complete_individual_registration
from entities.forms.registration import InformationForm
from entities.models import EntityType, VerificationMethod
from entities.queries import draft_of
from entities.scopes import SCOPES
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.actions.registration import register_organisation
from verification.forms.registration import CorporateAccountForm
from verification.views.register_scan import leave, registering, scan_problem, shown, sms_purpose, ticket_of


@dataclass
class Typed:
    """What stands in the page: its two forms, the scan that it shows, and what is wrong with that."""

    form: InformationForm
    account: CorporateAccountForm
    ticket: ScanTicket | None = None
    problem: str = ""

    @property
    def remits(self) -> bool:
        """Whether the corporate account is asked for."""
        return self.account.is_bound

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors or self.problem or (self.remits and self.account.errors))

    def refuse(self, refusal: Refused) -> None:
        """The refusal of the action, beside the field that it names."""
        for form in (self.form, self.account):
            if refusal.field in form.fields and form.is_bound:
                form.add_error(refusal.field, refusal.message)
                return
        self.problem = refusal.message


@registering
def register_information(request: Any) -> HttpResponse:
    """Information registration: fill in, look at it once more in a dialog, confirm."""
    if request.method != "POST":
        return _page(request, _kept(request))
    typed = _posted(request)
    if not typed.is_wrong and "confirm" in request.POST:
        try:
            _complete(request, typed)
            return leave(request, _after(request))
        except Refused as refusal:
            typed.refuse(refusal)
    if typed.is_wrong and _is_registered_meanwhile(request):
        return leave(request, _after(request))
    return _page(request, typed, to_confirm=not typed.is_wrong)


def _kept(request: Any) -> Typed:
    """The page as it was left: what was typed comes from the draft, but for codes and scans."""
    kept = {"entity_type": EntityType.INDIVIDUAL, "country": "CN"} | draft_of(request.user, REGISTRATION_DRAFT)
    return Typed(InformationForm(initial=kept, request=request), CorporateAccountForm(initial=kept))


def _posted(request: Any) -> Typed:
    """The page as it was sent, with everything that is wrong with it; it is kept as a draft, too."""
    form = InformationForm(request.POST, request.FILES, request=request)
    form.is_valid()
    if form.cleaned_data.get("method") == VerificationMethod.REMITTANCE:
        account = CorporateAccountForm(request.POST, entity_name=form.cleaned_data.get("entity_name", ""))
    else:
        account = CorporateAccountForm(initial=request.POST.dict())
    with suppress(Refused):  # too much of it to be kept: the fields say so themselves
        papers = {"papers": [paper.pk for paper in form.fields["papers"].shown]}  # type: ignore[attr-defined]
        save_draft(request.user, REGISTRATION_DRAFT, worth_keeping(request.POST.lists()) | papers)
    ticket = ticket_of(request)
    _check_sms(request, form)
    return Typed(form, account, ticket, scan_problem(form, ticket))


def _after(request: Any) -> str:
    """Where a registration leads: to the remittance, or to the page that says what is next."""
    remits = request.user.mini_program.entity.method == VerificationMethod.REMITTANCE
    return reverse("verification:register_remittance" if remits else "verification:register_complete")


def _is_registered_meanwhile(request: Any) -> bool:
    """Whether the other tab, or the first of two presses, was faster."""
    request.user.refresh_from_db()
    return bool(request.user.status == AccountStatus.REGISTERED)


def _check_sms(request: HttpRequest, form: InformationForm) -> None:
    """Whether the code is the one this phone got, without using it up; wrong ones are counted."""
    given = form.cleaned_data
    if "phone" not in given or "sms_code" not in given:
        return
    try:
        check_sms_code(phone=given["phone"], purpose=sms_purpose(request), code=given["sms_code"], use_up=False)
    except Refused as refusal:
        form.add_error("sms_code", refusal.message)


def _complete(request: Any, typed: Typed) -> None:
    given = typed.form.cleaned_data
    with scan_confirmed(request, ScanPurpose.IDENTITY_CONFIRM) as scan:
        use_up_sms_code(phone=given["phone"], purpose=sms_purpose(request), code=given["sms_code"])
        who = Administrator(scan.person, given["name"], given["id_number"], given["phone"])
        if given["entity_type"] == EntityType.INDIVIDUAL:
            complete_individual_registration(
                request.user,
                person=who.person,
                name=who.name,
                id_number=who.id_number,
                phone=who.phone,
                by=scan.person,
            )
        else:
            register_organisation(
                request.user,
                administrator=who,
                entity=typed.form.organisation,
                account=typed.account.corporate_account if typed.remits else None,
                by=scan.person,
            )
    _step_up(request, scan)


def _step_up(request: Any, scan: Scan) -> None:
    """The account is logged in already; with the scan it is in the console, under a new session id."""
    request.session.cycle_key()
    request.session[PERSON_KEY] = scan.person.pk
    request.user.refresh_from_db()


def _page(request: Any, typed: Typed, *, to_confirm: bool = False) -> HttpResponse:
    form = typed.form
    ticket = typed.ticket
    if form.is_bound and "name" in form.cleaned_data and "id_number" in form.cleaned_data:
        ticket = shown(request, form.cleaned_data, ticket)
    chosen, second = form["entity_type"].value() or "", form["company_type"].value() or ""
    context = {
        "form": form,
        "account": typed.account,
        "steps": REGISTRATION_STEPS,
        "scopes": SCOPES,
        "limits": RULES.account,
        "chosen": EntityType.CORPORATE if chosen == EntityType.INDIVIDUAL_BUSINESS else chosen,
        "company_chosen": EntityType.INDIVIDUAL_BUSINESS if EntityType.INDIVIDUAL_BUSINESS in (chosen, second) else "",
        "method_chosen": form["method"].value() or "",
        "entity_characters": (RULES.entity.name_bytes_min // 3, RULES.entity.name_bytes_max // 3),
        "ticket": ticket,
        "problem": typed.problem,
        "to_confirm": to_confirm,
    }
    return render(request, "entities/register_information.html", context)
