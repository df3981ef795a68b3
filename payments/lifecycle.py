"""The lifecycles of WeChat Pay: an application, and an AppID that is linked to a merchant number (console.md §13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Lifecycle, Move


class PayStatus(models.TextChoices):
    """An application for a new merchant number."""

    DRAFT = "draft", _("Being filled in")
    UNDER_REVIEW = "under_review", _("Materials under review")
    REJECTED = "rejected", _("Rejected, to be corrected")
    TO_VERIFY = "to_verify", _("Account to be verified")
    TO_SIGN = "to_sign", _("Agreement to be signed")
    OPENED = "opened", _("WeChat Pay opened")
    CLOSED = "closed", _("Closed")


TO_FILL_IN = frozenset({PayStatus.DRAFT, PayStatus.REJECTED})
OPEN_APPLICATION = frozenset(PayStatus) - {PayStatus.OPENED, PayStatus.CLOSED}

SUBMIT = Move.of(
    "submit", TO_FILL_IN, PayStatus.UNDER_REVIEW, "payments.payapplication.submitted", Permission.PAY_APPLY
)
APPROVE = Move.of(
    "approve", PayStatus.UNDER_REVIEW, PayStatus.TO_VERIFY, "payments.payapplication.approved", Permission.PAY_DECIDE
)
REJECT = Move.of(
    "reject", PayStatus.UNDER_REVIEW, PayStatus.REJECTED, "payments.payapplication.rejected", Permission.PAY_DECIDE
)
VERIFY = Move.of(
    "verify", PayStatus.TO_VERIFY, PayStatus.TO_SIGN, "payments.payapplication.account_verified", Permission.PAY_APPLY
)
FAIL_ACCOUNT = Move.of(  # the amount was wrong too often: another account must be given
    "fail_account", PayStatus.TO_VERIFY, PayStatus.REJECTED, "payments.payapplication.account_failed"
)
SIGN = Move.of("sign", PayStatus.TO_SIGN, PayStatus.OPENED, "payments.payapplication.opened", Permission.PAY_APPLY)
WITHDRAW = Move.of(
    "withdraw",
    OPEN_APPLICATION - {PayStatus.UNDER_REVIEW},
    PayStatus.CLOSED,
    "payments.payapplication.closed",
    Permission.PAY_APPLY,
)

PAY_APPLICATION = Lifecycle(
    "payapplication", PayStatus, PayStatus.DRAFT, (SUBMIT, APPROVE, REJECT, VERIFY, FAIL_ACCOUNT, SIGN, WITHDRAW)
)


class LinkStatus(models.TextChoices):
    """A merchant number and an AppID: asked for, working, stopped while the Mini Program is not verified, ended."""

    ASKED = "asked", _("Waiting for the merchant's administrator")
    ACTIVE = "active", _("Bound")
    STOPPED = "stopped", _("Stopped: the Mini Program is not verified")
    REFUSED = "refused", _("Refused by the merchant's administrator")
    ENDED = "ended", _("Unbound")


LIVE_LINK = frozenset({LinkStatus.ASKED, LinkStatus.ACTIVE, LinkStatus.STOPPED})

ACCEPT = Move.of("accept", LinkStatus.ASKED, LinkStatus.ACTIVE, "payments.merchantlink.accepted")
REFUSE = Move.of("refuse", LinkStatus.ASKED, LinkStatus.REFUSED, "payments.merchantlink.refused")
STOP = Move.of("stop", LinkStatus.ACTIVE, LinkStatus.STOPPED, "payments.merchantlink.stopped")
RESUME = Move.of("resume", LinkStatus.STOPPED, LinkStatus.ACTIVE, "payments.merchantlink.resumed")
END = Move.of("end", LIVE_LINK, LinkStatus.ENDED, "payments.merchantlink.ended")

LINK = Lifecycle("merchantlink", LinkStatus, LinkStatus.ASKED, (ACCEPT, REFUSE, STOP, RESUME, END))
