"""What people are told about members: reactions to the events of this app's screens."""

from accounts.actions.messages import notify_person, notify_program
from accounts.permissions import Role
from developers.models import Build
from developers.queries import person_called, program_with
from entities.queries import display_name
from platform_site.kernel.models import AuditEvent


def tell_member(event: AuditEvent) -> None:
    """Bound or unbound: the person hears of it on the phone. Becoming the administrator is not news to them."""
    role = Role(event.data["role"])
    person, mini_program = person_called(event.data["wechat_id"]), program_with(event.appid)
    if person is None or mini_program is None or role == Role.ADMINISTRATOR:
        return
    facts = {"mini_program": display_name(mini_program), "role": role.value}
    notify_person(person, event.event, facts, appid=event.appid)


def tell_uploaded(event: AuditEvent) -> None:
    """A development version came in: the console's bell and the administrator's phone say so."""
    build = Build.objects.select_related("mini_program__user", "uploader").get(pk=event.subject_id)
    facts = {
        "mini_program": display_name(build.mini_program),
        "version": build.version,
        "person": build.uploader.nickname + (f" (robot {build.robot})" if build.robot else ""),
    }
    notify_program(build.mini_program, event.event, facts, path=f"/console/{event.appid}/versions/")
