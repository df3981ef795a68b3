"""The service: users can open the Mini Program, unless its administrator or the platform has suspended it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, User
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.lifecycle import Refused, advance
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from releases.lifecycle import CLOSE, LIFT, LIFT_CLOSED, REOPEN, SUSPEND, ServiceStatus
from releases.models import Service


@transaction.atomic
def close_service(mini_program: MiniProgram, *, by: Member) -> None:
    """Suspend the service: users read that it is suspended. Refused (85021) where it is not in service."""
    service = _locked(mini_program)
    if closures_left(mini_program) <= 0:
        words = _("The %(most)d times of this month are used up. The service can be suspended again next month.")
        raise Refused(words % {"most": RULES.release.closures_per_month}, code="closures")
    advance(service, CLOSE, by=by, changed_at=now())


@transaction.atomic
def reopen_service(mini_program: MiniProgram, *, by: Member) -> None:
    """Resume the service that the administrator suspended."""
    advance(_locked(mini_program), REOPEN, by=by, changed_at=now())


@transaction.atomic
def suspend_service(mini_program: MiniProgram, *, by: User, words: str) -> None:
    """The platform suspends the service, and says why."""
    words = words.strip()
    if not words:
        raise Refused(_("Say why it is suspended: its administrator reads it."), code="words_missing", field="words")
    if len(words) > (most := RULES.desk.words):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="words_too_long", field="words")
    service = _locked(mini_program)
    was_closed = service.status == ServiceStatus.CLOSED
    advance(service, SUSPEND, by=by, reason=words, words=words, was_closed=was_closed, changed_at=now())


@transaction.atomic
def lift_suspension(mini_program: MiniProgram, *, by: User) -> None:
    """The platform lifts its suspension; what the administrator had suspended before stays so."""
    service = _locked(mini_program)
    move = LIFT_CLOSED if service.was_closed else LIFT
    advance(service, move, by=by, words="", was_closed=False, changed_at=now())


def closures_left(mini_program: MiniProgram) -> int:
    """How often its administrator may still suspend the service this month."""
    rows = AuditEvent.objects.filter(appid=mini_program.appid, event=CLOSE.event, occurred_at__gte=month_of(now()))
    return RULES.release.closures_per_month - rows.count()


def _locked(mini_program: MiniProgram) -> Service:
    service = (
        Service.objects.select_related("mini_program")
        .select_for_update(of=("self",))
        .filter(mini_program=mini_program)
        .first()
    )
    if service is None:
        raise Refused(_("It has never been published: there is no service yet."), code="85021")
    return service
