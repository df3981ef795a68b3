"""The words of service notifications and console notices, of all apps: one page, like the purposes of scans.

A notice is stored as its event with facts and put into words when read, in the reader's language. Every app adds its
events here; `%(fact)s` stands for the facts that it gives to `notify_person` or `notify_program`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role


@dataclass(frozen=True)
class NoticeWords:
    """A title of few words, and a body of one or two sentences."""

    title: str | Promise
    body: str | Promise


NOTICES: dict[str, NoticeWords] = {
    "accounts.member.bound": NoticeWords(
        _("You are a member of a Mini Program"),
        _("%(mini_program)s has bound you as %(role)s."),
    ),
    "accounts.member.unbound": NoticeWords(
        _("You are no longer a member of a Mini Program"),
        _("%(mini_program)s has unbound you. You were %(role)s."),
    ),
    "accounts.ticket.reused": NoticeWords(
        _("A QR code of yours was used again"),
        _("Somebody tried to use a QR code again that you had scanned (%(purpose)s). Nothing was granted to them."),
    ),
    "entities.profile.completed": NoticeWords(
        _("Mini Program information completed"),
        _("%(mini_program)s has its name, avatar, introduction and service categories."),
    ),
    "entities.registration.completed": NoticeWords(
        _("Registration complete"),
        _("You are the administrator of a new Mini Program (AppID %(appid)s). Its home page says what comes next."),
    ),
    "entities.category.approved": NoticeWords(
        _("Service category approved"),
        _("%(mini_program)s may use the category “%(category)s”."),
    ),
    "entities.category.rejected": NoticeWords(
        _("Service category rejected"),
        _("The papers for “%(category)s” of %(mini_program)s were rejected. %(reason)s"),
    ),
    "entities.name.approved": NoticeWords(
        _("Name approved"),
        _("The Mini Program is called %(name)s now."),
    ),
    "entities.name.rejected": NoticeWords(
        _("Name rejected"),
        _("The name “%(name)s” was not approved. %(reason)s"),
    ),
    "entities.standing.expiring": NoticeWords(
        _("WeChat Verification ends soon"),
        _("The verification of %(mini_program)s ends on %(date)s. Renew it in Settings – WeChat Verification."),
    ),
    "entities.standing.lapsed": NoticeWords(
        _("WeChat Verification expired"),
        _("%(mini_program)s is not verified any more. What asks for a verification is closed until it is renewed."),
    ),
    "entities.standing.failed": NoticeWords(
        _("Registration failed"),
        _("The remittance for %(appid)s did not arrive in time. Log in with the e-mail address to start over."),
    ),
    "verification.remittance.due_soon": NoticeWords(
        _("Remit before %(date)s"),
        _("The remittance of %(mini_program)s has not arrived yet. After %(date)s the registration fails."),
    ),
    "verification.remittance.paid": NoticeWords(
        _("Remittance verified"),
        _("The entity of %(mini_program)s is proven. Its name, avatar, introduction and categories can be filled in."),
    ),
    "verification.transfer.returned": NoticeWords(
        _("Transfer returned"),
        _("A transfer for %(mini_program)s was returned: %(reason)s"),
    ),
    "verification.application.sent_back": NoticeWords(
        _("WeChat Verification sent back"),
        _("The papers of %(mini_program)s must be refilled by %(date)s. See the reasons beside the fields."),
    ),
    "verification.application.passed": NoticeWords(
        _("WeChat Verification passed"),
        _("%(mini_program)s is verified until %(date)s."),
    ),
    "verification.application.failed": NoticeWords(
        _("WeChat Verification not passed"),
        _("The verification of %(mini_program)s has failed: %(reason)s The fee is not refunded."),
    ),
    "verification.application.timed_out": NoticeWords(
        _("WeChat Verification not passed"),
        _("The papers of %(mini_program)s were not refilled in time. The fee is not refunded."),
    ),
    "verification.payment.paid": NoticeWords(
        _("Payment made"),
        _("%(amount)s yuan were paid for %(payee)s (order %(number)s)."),
    ),
    "developers.build.uploaded": NoticeWords(
        _("Code uploaded"),
        _("%(person)s has uploaded version %(version)s of %(mini_program)s. It can be submitted for review."),
    ),
    "openplatform.binding.bound": NoticeWords(
        _("Bound to an Open Platform account"),
        _("%(mini_program)s is bound to %(account)s. Its users have a UnionID there."),
    ),
    "openplatform.binding.unbound": NoticeWords(
        _("Unbound from an Open Platform account"),
        _("%(mini_program)s is no longer bound to %(account)s. It gets no UnionID of its users any more."),
    ),
    "payments.payapplication.approved": NoticeWords(
        _("WeChat Pay: verify the account"),
        _("The application of %(mini_program)s passed. A small amount was sent to its settlement account: enter it."),
    ),
    "payments.payapplication.rejected": NoticeWords(
        _("WeChat Pay: to be corrected"), _("The application of %(mini_program)s was rejected. Reason: %(words)s")
    ),
    "payments.payapplication.account_failed": NoticeWords(
        _("WeChat Pay: account not verified"), _("%(mini_program)s: %(words)s")
    ),
    "payments.merchant.opened": NoticeWords(
        _("WeChat Pay opened"), _("%(mini_program)s has the merchant number %(mchid)s.")
    ),
    "payments.merchantlink.asked": NoticeWords(
        _("A merchant number is asked for"),
        _("%(mini_program)s asks to be bound to your merchant number %(mchid)s. Accept or refuse it under WeChat Pay."),
    ),
    "payments.merchantlink.accepted": NoticeWords(
        _("Merchant number bound"), _("%(mini_program)s takes payments with the merchant number %(mchid)s.")
    ),
    "payments.merchantlink.refused": NoticeWords(
        _("Merchant number refused"), _("The administrator of %(mchid)s has refused %(mini_program)s.")
    ),
    "payments.merchantlink.stopped": NoticeWords(
        _("WeChat Pay stopped"),
        _("%(mini_program)s is not verified any more: payments with %(mchid)s stop until it is verified again."),
    ),
    "payments.merchantlink.resumed": NoticeWords(
        _("WeChat Pay works again"), _("%(mini_program)s is verified: it takes payments with %(mchid)s again.")
    ),
    "releases.order.approved": NoticeWords(
        _("Review passed"),
        _("Version %(version)s of %(mini_program)s has passed the review. Press Publish to put it online."),
    ),
    "releases.order.rejected": NoticeWords(
        _("Review not passed"),
        _("Version %(version)s of %(mini_program)s was rejected. %(reasons)s"),
    ),
    "releases.order.submitted": NoticeWords(
        _("Submitted for review"),
        _("Version %(version)s of %(mini_program)s is under review. You will be told the result."),
    ),
    "releases.order.delayed": NoticeWords(
        _("Review delayed"),
        _("The verdict on version %(version)s of %(mini_program)s takes longer: %(words)s"),
    ),
    "releases.order.asked": NoticeWords(
        _("The review team asks you for something"),
        _("Version %(version)s of %(mini_program)s: %(words)s Answer in Development Management; the review waits."),
    ),
    "releases.order.message_written": NoticeWords(
        _("Message of the review team"),
        _("About version %(version)s of %(mini_program)s: %(words)s"),
    ),
    "releases.order.withdrawn": NoticeWords(
        _("Submission withdrawn"),
        _("Version %(version)s of %(mini_program)s is withdrawn from the review. The development version stays."),
    ),
    "releases.order.expedited": NoticeWords(
        _("Submission expedited"),
        _("Version %(version)s of %(mini_program)s is reviewed before the others. You will be told the result."),
    ),
    "releases.release.published": NoticeWords(
        _("Version published"),
        _("Version %(version)s of %(mini_program)s is online. Everybody can find and open it."),
    ),
    "releases.release.phased": NoticeWords(
        _("Released in phases"),
        _("Version %(version)s of %(mini_program)s is online for %(percent)s percent of the users."),
    ),
    "releases.release.raised": NoticeWords(
        _("Phased release raised"),
        _("Version %(version)s of %(mini_program)s is online for %(percent)s percent of the users."),
    ),
    "releases.release.completed": NoticeWords(
        _("Phased release completed"), _("Version %(version)s of %(mini_program)s is online for all users.")
    ),
    "releases.release.cancelled": NoticeWords(
        _("Phased release cancelled"),
        _("Version %(version)s of %(mini_program)s was taken back. All users have the version before it again."),
    ),
    "releases.release.restored": NoticeWords(
        _("Rolled back"), _("Version %(version)s of %(mini_program)s is online again for all users.")
    ),
    "releases.service.closed": NoticeWords(
        _("Service suspended"), _("You have suspended %(mini_program)s: users can't open it until you resume it.")
    ),
    "releases.service.reopened": NoticeWords(_("Service resumed"), _("Users can open %(mini_program)s again.")),
    "releases.service.suspended": NoticeWords(
        _("Service suspended by the platform"), _("Users can't open %(mini_program)s any more. Reason: %(words)s")
    ),
    "releases.service.lifted": NoticeWords(
        _("Suspension lifted"), _("The platform has lifted the suspension of %(mini_program)s.")
    ),
    "releases.service.lifted_closed": NoticeWords(
        _("Suspension lifted"),
        _("The platform has lifted the suspension of %(mini_program)s. Your own stays until you resume the service."),
    ),
}


def in_each_language(words: str | Promise) -> dict[str, str]:
    """A fact that is words of ours, kept in all languages, so that each reader has it in theirs."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = str(words)
    return said


class _Facts(dict[str, Any]):
    """Facts as the words ask for them: one that is missing reads as nothing, a role reads as its label."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, dict):  # in_each_language
            return value.get(get_language() or "") or next(iter(value.values()), "")
        return Role(value).label if name == "role" and value in Role.values else value

    def __missing__(self, key: str) -> str:
        return ""


def render_notice(event: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """(title, body) in the active language; an event that has lost its words shows its name."""
    if (words := NOTICES.get(event)) is None:
        return event, ""
    given = _Facts(facts)
    return str(words.title) % given, str(words.body) % given
