"""Members of a Mini Program: bind and unbind developers and experiencers (console.md §5)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import programs
from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission, Role
from developers.actions.rights import check_may
from developers.queries import limits_of, not_found
from platform_site.kernel.lifecycle import Actor, Refused
from platform_site.kernel.rulebook import RULES

BINDABLE = (Role.DEVELOPER, Role.EXPERIENCER)


@transaction.atomic
def bind_member(mini_program: MiniProgram, *, person: WeChatPerson, role: str, by: Actor) -> Member:
    """Bind a person as a developer or an experiencer, within the entity's limit, however many do so at once.

    Refused codes: 85001 not found or not searchable, 85002 limit of the Mini Program, 85003 limit of the person,
    85004 bound already.
    """
    check_may(by, Permission.MEMBER_BIND, mini_program)
    locked = MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    WeChatPerson.objects.select_for_update().get(pk=person.pk)
    check_can_bind(locked, person=person, role=role)
    return programs.add_member(mini_program, person=person, role=Role(role), by=by)


def check_can_bind(mini_program: MiniProgram, *, person: WeChatPerson, role: str) -> None:
    """Refused, in words, when this person can't be bound in this role now."""
    if role not in BINDABLE:
        raise Refused(_("Choose developer or experiencer."), code="role", field="role")
    if (member := mini_program.members.filter(person=person).first()) is not None:
        raise already_bound(member)
    if not person.is_searchable:
        raise not_found()
    if mini_program.members.filter(role=role).count() >= limits_of(mini_program)[role]:
        raise _limit_reached(mini_program, role)
    if role == Role.EXPERIENCER and _experienced(person) >= RULES.members.programs_per_experiencer:
        raise Refused(
            _("This WeChat ID is an experiencer of %(n)d Mini Programs already, the most that one WeChat ID can be.")
            % {"n": RULES.members.programs_per_experiencer},
            code="85003",
            field="wechat_id",
        )


def already_bound(member: Member) -> Refused:
    """85004: one person has one role in a Mini Program; the administrator has all rights already."""
    if member.role == Role.ADMINISTRATOR:
        message = _("This is the administrator, who can do all that a developer or an experiencer can.")
    elif member.role == Role.DEVELOPER:
        message = _("This WeChat ID is bound already, as a developer.")
    else:
        message = _("This WeChat ID is bound already, as an experiencer.")
    return Refused(message, code="85004", field="wechat_id")


def _limit_reached(mini_program: MiniProgram, role: str) -> Refused:
    limit = limits_of(mini_program)[role]
    if role == Role.DEVELOPER:
        message = _("This Mini Program has bound %(n)d developers, the most it can. Unbind one first.") % {"n": limit}
    else:
        message = _("This Mini Program has bound %(n)d experiencers, the most it can. Unbind one first.") % {"n": limit}
    return Refused(message, code="85002", field="wechat_id")


def _experienced(person: WeChatPerson) -> int:
    return person.memberships.filter(role=Role.EXPERIENCER).count()


@transaction.atomic
def unbind_member(member: Member, *, by: Actor) -> None:
    """Unbind a developer or an experiencer: at once, everything their role allowed has ended."""
    check_may(by, Permission.MEMBER_UNBIND, member)
    check_can_unbind(member)
    MiniProgram.objects.select_for_update().get(pk=member.mini_program_id)
    if not Member.objects.filter(pk=member.pk).exists():
        raise Refused(_("This person has been unbound already."), code="not_bound")
    programs.remove_member(member, by=by)


def check_can_unbind(member: Member) -> None:
    """Refused for the administrator, who can only be changed, not unbound."""
    if member.role == Role.ADMINISTRATOR:
        raise Refused(_("The administrator can't be unbound."), code="administrator")
