"""What follows from events: Mini Programs are told of their merchant numbers, which verification stops and resumes."""

from accounts.actions.messages import notify_program
from accounts.models import MiniProgram
from entities.queries import display_name
from payments.actions.links import follow_verification
from payments.queries import link_with
from platform_site.kernel.models import AuditEvent


def tell_about_pay(event: AuditEvent) -> None:
    """The administrator hears how the application or the merchant number stands."""
    mini_program = MiniProgram.objects.select_related("profile").get(appid=event.appid)
    facts = {"mini_program": display_name(mini_program), "words": event.reason, "mchid": event.data.get("mchid", "")}
    notify_program(mini_program, event.event, facts, path=f"/console/{event.appid}/pay/")


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
