"""What follows from what: the only wiring between apps. Events to reactions, and the sweeps of deadlines."""

import logging
from collections.abc import Callable

from accounts.actions.tickets import expire_overdue_tickets
from accounts.tasks import send_activation_mail, send_email_change_mail
from developers.actions.nonces import purge_nonces
from developers.tasks import tell_member, tell_uploaded
from entities.actions.expiry import remind_of_expiry
from entities.actions.standing import lapse_overdue_verifications
from entities.tasks import (
    tell_about_category,
    tell_about_verification,
    tell_name_decided,
    tell_profile_completed,
    tell_registration_completed,
    tell_registration_failed,
)
from openplatform.actions.calls import purge_calls
from openplatform.actions.logins import purge_login_codes
from openplatform.actions.qualifications import lapse_overdue_accounts
from openplatform.actions.quotas import purge_quotas
from openplatform.actions.tokens import purge_tokens
from openplatform.tasks import tell_about_binding
from openplatform.token_tasks import end_tokens_of_old_secret
from payments.tasks import mail_merchant_number, stop_or_resume_pay, tell_about_pay, tell_merchant
from platform_site.home.works import lapse_desk_claims
from platform_site.kernel.delivery import Reaction
from releases.actions.next_claim import lapse_overdue_claims
from releases.actions.phases import complete_due_releases
from releases.actions.statistics import count_days
from releases.tasks import tell_about_order, tell_about_release, tell_about_service, tell_published
from verification.actions.audits import time_out_refills
from verification.actions.payments import close_overdue_orders
from verification.actions.remittances import remind_of_remittances
from verification.actions.sweeps import expire_overdue_remittances
from verification.tasks import (
    fail_unremitted_registration,
    give_back_remittance,
    tell_about_application,
    tell_about_remittance,
    tell_paid,
    tell_transfer_returned,
)

log = logging.getLogger(__name__)

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "accounts.account.created": (send_activation_mail,),
    "accounts.account.activation_requested": (send_activation_mail,),
    "accounts.account.email_change_asked": (send_email_change_mail,),
    "entities.category.approved": (tell_about_category,),
    "entities.category.rejected": (tell_about_category,),
    "entities.name.approved": (tell_name_decided,),
    "entities.name.rejected": (tell_name_decided,),
    "entities.profile.completed": (tell_profile_completed,),
    "entities.registration.completed": (tell_registration_completed,),
    "entities.standing.expiring": (tell_about_verification,),
    "entities.standing.failed": (tell_registration_failed,),
    "entities.standing.lapsed": (tell_about_verification, stop_or_resume_pay),
    "entities.standing.renewed": (stop_or_resume_pay,),
    "entities.standing.verified": (stop_or_resume_pay,),
    "accounts.member.bound": (tell_member,),
    "accounts.member.unbound": (tell_member,),
    "developers.build.uploaded": (tell_uploaded,),
    "openplatform.binding.bound": (tell_about_binding,),
    "openplatform.binding.unbound": (tell_about_binding,),
    "developers.secret.reset": (end_tokens_of_old_secret,),
    "payments.payapplication.account_failed": (tell_about_pay,),
    "payments.payapplication.approved": (tell_about_pay,),
    "payments.payapplication.rejected": (tell_about_pay,),
    "payments.merchantlink.accepted": (tell_about_pay,),
    "payments.merchantlink.asked": (tell_merchant,),
    "payments.merchantlink.refused": (tell_about_pay,),
    "payments.merchantlink.resumed": (tell_about_pay,),
    "payments.merchantlink.stopped": (tell_about_pay,),
    "payments.merchant.opened": (tell_about_pay, mail_merchant_number),
    "releases.order.approved": (tell_about_order,),
    "releases.order.asked": (tell_about_order,),
    "releases.order.delayed": (tell_about_order,),
    "releases.order.expedited": (tell_about_order,),
    "releases.order.message_written": (tell_about_order,),
    "releases.order.rejected": (tell_about_order,),
    "releases.order.submitted": (tell_about_order,),
    "releases.order.withdrawn": (tell_about_order,),
    "releases.release.cancelled": (tell_about_release,),
    "releases.release.completed": (tell_about_release,),
    "releases.release.phased": (tell_about_release,),
    "releases.release.published": (tell_published,),
    "releases.release.raised": (tell_about_release,),
    "releases.release.restored": (tell_about_release,),
    "releases.service.closed": (tell_about_service,),
    "releases.service.lifted": (tell_about_service,),
    "releases.service.lifted_closed": (tell_about_service,),
    "releases.service.reopened": (tell_about_service,),
    "releases.service.suspended": (tell_about_service,),
    "verification.application.failed": (tell_about_application,),
    "verification.application.passed": (tell_about_application,),
    "verification.application.sent_back": (tell_about_application,),
    "verification.application.timed_out": (tell_about_application,),
    "verification.payment.paid": (tell_paid,),
    "verification.remittance.due_soon": (tell_about_remittance,),
    "verification.remittance.expired": (fail_unremitted_registration,),
    "verification.remittance.paid": (give_back_remittance, tell_about_remittance),
    "verification.transfer.returned": (tell_transfer_returned,),
}

SWEEPS: dict[str, Callable[[], int]] = {
    "claims": lapse_overdue_claims,
    "desk_claims": lapse_desk_claims,
    "desk_days": count_days,
    "open_accounts": lapse_overdue_accounts,
    "access_tokens": purge_tokens,
    "api_calls": purge_calls,
    "api_quotas": purge_quotas,
    "login_codes": purge_login_codes,
    "payments": close_overdue_orders,
    "phased_releases": complete_due_releases,
    "refills": time_out_refills,
    "remittances": expire_overdue_remittances,
    "remittance_reminders": remind_of_remittances,
    "verification_reminders": remind_of_expiry,
    "lapsed_verifications": lapse_overdue_verifications,
    "tickets": expire_overdue_tickets,
    "upload_nonces": purge_nonces,
}


def sweep_deadlines() -> dict[str, int]:
    """Run every sweep once; {name: how many deadlines fired}. One that fails keeps none from running."""
    return {name: _fired(name) for name in SWEEPS}


def _fired(name: str) -> int:
    try:
        return SWEEPS[name]()
    except Exception:
        log.exception("the sweep of %s failed; it comes by again", name)
        return 0
