"""The first card of the publishing flow of an organisation: how far its identity is proven, and what is next."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from entities.models import Entity, EntityType, Standing, VerificationMethod
from platform_site.home.tasks import State, Task
from platform_site.kernel.rulebook import RULES
from verification.lifecycle import VerificationStatus
from verification.models import Verification
from verification.queries import open_verification_of


def identity_task(mini_program: MiniProgram, *, you: str) -> Task | None:
    """What the entity has to do to prove itself; None for individuals, whom the administrator's scan has proven."""
    entity: Entity = mini_program.entity
    if entity.type == EntityType.INDIVIDUAL:
        return None
    standing: Standing = mini_program.standing
    if entity.method == VerificationMethod.REMITTANCE and not standing.is_verified:
        return _remittance(mini_program, standing, you)
    return _verification(mini_program, standing, you)


def _remittance(mini_program: MiniProgram, standing: Standing, you: str) -> Task:
    href = reverse("verification:remittance", args=[mini_program.appid])
    if standing.is_proven:
        text, more = _("The remittance has proven who the entity is."), _("WeChat Verification")
        details = reverse("verification:details", args=[mini_program.appid])  # if it likes, for what asks for it
        return Task(State.DONE, text, _("Proven"), action=more, href=details)
    date = _day(mini_program.remittance.expires_at)
    text = _("Remit the small amount from the corporate account. Without it the registration fails on %(date)s.")
    return Task(
        State.NEXT,
        text % {"date": date},
        _("Waiting for the remittance"),
        you,
        action=_("Go to the remittance"),
        href=href,
    )


def _verification(mini_program: MiniProgram, standing: Standing, you: str) -> Task:
    href = reverse("verification:details", args=[mini_program.appid])
    if standing.is_verified and standing.verified_until is not None:
        text = _("The entity is verified until %(date)s.") % {"date": _day(standing.verified_until)}
        return Task(State.DONE, text, _("Verified"), action=_("View details"), href=href)
    if (application := open_verification_of(mini_program)) is not None:
        return _application(application, you, href)
    if standing.is_proven:
        text = _("The WeChat Verification has expired: what asks for it is closed until it is renewed.")
        return Task(State.NEXT, text, _("Expired"), you, action=_("Renew the verification"), href=href)
    if mini_program.entity.type == EntityType.GOVERNMENT:
        text = _("Government proves who it is by WeChat Verification, free of charge.")
    else:
        text = _("Prove who the entity is by WeChat Verification. Its fee is %(fee)s yuan.") % {"fee": _fee()}
    return Task(State.NEXT, text, _("Not verified"), you, action=_("Start verification"), href=href)


def _application(application: Verification, you: str, href: str) -> Task:
    label = str(VerificationStatus(application.status).label)
    if application.status == VerificationStatus.UNDER_AUDIT:
        text = _("The audit institution looks at the papers of the WeChat Verification.")
        why = _("The answer is due by %(date)s.") % {"date": _day(application.due_at)} if application.due_at else ""
        return Task(State.WAITING, text, label, _("The audit institution"), why, _("View"), href)
    if application.status == VerificationStatus.REFILL and application.refill_due_at:
        text = _("The papers were sent back. Refill them by %(date)s.") % {"date": _day(application.refill_due_at)}
    elif application.status == VerificationStatus.AWAITING_PAYMENT:
        text = _("The WeChat Verification is filled in. Pay the fee to have it audited.")
    else:
        text = _("The application for WeChat Verification has been begun.")
    return Task(State.NEXT, text, label, you, action=_("Continue the verification"), href=href)


def _fee() -> str:
    return f"{RULES.verification.fee_fen / 100:.0f}"


def _day(time: datetime) -> str:
    return date_format(localtime(time), "Y-m-d")
