"""What the switchboard's pages read: people, Mini Programs, what happened, mails."""

from typing import TypedDict

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.lifecycle import LIVE_TICKET
from accounts.models import MiniProgram, ScanTicket, WeChatPerson
from platform_site.kernel.models import AuditEvent
from platform_site.simulation.models import Mail
from releases.models import AuditOrder
from verification.lifecycle import RemittanceStatus
from verification.models import Remittance, Verification


def personas() -> QuerySet[WeChatPerson]:
    """The people of the cast, in its order, with how many Mini Programs each belongs to."""
    return WeChatPerson.objects.filter(is_persona=True).annotate(programs=Count("memberships")).order_by("id")


def persona(pk: int) -> WeChatPerson:
    """One of the cast, or 404."""
    return get_object_or_404(WeChatPerson, pk=pk, is_persona=True)


def programs(words: str = "") -> QuerySet[MiniProgram]:
    """All Mini Programs, newest first; with `words` those with this AppID or name."""
    found = MiniProgram.objects.select_related("user", "profile").order_by("-id")
    if words:
        found = found.filter(Q(appid=words.lower()) | Q(profile__name__icontains=words))
    return found


def people() -> QuerySet[WeChatPerson]:
    """Everybody, who came first first."""
    return WeChatPerson.objects.order_by("pk")


def person_named(wechat_id: str) -> WeChatPerson | None:
    """Who has this WeChat ID."""
    return WeChatPerson.objects.filter(wechat_id=wechat_id).first()


def programs_with_bindings() -> QuerySet[MiniProgram]:
    """All Mini Programs, newest first, with the Open Platform account of each."""
    return MiniProgram.objects.select_related("profile", "open_binding__account__user").order_by("-id")


def program(appid: str) -> MiniProgram:
    """The Mini Program with this AppID, or 404."""
    return get_object_or_404(MiniProgram, appid=appid)


def events(*, appid: str = "", event: str = "") -> QuerySet[AuditEvent]:
    """What happened, newest first; of one Mini Program, and of events whose name begins so."""
    found = AuditEvent.objects.order_by("-id")
    if appid:
        found = found.filter(appid=appid)
    if event:
        found = found.filter(event__startswith=event)
    return found


def events_since(pk: int) -> QuerySet[AuditEvent]:
    """What happened since this audit row, oldest first."""
    return AuditEvent.objects.filter(pk__gt=pk).order_by("id")


class Queues(TypedDict):
    """How many wait: submissions and verifications for the desk, remittances, QR codes, events to be delivered."""

    orders: int
    verifications: int
    remittances: int
    tickets: int
    events: int


def queues() -> Queues:
    """How much waits: for the desk, for phones, for delivery."""
    return {
        "orders": AuditOrder.objects.waiting().count(),
        "verifications": Verification.objects.to_audit().count(),
        "remittances": Remittance.objects.filter(status=RemittanceStatus.OPEN).count(),
        "tickets": ScanTicket.objects.filter(status__in=LIVE_TICKET).count(),
        "events": AuditEvent.objects.filter(delivered_at=None).count(),
    }


def mails(to: str = "") -> QuerySet[Mail]:
    """Mails, newest first; to one address (case does not matter)."""
    found = Mail.objects.order_by("-id")
    return found.filter(to__iexact=to) if to else found


def mail(pk: int) -> Mail:
    """One mail, or 404."""
    return get_object_or_404(Mail, pk=pk)
