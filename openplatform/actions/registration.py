"""An account of the Open Platform says who stands behind it: its entity, written once (console.md §14)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import check_id_number, number_digest
from accounts.lifecycle import COMPLETE, AccountStatus
from accounts.models import User
from entities.actions.registration import Organisation
from entities.models import EntityType, VerificationMethod
from entities.organisations import check_entity_name, check_entity_number, entity_digest
from entities.wording import check_person_name
from openplatform.actions.accounts import CREATED, new_open_appid
from openplatform.models import OpenAccount
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused, advance
from platform_site.kernel.models import record


@dataclass(frozen=True)
class EntityInput:
    """Who stands behind the account: its type, its name, its number ("" for government)."""

    type: EntityType
    name: str
    number: str = ""


def checked(given: EntityInput) -> tuple[EntityInput, str]:
    """The entity in its tidy form and its digest; Refused (field "entity_name" or "number")."""
    if given.type == EntityType.INDIVIDUAL:
        name = check_person_name(given.name)
        number = check_id_number(given.number, today=timezone.localtime(now()).date())
        return EntityInput(given.type, name, number), number_digest(number)
    name = check_entity_name(given.name, entity_type=given.type)
    number = check_entity_number(given.number, entity_type=given.type)
    organisation = Organisation(given.type, VerificationMethod.WECHAT_VERIFICATION, name, number=number)
    return EntityInput(given.type, name, number), entity_digest(organisation)


@transaction.atomic
def register_entity(user: User, given: EntityInput) -> OpenAccount:
    """The account is complete. Refused (`field`) for what is wrong, "registered_already" the second time."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_open_platform or locked.status != AccountStatus.ACTIVATED:
        raise Refused(_("This account has its entity already; it can't be changed."), code="registered_already")
    entity, digest = checked(given)
    account = OpenAccount.objects.create(
        open_appid=new_open_appid(),
        user=locked,
        entity_type=entity.type,
        entity_name=entity.name,
        entity_number=entity.number,
        entity_digest=digest,
        created_at=now(),
    )
    advance(locked, COMPLETE, by=locked)
    record(CREATED, account, by=locked, to_state=account.status)
    user.refresh_from_db()
    return account
