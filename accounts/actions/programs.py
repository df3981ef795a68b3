"""Mini Programs come to be, and people take and leave their places in them."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.lifecycle import COMPLETE, FAIL, START_OVER
from accounts.models import Member, MiniProgram, User, WeChatPerson
from accounts.permissions import Role
from platform_site.kernel.chance import some_hex
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


def new_appid() -> str:
    """wx and 16 lower-case hex digits."""
    return f"wx{some_hex(8)}"


def new_original_id() -> str:
    """gh_ and 12 lower-case hex digits."""
    return f"gh_{some_hex(6)}"


@transaction.atomic
def open_mini_program(user: User, *, administrator: WeChatPerson) -> MiniProgram:
    """Registration is complete: the account gets its Mini Program, with AppID, original ID and administrator."""
    _check_administers_few(administrator)
    advance(user, COMPLETE, by=administrator)
    mini_program = MiniProgram.objects.create(
        appid=new_appid(), original_id=new_original_id(), user=user, created_at=now()
    )
    add_member(mini_program, person=administrator, role=Role.ADMINISTRATOR, by=administrator)
    return mini_program


@transaction.atomic
def close_failed_program(mini_program: MiniProgram, *, by: Actor, reason: str) -> None:
    """The registration has failed: nobody is a member any more, and the account may start over with another one.

    Call it once; who may and when is for the caller to check (entities/actions/standing.py).
    """
    mini_program = MiniProgram.objects.select_for_update(of=("self",)).select_related("user").get(pk=mini_program.pk)
    if (user := mini_program.user) is None:
        raise Refused(_("This Mini Program is closed."), code="program_closed")
    for member in mini_program.members.select_related("person", "mini_program"):
        record("accounts.member.unbound", member, by=by, data=_facts(member))
        member.delete()
    mini_program.user, mini_program.former_user, mini_program.closed_at = None, user, now()
    mini_program.save(update_fields=["user", "former_user", "closed_at"])
    advance(user, FAIL, by=by, reason=reason, data={"appid": mini_program.appid})


@transaction.atomic
def start_over(user: User) -> None:
    """Begin the registration again after it has failed: the account goes back to step 3."""
    account = User.objects.select_for_update().get(pk=user.pk)
    advance(account, START_OVER, by=user)
    user.status = account.status


def _check_administers_few(person: WeChatPerson) -> None:
    WeChatPerson.objects.select_for_update().get(pk=person.pk)  # the count is the rule: others wait here
    most = RULES.account.programs_per_administrator
    if person.memberships.filter(role=Role.ADMINISTRATOR).count() >= most:
        raise Refused(
            _("This WeChat account administers %(most)d accounts already.") % {"most": most}, code="administrator_limit"
        )


@transaction.atomic
def add_member(mini_program: MiniProgram, *, person: WeChatPerson, role: Role, by: Actor) -> Member:
    """Bind a person to a Mini Program in one role. Who may and how many is for the caller to check."""
    try:
        with transaction.atomic():
            member = Member.objects.create(mini_program=mini_program, person=person, role=role, bound_at=now())
    except IntegrityError:
        if mini_program.members.filter(person=person).exists():
            raise Refused(
                _("%(person)s is a member of this Mini Program already.") % {"person": person.nickname},
                code="member_exists",
            ) from None
        raise Refused(_("This Mini Program has an administrator already."), code="administrator_exists") from None
    record("accounts.member.bound", member, by=by, data=_facts(member))
    return member


@transaction.atomic
def remove_member(member: Member, *, by: Actor) -> None:
    """Unbind a person from a Mini Program: their sessions there end with their next request."""
    if member.role == Role.ADMINISTRATOR:
        raise Refused(_("The administrator can't be unbound."), code="member_is_administrator")
    record("accounts.member.unbound", member, by=by, data=_facts(member))
    member.delete()


def _facts(member: Member) -> dict[str, str]:
    return {"wechat_id": member.person.wechat_id, "role": str(member.role)}
