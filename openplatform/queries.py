"""Reads of the Open Platform: accounts, what is bound to them, and how much room is left."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import MiniProgram
from entities.queries import entity_of
from openplatform.models import OpenAccount, OpenBinding
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Room:
    """How many Mini Programs of its own (or of other) entities an account may have, and has."""

    same_entity: bool
    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def account_named(open_appid: str) -> OpenAccount | None:
    """The account with this AppID of the Open Platform."""
    return OpenAccount.objects.filter(open_appid=open_appid).first()


def account_with(pk: int | str) -> OpenAccount | None:
    """The account with this key."""
    return OpenAccount.objects.select_related("user").filter(pk=pk).first()


def binding_of(mini_program: MiniProgram) -> OpenBinding | None:
    """To which account this Mini Program is bound, if it is."""
    return OpenBinding.objects.select_related("account__user").filter(mini_program=mini_program).first()


def bindings_of(account: OpenAccount) -> QuerySet[OpenBinding]:
    """The Mini Programs of an account with their names and entities, the last bound first."""
    joined = OpenBinding.objects.select_related("mini_program__profile", "mini_program__entity", "bound_by")
    return joined.filter(account=account).order_by("-bound_at", "-pk")


def is_same_entity(account: OpenAccount, mini_program: MiniProgram) -> bool:
    """Whether account and Mini Program belong to one entity: by number, whatever the spelling."""
    entity = entity_of(mini_program)
    return bool(account.entity_digest) and entity is not None and entity.number_digest == account.entity_digest


def rooms_of(account: OpenAccount) -> tuple[Room, Room]:
    """Room for Mini Programs of the same entity, and for those of others (console.md §14; wire-api.md §1.10)."""
    rules = RULES.open_platform
    bound = OpenBinding.objects.filter(account=account)
    same = bound.filter(mini_program__entity__number_digest=account.entity_digest).count()
    if account.made_for_id is not None:
        return Room(True, rules.same_entity_made_by_api, same), Room(False, 0, bound.count() - same)
    return Room(True, rules.same_entity, same), Room(False, rules.other_entities, bound.count() - same)


def room_for(account: OpenAccount, mini_program: MiniProgram) -> Room:
    """The room that this Mini Program would take."""
    same, others = rooms_of(account)
    return same if is_same_entity(account, mini_program) else others
