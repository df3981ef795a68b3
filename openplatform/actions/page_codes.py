"""QR codes of pages, as a Mini Program's server makes them (wire-api.md §1.3)."""

import json
import secrets

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.tickets import make_link
from accounts.models import MiniProgram
from developers.start_path import has_page
from openplatform.actions.quotas import spend_quota
from openplatform.models import CodeKind, Environment, PageCode, Period
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest
from releases.queries import online_release_of

SLUG_BYTES = 16


def code_for(mini_program: MiniProgram, *, kind: CodeKind, page: str, query: str, env_version: str) -> PageCode:
    """The QR of this page with this query: made the first time, then the same.

    Refused (quota_ever) when no more of those that count can be made.
    """
    facts = [mini_program.appid, str(kind), env_version, page, query]
    digest = plain_digest(json.dumps(facts))
    found = PageCode.objects.select_related("link").filter(digest=digest).first()
    if found is not None:
        return found
    made: dict[str, str] = {"env_version": Environment(env_version), "page": page, "query": query}
    try:
        return _make(mini_program, kind=kind, digest=digest, **made)
    except IntegrityError:  # somebody else has just made it
        return PageCode.objects.select_related("link").get(digest=digest)


@transaction.atomic
def _make(mini_program: MiniProgram, *, kind: CodeKind, digest: str, **made: str) -> PageCode:
    if kind != CodeKind.SCENE:
        spend_quota(mini_program, "page_codes", period=Period.EVER, most=RULES.api.page_codes_total)
    slug = secrets.token_urlsafe(SLUG_BYTES)
    link = make_link(reverse("openplatform:phone_code", kwargs={"slug": slug}), is_short=True)
    return PageCode.objects.create(
        mini_program=mini_program, kind=kind, digest=digest, slug=slug, link=link, made_at=now(), **made
    )


def check_page_is_online(mini_program: MiniProgram, page: str) -> None:
    """Refused (page_not_online) unless the online version has this page; "" is the page at which it begins."""
    release = online_release_of(mini_program)
    if release is None or not has_page(release.order.build.package, page):
        raise Refused(_("The online version has no such page."), code="page_not_online", field="page")
