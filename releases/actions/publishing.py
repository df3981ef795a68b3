"""Publish: an approved version goes online, for all users at once or in phases (review.md §3.2 C, §3.3)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import Member, MiniProgram
from entities.actions.profile_changes import note_publication
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, IllegalMove, Refused, advance
from platform_site.kernel.rulebook import RULES
from platform_site.web.paging import search_key
from releases.actions.orders import lock
from releases.lifecycle import GO_ONLINE, GO_PHASED, OPEN, PUBLISH, REPLACE, OrderStatus, ServiceStatus
from releases.models import AuditOrder, ProgramCode, Release, Service


@transaction.atomic
def publish(order: AuditOrder, *, by: Member) -> Release:
    """Put an approved version online for all users, in place of the one that is there.

    Refused during closed beta testing, while a release is in phases ("phased_open"), and where the order is not
    approved (85020).
    """
    order.mini_program = mini_program = lock(order.mini_program)
    check_may_publish(order)
    release, published_at = _prepared(order, by=by), now()
    retire_online(mini_program, by=by, at=published_at)
    advance(release, GO_ONLINE, by=by, data={"version": order.build.version}, published_at=published_at)
    serve(mini_program, by=by)
    ensure_program_code(mini_program)
    note_publication(mini_program)
    return release


@transaction.atomic
def publish_in_phases(order: AuditOrder, *, by: Member, percent: int, members_first: bool = False) -> Release:
    """Put an approved version online for `percent` of the users; the others keep the one that is online.

    Refused where none is online yet (85079), the order is not approved (85080), the share makes no sense (85081), or
    nobody would get it (40097).
    """
    order.mini_program = lock(order.mini_program)
    check_may_phase(order)
    check_percent(percent, members_first=members_first)
    release = _prepared(order, by=by)
    advance(
        release,
        GO_PHASED,
        by=by,
        data={"version": order.build.version, "percent": percent},
        percent=percent,
        members_first=members_first,
        full_at=now() + timedelta(days=RULES.release.phased_days),
    )
    return release


def check_may_publish(order: AuditOrder) -> None:
    """Refused, in words, when this order can't be published to all users now."""
    check_not_in_closed_beta(order.mini_program)
    check_nothing_in_phases(order.mini_program)
    _check_approved(order, code="85020")


def check_may_phase(order: AuditOrder) -> None:
    """Refused, in words, when this order can't be released in phases now."""
    check_not_in_closed_beta(order.mini_program)
    check_nothing_in_phases(order.mini_program)
    if not order.mini_program.releases.online().exists():
        raise Refused(_("No version is online yet: the first one is published to all users."), code="85079")
    _check_approved(order, code="85080")


def _check_approved(order: AuditOrder, *, code: str) -> None:
    state = AuditOrder.objects.values_list("status", flat=True).get(pk=order.pk)
    if state != OrderStatus.APPROVED:
        words = _("Only an approved version can be published; this one is “%(state)s”.")
        raise IllegalMove(words % {"state": OrderStatus(state).label}, code=code)


def check_percent(percent: int, *, members_first: bool) -> None:
    """Refused unless it is a share of the users; 0 only where project members get it first."""
    if not 0 <= percent <= RULES.release.percent_max:
        raise Refused(percent_words(), code="85081", field="percent")
    if percent == 0 and not members_first:
        words = _("So nobody would get it: let project members have it first, or choose a percentage.")
        raise Refused(words, code="40097", field="percent")


def percent_words() -> str:
    """What a percentage may be."""
    limits = {"least": RULES.release.percent_min, "most": RULES.release.percent_max}
    return _("Choose a whole percentage from %(least)d to %(most)d.") % limits


def check_nothing_in_phases(mini_program: MiniProgram) -> None:
    """Refused while a release is in phases: it is completed or cancelled first."""
    if mini_program.releases.in_phases().exists():
        words = _("A phased release is going on. Complete it or cancel it first.")
        raise Refused(words, code="phased_open")


def _prepared(order: AuditOrder, *, by: Member) -> Release:
    """The order leaves the Review module and becomes a release that nobody runs yet."""
    release = Release.objects.create(
        mini_program=order.mini_program,
        order=order,
        published_by=by.person,
        published_at=now(),
        search_words=search_words_of(order),
    )
    advance(order, PUBLISH, by=by)
    return release


def retire_online(mini_program: MiniProgram, *, by: Actor, at: datetime) -> None:
    """The version that is online makes way for the next one, in the same transaction."""
    if (online := mini_program.releases.online().first()) is not None:
        advance(online, REPLACE, by=by, ended_at=at)


def serve(mini_program: MiniProgram, *, by: Member) -> None:
    """With the first publication the service begins, in its transaction; one that is suspended stays so."""
    service = Service.objects.select_for_update().filter(mini_program=mini_program).first()
    if service is None:
        service = Service.objects.create(mini_program=mini_program, changed_at=now())
    if service.status == ServiceStatus.NEVER_PUBLISHED:
        advance(service, OPEN, by=by, changed_at=now())


def search_words_of(order: AuditOrder) -> str:
    """What the published version can be found by, besides its name: a line for each title and tag."""
    words = (word for page in order.function_pages.all() for word in (page.title, *page.tags))
    return "\n".join(search_key(word) for word in words)


def check_not_in_closed_beta(mini_program: MiniProgram) -> None:
    """Refused while the Mini Program is in closed beta testing (seed.md, Code publication)."""
    if mini_program.in_closed_beta:
        raise Refused(closed_beta_words(), code="closed_beta")


def closed_beta_words() -> str:
    """Why the Publish button can't be pressed."""
    return _("The Mini Program is in closed beta testing: it can't be published now.")


def ensure_program_code(mini_program: MiniProgram) -> ProgramCode:
    """The Mini Program's own permanent QR, made with its first release."""
    code = ProgramCode.objects.filter(mini_program=mini_program).select_related("link").first()
    if code is not None:
        return code
    link = make_link(f"/phone/programs/{mini_program.appid}/")
    return ProgramCode.objects.create(mini_program=mini_program, link=link)
