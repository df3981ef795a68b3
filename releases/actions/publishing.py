"""Publish: an approved version goes online in place of the one that is there."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import Member, MiniProgram
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused, advance
from platform_site.kernel.models import record
from releases.actions.orders import lock
from releases.lifecycle import PUBLISH, REPLACE
from releases.models import AuditOrder, ProgramCode, Release
from releases.queries import search_key

PUBLISHED = "releases.release.published"


@transaction.atomic
def publish(order: AuditOrder, *, by: Member) -> Release:
    """Put an approved version online in place of the one that is there. Refused during closed beta testing."""
    mini_program = lock(order.mini_program)
    check_not_in_closed_beta(mini_program)
    published_at = now()
    advance(order, PUBLISH, by=by)
    if (online := mini_program.releases.online().first()) is not None:
        advance(online, REPLACE, by=by, replaced_at=published_at)
    release = Release.objects.create(
        mini_program=mini_program,
        order=order,
        published_by=by.person,
        published_at=published_at,
        search_words=search_words_of(order),
    )
    record(PUBLISHED, release, by=by, to_state=release.status, data={"version": order.build.version})
    ensure_program_code(mini_program)
    return release


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
