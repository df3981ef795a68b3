"""Rate limits by the rulebook: allauth's limiter, which counts in the shared cache, before any costly work."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _

from platform_site.kernel.lifecycle import Refused


def spend(request: HttpRequest, action: str, rates: str, *, key: str | None = None) -> None:
    """Count one `action` against `rates` (see RateRules); Refused with code "too_many" when used up."""
    allowed = ratelimit.consume(
        request, app="ministage", action=action, config={action: rates}, key=key, limit_get=True
    )
    if not allowed:
        raise Refused(_("Too many tries. Wait a moment, then try again."), code="too_many")
