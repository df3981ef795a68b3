"""People's data of an application, shown in full to a reviewer who says why."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.wording import check_words
from payments.models import PayApplication
from payments.queries import REVEALED
from platform_site.kernel.lifecycle import NotAllowed
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def reveal(application: PayApplication, *, by: User, reason: str) -> None:
    """Names, numbers and ID scans are shown: who looked, when and why is written down.

    NotAllowed for a member of the Mini Program; Refused (field "reason") without words.
    """
    if not by.may(Permission.PAY_DECIDE, application):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    missing = _("Say why you need to see it.")
    words = check_words(reason, most=RULES.verification.reason_characters, missing=missing)
    record(REVEALED, application, by=by, reason=words)
