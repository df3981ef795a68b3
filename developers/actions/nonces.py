"""Random texts that the uploader signs: of one Mini Program, used once, short-lived (miniprogram-ci.md §4)."""

import secrets
from datetime import timedelta

from django.db import transaction

from accounts.models import MiniProgram
from developers.models import UploadNonce
from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest


def issue_nonce(mini_program: MiniProgram) -> str:
    """A new random text (32 hex characters) to be signed for this Mini Program."""
    nonce = secrets.token_hex(16)
    UploadNonce.objects.create(
        mini_program=mini_program,
        digest=plain_digest(nonce),
        expires_at=now() + timedelta(minutes=RULES.upload.nonce_minutes),
    )
    return nonce


@transaction.atomic
def use_nonce(mini_program: MiniProgram, nonce: str) -> bool:
    """Use up a random text; of two who try at once one gets True. False too where it has expired or is of another."""
    try:
        digest = plain_digest(nonce)
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    found = UploadNonce.objects.filter(mini_program=mini_program, digest=digest, expires_at__gt=now())
    deleted, _rows = found.delete()
    return deleted > 0


def purge_nonces(*, most: int = 5000) -> int:
    """Sweep: forget random texts whose time is over; returns how many."""
    due = UploadNonce.objects.filter(expires_at__lte=now()).order_by("expires_at").values("pk")[:most]
    deleted, _rows = UploadNonce.objects.filter(pk__in=list(due.values_list("pk", flat=True))).delete()
    return deleted
