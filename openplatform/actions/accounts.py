"""Open Platform accounts come to be: made by a Mini Program's own server (wire-api.md §1.10)."""

from django.db import transaction

from accounts.models import MiniProgram
from openplatform.actions.bindings import (
    bind,
    check_is_proven,
    check_may_bind,
    check_not_bound,
)
from openplatform.models import OpenAccount
from platform_site.kernel.chance import some_hex
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor
from platform_site.kernel.models import record

CREATED = "openplatform.openaccount.created"


def new_open_appid() -> str:
    """wx and 16 lower-case hex digits."""
    return f"wx{some_hex(8)}"


@transaction.atomic
def create_account_for(mini_program: MiniProgram, *, by: Actor) -> OpenAccount:
    """Make an account of the Mini Program's own entity and bind the Mini Program to it; nobody logs in to it.

    Refused with "89000" when it is bound already, "entity_unproven" before the platform knows who the entity is.
    """
    check_may_bind(mini_program, by)
    check_is_proven(mini_program)
    check_not_bound(mini_program)
    entity = mini_program.entity
    account = OpenAccount.objects.create(
        open_appid=new_open_appid(),
        made_for=mini_program,
        entity_type=entity.type,
        entity_name=entity.name,
        entity_number=entity.number,
        entity_digest=entity.number_digest,
        created_at=now(),
    )
    record(CREATED, account, by=by, to_state=account.status, data={"made_for": mini_program.appid})
    bind(account, mini_program, by=by)
    return account
