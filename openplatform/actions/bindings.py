"""Mini Programs are bound to Open Platform accounts and unbound from them (console.md §14; wire-api.md §1.10).

A refusal's code is the one of the server API (errcodes.tsv) wherever the API has one for it.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from entities.actions.standing import lock_standing
from openplatform.models import OpenAccount, OpenBinding
from openplatform.queries import account_named, binding_of, is_same_entity, room_for
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.kernel.models import record

BOUND, UNBOUND = "openplatform.binding.bound", "openplatform.binding.unbound"


@transaction.atomic
def bind(account: OpenAccount, mini_program: MiniProgram, *, by: Actor) -> OpenBinding:
    """Bind a Mini Program to an account: its users have one UnionID in all that is bound there.

    Refused: "qualification_needed" or "qualification_expired" (accounts that somebody logs in to), "entity_unproven",
    "89000" bound already, "89001" another entity where the account was made by API, "89004" no room left.
    """
    check_may_bind(mini_program, by)
    locked = OpenAccount.objects.select_for_update().get(pk=account.pk)  # the count is the rule: others wait here
    check_qualified(locked)
    check_is_proven(mini_program)
    check_not_bound(mini_program)
    _check_fits(locked, mini_program)
    try:
        with transaction.atomic():
            binding = OpenBinding.objects.create(
                account=locked, mini_program=mini_program, bound_by=_person(by), bound_at=now()
            )
    except IntegrityError:  # another account was faster
        raise bound_already() from None
    record(BOUND, binding, by=by, data=_facts(locked))
    return binding


def check_may_be_bound(account: OpenAccount, mini_program: MiniProgram) -> None:
    """Refused, in words, where `bind` would refuse: said before somebody scans for nothing."""
    check_qualified(account)
    if not mini_program.standing.is_proven:
        raise unproven()
    check_not_bound(mini_program)
    _check_fits(account, mini_program)


@transaction.atomic
def unbind(account: OpenAccount, mini_program: MiniProgram, *, by: Actor) -> None:
    """Unbind a Mini Program from this account: from now on it knows no UnionID. Refused ("89002") if it isn't bound."""
    check_may_bind(mini_program, by)
    binding = OpenBinding.objects.select_for_update().filter(account=account, mini_program=mini_program).first()
    if binding is None:
        raise not_bound()
    record(UNBOUND, binding, by=by, data=_facts(account))
    binding.delete()


def bind_by_api(mini_program: MiniProgram, *, open_appid: str, by: Actor) -> OpenBinding:
    """Bind by the Mini Program's own server: to an account of the same entity that is verified, or was made by API.

    Refused as `bind`, and with "40013" no such account, "89001" another entity, "89036" not verified either.
    """
    account = _account_named(open_appid)
    if not is_same_entity(account, mini_program):
        raise other_entity()
    if account.made_for_id is None and not account.is_verified:
        raise Refused(
            _("This Open Platform account was not made by API, and its developer qualification is not verified."),
            code="89036",
        )
    return bind(account, mini_program, by=by)


def unbind_by_api(mini_program: MiniProgram, *, open_appid: str, by: Actor) -> None:
    """Unbind by the Mini Program's own server: from an account made by API only.

    Refused as `unbind`, and with "40013" no such account, "89001" another entity, "89003" not made by API.
    """
    account = _account_named(open_appid)
    binding = binding_of(mini_program)
    if binding is None or binding.account_id != account.pk:
        raise not_bound() if is_same_entity(account, mini_program) else other_entity()
    if account.made_for_id is None:
        raise Refused(
            _("This Open Platform account was not made by API: unbind on the Open Platform's pages."), code="89003"
        )
    unbind(account, mini_program, by=by)


def check_may_bind(mini_program: MiniProgram, by: Actor) -> None:
    """NotAllowed unless this actor decides where the Mini Program is bound: its administrator, its server."""
    if not by.may(Permission.OPEN_BIND, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")


def check_not_bound(mini_program: MiniProgram) -> None:
    """Refused ("89000") while it is bound to any account."""
    if OpenBinding.objects.filter(mini_program=mini_program).exists():
        raise bound_already()


def check_is_proven(mini_program: MiniProgram) -> None:
    """Refused while the platform doesn't know who the entity is: "same entity" would be anybody's word."""
    if not lock_standing(mini_program).is_proven:
        raise unproven()


def check_qualified(account: OpenAccount) -> None:
    """Refused while an account that somebody logs in to has no valid developer qualification (seed.md, note)."""
    if account.made_for_id is not None or account.is_verified:
        return
    if account.verified_until is not None:
        raise Refused(
            _("The developer qualification verification has expired: renew it, then bind."),
            code="qualification_expired",
        )
    raise Refused(
        _("Complete the developer qualification verification first: only then Mini Programs can be bound."),
        code="qualification_needed",
    )


def _check_fits(account: OpenAccount, mini_program: MiniProgram) -> None:
    room = room_for(account, mini_program)
    if room.limit == 0:
        raise other_entity()
    if room.left == 0:
        words = (
            _("This account has %(n)d Mini Programs of its own entity already, as many as it can have.")
            if room.same_entity
            else _("This account has %(n)d Mini Programs of other entities already, as many as it can have.")
        )
        raise Refused(words % {"n": room.limit}, code="89004")


def unproven() -> Refused:
    """What is said while nobody knows whose the Mini Program is."""
    return Refused(
        _("The entity of this Mini Program is not proven yet: finish its remittance or verification first."),
        code="entity_unproven",
    )


def bound_already() -> Refused:
    """What is said of a Mini Program that is bound, whoever holds it."""
    return Refused(
        _("This Mini Program is bound to an Open Platform account already: unbind it there first."), code="89000"
    )


def not_bound() -> Refused:
    """What is said when there is nothing to unbind."""
    return Refused(_("This Mini Program is not bound to this Open Platform account."), code="89002")


def other_entity() -> Refused:
    """What is said where only the same entity may bind."""
    return Refused(_("The Mini Program and the Open Platform account belong to different entities."), code="89001")


def _account_named(open_appid: str) -> OpenAccount:
    if (account := account_named(open_appid)) is None:
        raise Refused(_("There is no such Open Platform account."), code="40013", field="open_appid")
    return account


def _person(by: Actor) -> WeChatPerson | None:
    """Whose scan it was; none where a server asked."""
    if isinstance(by, Member):
        return by.person
    return by if isinstance(by, WeChatPerson) else None


def _facts(account: OpenAccount) -> dict[str, str]:
    return {"open_appid": account.open_appid}
