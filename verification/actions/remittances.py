"""The remittance of a company: opened with the registration, paid by the right transfer, expired after ten days."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import number_digest
from accounts.models import MiniProgram
from entities.actions.standing import fail_registration
from entities.organisations import name_digest
from entities.wording import tidy
from platform_site.kernel.chance import below
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, LostRace, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification.banks import BANKS, CITIES
from verification.lifecycle import EXPIRE_REMITTANCE, RemittanceStatus
from verification.models import Remittance

REMINDERS_MOST = 500  # in one sweep
FIRST, LAST = 1, 2  # Remittance.reminded_of


@dataclass(frozen=True)
class CorporateAccount:
    """The bank account from which the company will remit, as typed at registration (console.md §1.6.3).

    `bank` is a code of verification/banks.py, `province` and `city` are of its list.
    """

    holder: str
    number: str
    bank: str
    province: str
    city: str


def check_corporate_account(account: CorporateAccount, *, entity_name: str) -> CorporateAccount:
    """The account in its tidy form; Refused (field "holder", "account", "bank", "province" or "city")."""
    holder, number = tidy(account.holder), re.sub(r"[ -]", "", account.number)
    if not holder:
        raise Refused(_("Enter the account holder."), code="holder_missing", field="holder")
    if name_digest(holder) != name_digest(entity_name):
        raise Refused(
            _("The account holder differs from the entity: it must be the company's own account."),
            code="13001",
            field="holder",
        )
    _check_account_number(number)
    if account.bank not in BANKS:
        raise Refused(_("Choose the bank."), code="bank_unknown", field="bank")
    if account.province not in CITIES:
        raise Refused(_("Choose the province."), code="province_unknown", field="province")
    if account.city not in CITIES[account.province]:
        raise Refused(_("Choose the city."), code="city_unknown", field="city")
    return replace(account, holder=holder, number=number)


def _check_account_number(number: str) -> None:
    rules = RULES.remittance
    if not number:
        raise Refused(_("Enter the account number."), code="13002", field="account")
    if not (number.isascii() and number.isdigit()):
        raise Refused(_("An account number has digits only."), code="13002", field="account")
    if not rules.account_digits_min <= len(number) <= rules.account_digits_max:
        raise Refused(
            _("An account number has %(least)d to %(most)d digits.")
            % {"least": rules.account_digits_min, "most": rules.account_digits_max},
            code="13002",
            field="account",
        )


@transaction.atomic
def open_remittance(
    mini_program: MiniProgram, *, account: CorporateAccount, expires_at: datetime, by: Actor
) -> Remittance:
    """Say what the company has to remit: a random small amount with a remark of its own, until `expires_at`.

    `account` has passed `check_corporate_account`. One remittance per entity is open at a time.
    """
    rules, entity = RULES.remittance, mini_program.entity
    if Remittance.objects.filter(entity_digest=entity.number_digest, status="open", expires_at__gt=now()).exists():
        raise _another_is_open()
    try:
        with transaction.atomic():
            remittance = Remittance.objects.create(
                mini_program=mini_program,
                entity_digest=entity.number_digest,
                holder=account.holder,
                account=account.number,
                account_digest=number_digest(account.number),
                bank=account.bank,
                province=account.province,
                city=account.city,
                amount_fen=rules.amount_fen_min + below(rules.amount_fen_max - rules.amount_fen_min + 1),
                remark=_free_remark(),
                opened_at=now(),
                expires_at=expires_at,
            )
    except IntegrityError:
        raise _another_is_open() from None
    record("verification.remittance.opened", remittance, by=by, to_state=remittance.status)
    return remittance


def _another_is_open() -> Refused:
    return Refused(
        _("Another account of this entity waits for its remittance: finish that one first."),
        code="13010",
        field="number",
    )


def _free_remark() -> str:
    """Digits that no other remittance has."""
    digits = RULES.remittance.remark_digits
    while Remittance.objects.filter(remark=(remark := f"{below(10**digits):0{digits}d}")).exists():
        pass
    return remark


def expire_if_due(remittance: Remittance) -> bool:
    """Let the deadline fire if it has passed, and the registration fail with it; true once, whoever comes first.

    At the second of the deadline itself it is late. It may be called again, also after a sweep that expired many.
    Source: seed.md "Please complete the remittance within 10 days, otherwise registration will fail".
    """
    if remittance.status == RemittanceStatus.OPEN and remittance.expires_at <= now():
        try:
            with transaction.atomic():
                advance(remittance, EXPIRE_REMITTANCE, by=SYSTEM)
                fail_unproven(remittance)
        except LostRace:
            remittance.refresh_from_db()
        else:
            return True
    if remittance.status == RemittanceStatus.EXPIRED:
        fail_unproven(remittance)
    return False


def fail_unproven(remittance: Remittance) -> bool:
    """The remittance has expired: so the registration fails; false if it has failed before."""
    reason = str(RemittanceStatus.EXPIRED.label)
    return fail_registration(remittance.mini_program, by=SYSTEM, reason=reason)


def remind_of_remittances(*, most: int = REMINDERS_MOST) -> int:
    """Sweep: say that a remittance is due in three days, and in one; each once, of two that are due the last only."""
    rules, at = RULES.remittance, now()
    waiting = Remittance.objects.filter(status=RemittanceStatus.OPEN, expires_at__gt=at)
    last = waiting.filter(reminded_of__in=range(LAST), expires_at__lte=at + timedelta(days=rules.last_reminder_days))
    first = waiting.filter(reminded_of__in=range(FIRST), expires_at__lte=at + timedelta(days=rules.first_reminder_days))
    reminded = 0
    for due, which in ((last, LAST), (first, FIRST)):
        for remittance in due.select_related("mini_program").order_by("expires_at")[: most - reminded]:
            reminded += _remind(remittance, which)
    return reminded


@transaction.atomic
def _remind(remittance: Remittance, which: int) -> bool:
    """Compare and set: of two sweeps at once one reminds."""
    still = Remittance.objects.filter(pk=remittance.pk, status=RemittanceStatus.OPEN, reminded_of__lt=which)
    if not still.update(reminded_of=which):
        return False
    until = timezone.localtime(remittance.expires_at).strftime("%Y-%m-%d %H:%M")
    record("verification.remittance.due_soon", remittance, by=SYSTEM, data={"date": until, "reminder": which})
    return True
