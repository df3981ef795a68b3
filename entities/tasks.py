"""What follows from events of entities: the administrator is told."""

from accounts.actions.messages import notify_person, notify_program
from accounts.models import MiniProgram
from entities.queries import display_name
from platform_site.kernel.models import AuditEvent


def tell_registration_completed(row: AuditEvent) -> None:
    """Tell the administrator that the registration is complete."""
    _tell(row, path="profile/")


def tell_profile_completed(row: AuditEvent) -> None:
    """Tell the administrator that the information is complete."""
    _tell(row, path="")


def tell_registration_failed(row: AuditEvent) -> None:
    """Tell who was the administrator: members of a failed registration there are none."""
    mini_program = MiniProgram.objects.select_related("administrator_record__person").get(appid=row.appid)
    person = mini_program.administrator_record.person
    notify_person(person, row.event, {"appid": row.appid}, appid=row.appid)


def tell_about_verification(row: AuditEvent) -> None:
    """Tell the administrator that the WeChat Verification ends soon, or has expired."""
    mini_program = MiniProgram.objects.get(appid=row.appid)
    facts = {"mini_program": display_name(mini_program), "date": row.data.get("date", "")}
    notify_program(mini_program, row.event, facts, path=f"/console/{row.appid}/settings/verification/")


def tell_about_category(row: AuditEvent) -> None:
    """Tell the administrator what the desk decided about a service category, and why it was rejected."""
    mini_program = MiniProgram.objects.get(appid=row.appid)
    facts = {
        "mini_program": display_name(mini_program),
        "category": row.data.get("category", ""),
        "reason": row.reason,
    }
    path = f"/console/{row.appid}/settings/categories/{row.subject_id}/"
    notify_program(mini_program, row.event, facts, path=path)


def tell_name_decided(row: AuditEvent) -> None:
    """Tell the administrator what the desk decided on the name that they had asked for."""
    mini_program = MiniProgram.objects.get(appid=row.appid)
    facts = {"name": row.data.get("name", ""), "reason": row.reason, "appid": row.appid}
    notify_program(mini_program, row.event, facts, path=f"/console/{row.appid}/profile/")


def _tell(row: AuditEvent, *, path: str) -> None:
    mini_program = MiniProgram.objects.get(appid=row.appid)
    facts = {"mini_program": display_name(mini_program), "appid": row.appid}
    notify_program(mini_program, row.event, facts, path=f"/console/{row.appid}/{path}")
