"""Merchant numbers and AppIDs: asked for, accepted or refused by the merchant's administrator, ended; stopped while the
Mini Program is not verified, and resumed with it (console.md §13).
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from accounts.permissions import Permission
from payments.actions.applications import check_may_apply
from payments.lifecycle import ACCEPT, END, REFUSE, RESUME, STOP, LinkStatus
from payments.models import MerchantLink
from payments.queries import merchant_with
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, NotAllowed, Refused, advance
from platform_site.kernel.models import record

ASKED = "payments.merchantlink.asked"


@transaction.atomic
def ask(mini_program: MiniProgram, *, mchid: str, by: Member) -> MerchantLink:
    """Ask to be linked to a merchant number of the same entity; its own merchant needs nobody's yes.

    Refused (field "mchid"): "merchant_unknown" (none of this entity, whoever else may have it), "link_exists".
    """
    check_may_apply(mini_program, by)
    merchant = merchant_with(mchid.strip())
    if merchant is None or merchant.entity_digest != mini_program.entity.number_digest:
        words = _("Your entity has no merchant number like this.")
        raise Refused(words, code="merchant_unknown", field="mchid")
    try:
        with transaction.atomic():
            link = MerchantLink.objects.create(
                merchant=merchant, mini_program=mini_program, asked_by=by.person, asked_at=now()
            )
    except IntegrityError:
        words = _("This merchant number is bound already, or waits for its administrator.")
        raise Refused(words, code="link_exists", field="mchid") from None
    record(ASKED, link, by=by, to_state=link.status, data={"mchid": merchant.mchid})
    if merchant.mini_program_id == mini_program.pk:
        advance(link, ACCEPT, by=by, answered_at=now(), data={"mchid": merchant.mchid})
    return link


@transaction.atomic
def answer(link: MerchantLink, *, by: Member, accepts: bool) -> None:
    """The administrator of the Mini Program that opened the merchant number says yes or no."""
    row = _locked(link)
    if by.mini_program_id != row.merchant.mini_program_id or not by.may(Permission.PAY_APPLY, row.merchant):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    advance(row, ACCEPT if accepts else REFUSE, by=by, answered_at=now(), data={"mchid": row.merchant.mchid})
    if accepts and not row.mini_program.standing.is_verified:
        advance(row, STOP, by=SYSTEM, data={"mchid": row.merchant.mchid})


@transaction.atomic
def end(link: MerchantLink, *, by: Member) -> None:
    """Unbind, by either side."""
    row = _locked(link)
    sides = (row.mini_program_id, row.merchant.mini_program_id)
    if by.mini_program_id not in sides or not by.may(Permission.PAY_APPLY, by.mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    advance(row, END, by=by, data={"mchid": row.merchant.mchid})


@transaction.atomic
def follow_verification(mini_program: MiniProgram) -> int:
    """Stop what works without a verification, resume what was stopped once there is one; how many changed.

    It may be called again, by any worker, at any time.
    """
    rows = MerchantLink.objects.select_for_update(of=("self",)).select_related("merchant", "mini_program__standing")
    changed = 0
    for link in rows.filter(mini_program=mini_program, status__in=[LinkStatus.ACTIVE, LinkStatus.STOPPED]):
        verified = link.mini_program.standing.is_verified
        if verified == (link.status == LinkStatus.ACTIVE):
            continue
        advance(link, RESUME if verified else STOP, by=SYSTEM, data={"mchid": link.merchant.mchid})
        changed += 1
    return changed


def _locked(link: MerchantLink) -> MerchantLink:
    rows = MerchantLink.objects.select_for_update(of=("self",)).select_related(
        "merchant__mini_program", "mini_program__standing"
    )
    return rows.get(pk=link.pk)
