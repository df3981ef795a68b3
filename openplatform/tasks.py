"""What people are told about the Open Platform: reactions to the events of this app."""

from accounts.actions.messages import notify_program
from accounts.models import MiniProgram
from entities.queries import display_name
from openplatform.queries import account_named
from platform_site.kernel.models import AuditEvent


def tell_about_binding(event: AuditEvent) -> None:
    """Bound or unbound: the Mini Program's administrator hears of it."""
    mini_program = MiniProgram.objects.select_related("profile").get(appid=event.appid)
    account = account_named(event.data["open_appid"])
    facts = {
        "mini_program": display_name(mini_program),
        "account": account.label if account is not None else event.data["open_appid"],
    }
    notify_program(mini_program, event.event, facts, path=f"/console/{event.appid}/settings/")
