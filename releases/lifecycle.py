"""The lifecycles of the audit order ("review version"), the release ("online version") and the service.

Source: review.md §3.2 B, C, D (four small machines, not one); the build's is developers/lifecycle.py.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move

# --- B. The audit order ----------------------------------------------------------------------------------------------


class OrderStatus(models.TextChoices):
    """An audit order is one submission, never reused."""

    QUEUED = "queued", _("Waiting for review")
    CLAIMED = "claimed", _("Review in progress")
    SECOND_OPINION = "second_opinion", _("Waiting for a second opinion")
    WAITING_DEVELOPER = "waiting_developer", _("Waiting for your answer")
    DELAYED = "delayed", _("Review delayed")
    APPROVED = "approved", _("Approved, to be published")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by a later submission")
    DELETED = "deleted", _("Deleted")


OPEN_ORDER = frozenset(
    {
        OrderStatus.QUEUED,
        OrderStatus.CLAIMED,
        OrderStatus.SECOND_OPINION,
        OrderStatus.WAITING_DEVELOPER,
        OrderStatus.DELAYED,
    }
)
AT_THE_DESK = OPEN_ORDER - {OrderStatus.WAITING_DEVELOPER}  # staff can do something about it now
IN_REVIEW_SLOT = OPEN_ORDER | {OrderStatus.APPROVED, OrderStatus.REJECTED}
DECIDED = frozenset(OrderStatus) - OPEN_ORDER - {OrderStatus.WITHDRAWN}

WECHAT_STATUS: dict[str, int] = {  # of the server API; a superseded or deleted order keeps its verdict's
    OrderStatus.QUEUED: 2,
    OrderStatus.CLAIMED: 2,
    OrderStatus.SECOND_OPINION: 2,
    OrderStatus.WAITING_DEVELOPER: 4,
    OrderStatus.DELAYED: 4,
    OrderStatus.APPROVED: 0,
    OrderStatus.PUBLISHED: 0,
    OrderStatus.REJECTED: 1,
    OrderStatus.WITHDRAWN: 3,
}


class Lane(models.IntegerChoices):
    """The queue's lanes, the most urgent first; inside a lane the first due comes first."""

    EXPEDITED = 1, _("Expedited")
    ESCALATED = 2, _("Escalated")
    APPEAL = 3, _("Appeal")
    NORMAL = 5, _("Normal")


CLAIM = Move.of(
    "claim",
    (OrderStatus.QUEUED, OrderStatus.DELAYED),
    OrderStatus.CLAIMED,
    "releases.order.claimed",
    Permission.ORDER_DECIDE,
)
RELEASE_CLAIM = Move.of(
    "release_claim", OrderStatus.CLAIMED, OrderStatus.QUEUED, "releases.order.claim_released", Permission.ORDER_DECIDE
)
LAPSE_CLAIM = Move.of("lapse_claim", OrderStatus.CLAIMED, OrderStatus.QUEUED, "releases.order.claim_lapsed")
ESCALATE = Move.of(
    "escalate", OrderStatus.CLAIMED, OrderStatus.QUEUED, "releases.order.escalated", Permission.ORDER_DECIDE
)
DELAY = Move.of("delay", OrderStatus.CLAIMED, OrderStatus.DELAYED, "releases.order.delayed", Permission.ORDER_DECIDE)
ASK = Move.of(
    "ask", OrderStatus.CLAIMED, OrderStatus.WAITING_DEVELOPER, "releases.order.asked", Permission.ORDER_DECIDE
)
ANSWER = Move.of(
    "answer",
    OrderStatus.WAITING_DEVELOPER,
    OrderStatus.QUEUED,
    "releases.order.answered",
    Permission.ORDER_SUBMIT,
)
HOLD = Move.of("hold", OrderStatus.CLAIMED, OrderStatus.SECOND_OPINION, "releases.order.held", Permission.ORDER_DECIDE)
SEND_BACK = Move.of(
    "send_back",
    OrderStatus.SECOND_OPINION,
    OrderStatus.QUEUED,
    "releases.order.sent_back",
    Permission.ORDER_DECIDE,
)
APPROVE = Move.of(
    "approve",
    (OrderStatus.CLAIMED, OrderStatus.SECOND_OPINION),
    OrderStatus.APPROVED,
    "releases.order.approved",
    Permission.ORDER_DECIDE,
)
REJECT = Move.of(
    "reject",
    (OrderStatus.CLAIMED, OrderStatus.SECOND_OPINION),
    OrderStatus.REJECTED,
    "releases.order.rejected",
    Permission.ORDER_DECIDE,
)
WITHDRAW = Move.of("withdraw", OPEN_ORDER, OrderStatus.WITHDRAWN, "releases.order.withdrawn", Permission.ORDER_WITHDRAW)
PUBLISH = Move.of(
    "publish", OrderStatus.APPROVED, OrderStatus.PUBLISHED, "releases.order.published", Permission.RELEASE_PUBLISH
)
UNPUBLISH = Move.of(  # its phased release was cancelled, and the Review module is free
    "unpublish", OrderStatus.PUBLISHED, OrderStatus.APPROVED, "releases.order.unpublished", Permission.RELEASE_PUBLISH
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
    OrderStatus.QUEUED,
    (
        CLAIM,
        RELEASE_CLAIM,
        LAPSE_CLAIM,
        ESCALATE,
        DELAY,
        ASK,
        ANSWER,
        HOLD,
        SEND_BACK,
        APPROVE,
        REJECT,
        WITHDRAW,
        PUBLISH,
        UNPUBLISH,
        SUPERSEDE,
        DISCARD,
    ),
    groups={"open": OPEN_ORDER, "in_review_slot": IN_REVIEW_SLOT, "decided": DECIDED},
)


