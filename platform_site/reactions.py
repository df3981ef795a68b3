"""What follows from what: the only wiring between apps. Events to reactions, and the sweeps of deadlines."""

from collections.abc import Callable

from accounts.actions.tickets import expire_overdue_tickets
from accounts.tasks import send_activation_mail
from developers.tasks import tell_member, tell_uploaded
from entities.tasks import tell_profile_completed, tell_registration_completed
from platform_site.kernel.delivery import Reaction
from releases.tasks import tell_about_order, tell_published

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "accounts.account.created": (send_activation_mail,),
    "accounts.account.activation_requested": (send_activation_mail,),
    "entities.profile.completed": (tell_profile_completed,),
    "entities.registration.completed": (tell_registration_completed,),
    "accounts.member.bound": (tell_member,),
    "accounts.member.unbound": (tell_member,),
    "developers.build.uploaded": (tell_uploaded,),
    "releases.order.approved": (tell_about_order,),
    "releases.order.rejected": (tell_about_order,),
    "releases.order.submitted": (tell_about_order,),
    "releases.release.published": (tell_published,),
}

SWEEPS: dict[str, Callable[[], int]] = {
    "tickets": expire_overdue_tickets,
}


def sweep_deadlines() -> dict[str, int]:
    """Run every sweep once; {name: how many deadlines fired}."""
    return {name: sweep() for name, sweep in SWEEPS.items()}
