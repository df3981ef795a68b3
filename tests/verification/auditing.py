"""Applications for WeChat Verification as the desk finds them, and a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from django.db import transaction

from accounts.models import MiniProgram
from platform_site.kernel.lifecycle import SYSTEM, advance
from platform_site.simulation import stories
from verification.actions import audits
from verification.lifecycle import RESUBMIT
from verification.models import ContactCall, Verification

FIELD = "operator_name"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The machine's clock, and with it the world's, stands at this moment in all threads."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


def in_audit(mini_program: MiniProgram | None = None, **answers: str) -> Verification:
    """An application that waits for the desk, its papers handed in, its fee paid."""
    return stories.applied(stories.filled_in(mini_program or stories.organisation(type="government"), **answers))


def call(verification: Verification, outcome: str = "confirmed") -> ContactCall:
    """A call to the contact, by rev."""
    return audits.record_call(verification, by=stories.staff(), outcome=outcome)


def sent_back(verification: Verification, text: str = "Not readable.") -> Verification:
    """The application sent back for one field, by rev."""
    audits.send_back(verification, by=stories.staff(), reasons=[(FIELD, text)])
    return verification


def resubmitted(verification: Verification) -> Verification:
    """The application handed in again."""
    with transaction.atomic():
        stamps = audits.audit_stamps(verification)
        advance(verification, RESUBMIT, by=SYSTEM, refill_due_at=None, **stamps)
    return verification
