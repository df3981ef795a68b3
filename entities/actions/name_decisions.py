"""The desk's decisions on names with protected words, and taking an application back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import drop_claim, end_work
from accounts.models import MiniProgram, User
from entities.actions.names import announce_completed, check_name, count_change, hold_name, write_name
from entities.lifecycle import APPROVE_NAME, REJECT_NAME, WITHDRAW_NAME
from entities.models import ChangeKind, NameApplication, Profile
from entities.name_queries import NAMES
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def approve_name(application: NameApplication, *, by: User) -> None:
    """The naming proof suffices: the Mini Program is called so from now on. Refused if the name is lost meanwhile."""
    mini_program = MiniProgram.objects.select_for_update().get(pk=application.mini_program_id)
    hold_name(application.name_key)
    end_work(NAMES, application, by=by)
    name = application.name
    advance(application, APPROVE_NAME, by=by, decided_by=by, decided_at=now(), data={"name": name})
    check_name(name, mini_program=mini_program)
    profile = Profile.objects.select_related("mini_program").get(mini_program=mini_program)
    before = profile.name
    write_name(profile, name)
    if not before:
        announce_completed(mini_program, name=name, by=by)
        return
    count_change(profile, ChangeKind.NAME)
    record("entities.profile.name_changed", profile, by=by, data={"name": name, "before": before})


@transaction.atomic
def reject_name(application: NameApplication, *, by: User, reason: str) -> None:
    """The naming proof does not suffice: the administrator reads why, and chooses another name."""
    end_work(NAMES, application, by=by)
    reason = check_reason(reason)
    advance(
        application,
        REJECT_NAME,
        by=by,
        reason=reason,
        data={"name": application.name},
        decided_by=by,
        decided_at=now(),
    )
    NameApplication.objects.filter(pk=application.pk).update(reason=reason)
    application.reason = reason


@transaction.atomic
def withdraw_name(application: NameApplication, *, by: Actor) -> None:
    """Take an application for a name back; the name is free again at once."""
    advance(application, WITHDRAW_NAME, by=by, data={"name": application.name})
    drop_claim(NAMES, application)


def check_reason(reason: str) -> str:
    """The tidy reason; Refused (field "reason") if it is missing, too long, or can't be kept."""
    reason, most = reason.replace("\r\n", "\n").strip(), RULES.profile.reason_characters
    if not reason or "\0" in reason:
        raise Refused(_("Say why: the administrator reads it."), code="reason_missing", field="reason")
    if len(reason) > most:
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="reason_long", field="reason")
    return reason
