"""The lifecycles of the audit order ("review version") and of the release ("online version"); review.md §3.2 B, C."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class OrderStatus(models.TextChoices):
    """An audit order is one submission, never reused."""

    UNDER_REVIEW = "under_review", _("Review in progress")
    APPROVED = "approved", _("Approved, to be published")
    REJECTED = "rejected", _("Rejected")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by a later submission")
    DELETED = "deleted", _("Deleted")


IN_REVIEW_SLOT = frozenset({OrderStatus.UNDER_REVIEW, OrderStatus.APPROVED, OrderStatus.REJECTED})
DECIDED = frozenset(OrderStatus) - {OrderStatus.UNDER_REVIEW}

APPROVE = Move.of(
    "approve", OrderStatus.UNDER_REVIEW, OrderStatus.APPROVED, "releases.order.approved", Permission.ORDER_DECIDE
)
REJECT = Move.of(
    "reject", OrderStatus.UNDER_REVIEW, OrderStatus.REJECTED, "releases.order.rejected", Permission.ORDER_DECIDE
)
PUBLISH = Move.of(
    "publish", OrderStatus.APPROVED, OrderStatus.PUBLISHED, "releases.order.published", Permission.RELEASE_PUBLISH
)
SUPERSEDE = Move.of(
    "supersede",
    (OrderStatus.APPROVED, OrderStatus.REJECTED),
    OrderStatus.SUPERSEDED,
    "releases.order.superseded",
    Permission.ORDER_SUBMIT,
)
DISCARD = Move.of(
    "discard", OrderStatus.REJECTED, OrderStatus.DELETED, "releases.order.deleted", Permission.ORDER_DELETE
)

ORDER = Lifecycle(
    "order",
    OrderStatus,
    OrderStatus.UNDER_REVIEW,
    (APPROVE, REJECT, PUBLISH, SUPERSEDE, DISCARD),
    groups={"in_review_slot": IN_REVIEW_SLOT, "decided": DECIDED},
)


class ReleaseStatus(models.TextChoices):
    """A release is an approved order put online."""

    ONLINE = "online", _("Online")
    REPLACED = "replaced", _("Replaced by a later release")


REPLACE = Move.of(
    "replace", ReleaseStatus.ONLINE, ReleaseStatus.REPLACED, "releases.release.replaced", Permission.RELEASE_PUBLISH
)

RELEASE = Lifecycle("release", ReleaseStatus, ReleaseStatus.ONLINE, (REPLACE,))
