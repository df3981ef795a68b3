"""The desk's policy: how many decisions a second reviewer looks at."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import record
from releases.models import DeskPolicy
from releases.policy import policy_in_force

CHANGED = "releases.policy.changed"
ALL = 100  # percent


@transaction.atomic
def change_policy(*, second_opinion_percent: int, by: User) -> DeskPolicy:
    """Agree on another share; the earlier rows stay, so that everybody sees who changed it when."""
    if not by.may(Permission.ORDER_DECIDE, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    if not 0 <= second_opinion_percent <= ALL:
        words = _("Give a whole number from 0 to 100.")
        raise Refused(words, code="percent", field="second_opinion_percent")
    before = policy_in_force()
    if before is not None and before.second_opinion_percent == second_opinion_percent:
        raise Refused(_("That is the share already."), code="unchanged", field="second_opinion_percent")
    policy = DeskPolicy.objects.create(second_opinion_percent=second_opinion_percent, decided_by=by, decided_at=now())
    data = {"percent": second_opinion_percent, "before": before.second_opinion_percent if before else 0}
    record(CHANGED, policy, by=by, data=data)
    return policy
