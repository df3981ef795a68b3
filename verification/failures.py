"""Why an application for WeChat Verification fails (console.md §12.3): codes for machines, words for people."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFILLED = "refilled"
TIMED_OUT = "timed_out"
OTHER = "other"


@dataclass(frozen=True)
class Failure:
    """One reason; `by_desk` tells those that a reviewer may give from what only the deadline gives."""

    code: str
    text: str | Promise
    by_desk: bool = True


FAILURES: dict[str, Failure] = {
    failure.code: failure
    for failure in (
        Failure("not_registered", _("The entity is not registered with the authority that is named.")),
        Failure("operator_not_authorised", _("The operator is not authorised by the entity.")),
        Failure("operator_id_wrong", _("The operator's ID information is wrong.")),
        Failure("papers_not_genuine", _("The papers do not prove what was stated.")),
        Failure(REFILLED, _("The papers were refilled as often as allowed, and are still wrong.")),
        Failure(OTHER, _("Another reason, in the reviewer's words.")),
        Failure(TIMED_OUT, _("The papers were not refilled in time."), by_desk=False),
    )
}
