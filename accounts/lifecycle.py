"""The lifecycles of accounts: the log-in account on its way to a Mini Program, and the scan ticket."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_site.kernel.lifecycle import Lifecycle, Move


class AccountStatus(models.TextChoices):
    """Registration of a log-in account (console.md §17)."""

    AWAITING_ACTIVATION = "awaiting_activation", _("Waiting for e-mail activation")
    ACTIVATED = "activated", _("Activated, information not yet registered")
    REGISTERED = "registered", _("Registered")
    REGISTRATION_FAILED = "registration_failed", _("Registration failed")


ACTIVATE = Move.of("activate", AccountStatus.AWAITING_ACTIVATION, AccountStatus.ACTIVATED, "accounts.account.activated")
COMPLETE = Move.of("complete", AccountStatus.ACTIVATED, AccountStatus.REGISTERED, "accounts.account.registered")
FAIL = Move.of(
    "fail", AccountStatus.REGISTERED, AccountStatus.REGISTRATION_FAILED, "accounts.account.registration_failed"
)
START_OVER = Move.of(
    "start_over", AccountStatus.REGISTRATION_FAILED, AccountStatus.ACTIVATED, "accounts.account.started_over"
)

ACCOUNT = Lifecycle("account", AccountStatus, AccountStatus.AWAITING_ACTIVATION, (ACTIVATE, COMPLETE, FAIL, START_OVER))


class TicketStatus(models.TextChoices):
    """A QR on a screen that a person answers on the phone (console.md §2)."""

    WAITING = "waiting", _("Waiting for a scan")
    SCANNED = "scanned", _("Scanned, confirm on the phone")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")
    CONSUMED = "consumed", _("Used")


OPEN_TICKET = frozenset({TicketStatus.WAITING, TicketStatus.SCANNED})
LIVE_TICKET = frozenset({TicketStatus.WAITING, TicketStatus.SCANNED, TicketStatus.CONFIRMED})
ANSWERED_TICKET = frozenset({TicketStatus.CONFIRMED, TicketStatus.REFUSED, TicketStatus.CONSUMED})

SCAN = Move.of("scan", TicketStatus.WAITING, TicketStatus.SCANNED, "accounts.ticket.scanned")
CONFIRM = Move.of("confirm", TicketStatus.SCANNED, TicketStatus.CONFIRMED, "accounts.ticket.confirmed")
REFUSE = Move.of("refuse", TicketStatus.SCANNED, TicketStatus.REFUSED, "accounts.ticket.refused")
EXPIRE = Move.of("expire", LIVE_TICKET, TicketStatus.EXPIRED, "accounts.ticket.expired")
CONSUME = Move.of("consume", TicketStatus.CONFIRMED, TicketStatus.CONSUMED, "accounts.ticket.consumed")

TICKET = Lifecycle("ticket", TicketStatus, TicketStatus.WAITING, (SCAN, CONFIRM, REFUSE, EXPIRE, CONSUME))
