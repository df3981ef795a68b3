"""What follows from events: Mini Programs are told of their merchant numbers, which verification stops and resumes."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.messages import notify_program
from accounts.models import MiniProgram
from entities.queries import display_name
from payments.actions.links import follow_verification
from payments.queries import link_with, merchant_with
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES


def tell_about_pay(event: AuditEvent) -> None:
    """The administrator hears how the application or the merchant number stands."""
    mini_program = MiniProgram.objects.select_related("profile").get(appid=event.appid)
    facts = {"mini_program": display_name(mini_program), "words": event.reason, "mchid": event.data.get("mchid", "")}
    notify_program(mini_program, event.event, facts, path=f"/console/{event.appid}/pay/")


def mail_merchant_number(event: AuditEvent) -> None:
    """Mail the merchant number and its parameters to the contact's important address, in the signer's language."""
    merchant = merchant_with(event.data["mchid"])
    if merchant is None:
        return
    with translation.override(event.data.get("language", "en")):
        facts = {
            "merchant": merchant,
            "appid": merchant.mini_program.appid,
            "name": merchant.application.given["contact_name"],
            "fee": f"{RULES.pay.fee_basis_points / 100:g}",
            "days": RULES.pay.settlement_days,
            "link": settings.BASE_URL + reverse("payments:pay", kwargs={"appid": merchant.mini_program.appid}),
        }
        send_mail(
            _("Your merchant number of WeChat Pay: %(mchid)s") % {"mchid": merchant.mchid},
            render_to_string("payments/mail/merchant_number.txt", facts),
            None,
            [merchant.application.given["contact_email"]],
        )


def tell_merchant(event: AuditEvent) -> None:
    """The Mini Program that opened the merchant number hears that another asks for it."""
    link = link_with(int(event.subject_id))
    if link is None or link.merchant.mini_program_id == link.mini_program_id:
        return
    owner = link.merchant.mini_program
    facts = {"mini_program": display_name(link.mini_program), "mchid": link.merchant.mchid}
    notify_program(owner, event.event, facts, path=f"/console/{owner.appid}/pay/")


def stop_or_resume_pay(event: AuditEvent) -> None:
    """The verification was lost, passed or renewed: so are payments."""
    mini_program = MiniProgram.objects.filter(appid=event.appid).first()
    if mini_program is not None:
        follow_verification(mini_program)
