"""The registration of an organisation: its entity and, on that path, its remittance, in one transaction."""

from datetime import timedelta

from django.db import transaction

from accounts.models import MiniProgram, User
from entities.actions.registration import Administrator, Organisation, complete_organisation_registration
from entities.models import VerificationMethod
from entities.organisations import check_organisation
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor
from platform_site.kernel.rulebook import RULES
from verification.actions.remittances import (
    CorporateAccount,
    check_corporate_account,
    expire_if_due,
    open_remittance,
)
from verification.lifecycle import RemittanceStatus
from verification.models import Remittance


@transaction.atomic
def register_organisation(
    user: User,
    *,
    administrator: Administrator,
    entity: Organisation,
    account: CorporateAccount | None = None,
    by: Actor,
) -> MiniProgram:
    """Register an organisation's Mini Program; with the method of remittance, open the remittance from `account`.

    Source: seed.md "Enter entity information and select verification method", "Click on Confirm".
    """
    entity = check_organisation(entity)
    if entity.method != VerificationMethod.REMITTANCE:
        return complete_organisation_registration(
            user, administrator=administrator, entity=entity, proof_due_at=None, by=by
        )
    given = account or CorporateAccount("", "", "", "", "")
    checked = check_corporate_account(given, entity_name=entity.name)
    expires_at = now() + timedelta(days=RULES.remittance.days)
    mini_program = complete_organisation_registration(
        user, administrator=administrator, entity=entity, proof_due_at=expires_at, by=by
    )
    _expire_overdue(mini_program.entity.number_digest)
    open_remittance(mini_program, account=checked, expires_at=expires_at, by=by)
    return mini_program


def _expire_overdue(entity_digest: str) -> None:
    """What nobody has swept yet: an overdue remittance of this entity ends here, so that it stops no new one."""
    for late in Remittance.objects.filter(
        entity_digest=entity_digest, status=RemittanceStatus.OPEN, expires_at__lte=now()
    ):
        expire_if_due(late)
