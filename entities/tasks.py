"""What follows from events of entities: the administrator is told."""

from accounts.actions.messages import notify_program
from accounts.models import MiniProgram
from entities.queries import display_name
from platform_site.kernel.models import AuditEvent


def tell_registration_completed(row: AuditEvent) -> None:
    """Tell the administrator that the registration is complete."""
    _tell(row, path="profile/")


def tell_profile_completed(row: AuditEvent) -> None:
    """Tell the administrator that the information is complete."""
    _tell(row, path="")


def _tell(row: AuditEvent, *, path: str) -> None:
    mini_program = MiniProgram.objects.get(appid=row.appid)
    facts = {"mini_program": display_name(mini_program), "appid": row.appid}
    notify_program(mini_program, row.event, facts, path=f"/console/{row.appid}/{path}")
