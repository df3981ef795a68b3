"""Screenshots of a review: drawn anew as JPEGs, kept privately, shown to staff and to the program's members only.

`clean_pictures(files)` before the transaction (decoding takes its time), `attach(…)` inside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member, User
from entities.papers import clean_scan, keep, size_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from releases.models import AuditOrder, OrderMessage, RejectionReason, ReviewPicture


@dataclass(frozen=True)
class CleanPicture:
    """A picture that is kept already: where, and how large (pixels)."""

    sha256: str
    width: int
    height: int


def clean_pictures(files: Iterable[bytes], *, field: str = "pictures") -> tuple[CleanPicture, ...]:
    """The uploaded pictures, drawn anew and kept; Refused (`field`) where there are too many, or one is no picture."""
    given = list(files)
    if len(given) > (most := RULES.review.pictures_max):
        raise Refused(_("At most %(most)d pictures.") % {"most": most}, code="pictures_too_many", field=field)
    return tuple(_clean(data, field) for data in given)


def _clean(data: bytes, field: str) -> CleanPicture:
    try:
        jpeg = clean_scan(data)
    except Refused as refusal:
        raise Refused(refusal.message, code=refusal.code, field=field) from refusal
    return CleanPicture(keep(jpeg), *size_of(jpeg))


def attach(
    order: AuditOrder,
    pictures: Iterable[CleanPicture],
    *,
    by: User | Member,
    reason: RejectionReason | None = None,
    message: OrderMessage | None = None,
) -> None:
    """Put pictures to a reason or a message of a submission, in the caller's transaction."""
    who: dict[str, Any] = {"staff": by} if isinstance(by, User) else {"person": by.person}
    ReviewPicture.objects.bulk_create(
        ReviewPicture(
            order=order,
            reason=reason,
            message=message,
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            uploaded_at=now(),
            **who,
        )
        for picture in pictures
    )