# --- C. The release --------------------------------------------------------------------------------------------------


class ReleaseStatus(models.TextChoices):
    """A release is an approved order put online, for some people first or for all at once."""

    PREPARED = "prepared", _("To be published")
    PHASED = "phased", _("Phased release")
    PAUSED = "paused", _("Phased release paused")
    ONLINE = "online", _("Online")
    REPLACED = "replaced", _("Replaced by a later release")
    ROLLED_BACK = "rolled_back", _("Rolled back")
    CANCELLED = "cancelled", _("Phased release cancelled")


IN_PHASES = frozenset({ReleaseStatus.PHASED, ReleaseStatus.PAUSED})
LIVE = IN_PHASES | {ReleaseStatus.ONLINE}
ENDED = frozenset({ReleaseStatus.REPLACED, ReleaseStatus.ROLLED_BACK, ReleaseStatus.CANCELLED})

PLAN_STATUS: dict[str, int] = {  # of the server API's phased plan: 0 initial … 4 deleted (review.md §3.1)
    ReleaseStatus.PREPARED: 0,
    ReleaseStatus.PHASED: 1,
    ReleaseStatus.PAUSED: 2,
    ReleaseStatus.ONLINE: 3,
    ReleaseStatus.REPLACED: 3,
    ReleaseStatus.ROLLED_BACK: 3,
    ReleaseStatus.CANCELLED: 4,
}


def _release(name: str, sources: str | tuple[str, ...] | frozenset[ReleaseStatus], target: str, past: str) -> Move:
    return Move.of(name, sources, target, f"releases.release.{past}", Permission.RELEASE_PUBLISH)


GO_ONLINE = _release("go_online", ReleaseStatus.PREPARED, ReleaseStatus.ONLINE, "published")
GO_PHASED = _release("go_phased", ReleaseStatus.PREPARED, ReleaseStatus.PHASED, "phased")
PAUSE = _release("pause", ReleaseStatus.PHASED, ReleaseStatus.PAUSED, "paused")
RESUME = _release("resume", ReleaseStatus.PAUSED, ReleaseStatus.PHASED, "resumed")
COMPLETE = _release("complete", IN_PHASES, ReleaseStatus.ONLINE, "completed")
CANCEL = _release("cancel", IN_PHASES, ReleaseStatus.CANCELLED, "cancelled")
REPLACE = _release("replace", ReleaseStatus.ONLINE, ReleaseStatus.REPLACED, "replaced")
ROLL_BACK = _release("roll_back", ReleaseStatus.ONLINE, ReleaseStatus.ROLLED_BACK, "rolled_back")
RESTORE = _release("restore", ReleaseStatus.REPLACED, ReleaseStatus.ONLINE, "restored")

RELEASE = Lifecycle(
    "release",
    ReleaseStatus,
    ReleaseStatus.PREPARED,
    (GO_ONLINE, GO_PHASED, PAUSE, RESUME, COMPLETE, CANCEL, REPLACE, ROLL_BACK, RESTORE),
    groups={"live": LIVE, "in_phases": IN_PHASES, "ended": ENDED},
)


# --- D. The service --------------------------------------------------------------------------------------------------


class ServiceStatus(models.TextChoices):
    """The Mini Program as its users see it."""

    NEVER_PUBLISHED = "never_published", _("Never published")
    OPEN = "open", _("In service")
    CLOSED = "closed", _("Service suspended by the administrator")
    SUSPENDED = "suspended", _("Service suspended by the platform")


OPEN = Move.of(
    "open",
    ServiceStatus.NEVER_PUBLISHED,
    ServiceStatus.OPEN,
    "releases.service.opened",
    Permission.RELEASE_PUBLISH,
)
CLOSE = Move.of("close", ServiceStatus.OPEN, ServiceStatus.CLOSED, "releases.service.closed", Permission.SERVICE_SWITCH)
REOPEN = Move.of(
    "reopen", ServiceStatus.CLOSED, ServiceStatus.OPEN, "releases.service.reopened", Permission.SERVICE_SWITCH
)
SUSPEND = Move.of(
    "suspend",
    (ServiceStatus.OPEN, ServiceStatus.CLOSED),
    ServiceStatus.SUSPENDED,
    "releases.service.suspended",
    Permission.SERVICE_SUSPEND,
)
LIFT = Move.of(
    "lift", ServiceStatus.SUSPENDED, ServiceStatus.OPEN, "releases.service.lifted", Permission.SERVICE_SUSPEND
)
LIFT_CLOSED = Move.of(  # the administrator had suspended it before the platform did
    "lift_closed",
    ServiceStatus.SUSPENDED,
    ServiceStatus.CLOSED,
    "releases.service.lifted_closed",
    Permission.SERVICE_SUSPEND,
)

SERVICE = Lifecycle(
    "service", ServiceStatus, ServiceStatus.NEVER_PUBLISHED, (OPEN, CLOSE, REOPEN, SUSPEND, LIFT, LIFT_CLOSED)
)
