"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from platform_site.kernel import clock
from platform_site.kernel.rulebook import RULES

BASES = {"phone": "base_phone.html", "devtools": "base_devtools.html", "desk": "base_desk.html"}


def page(request: HttpRequest) -> dict[str, Any]:
    """The realm and its base, whether this is the demo, the rulebook, how far the clock is ahead (if asked)."""
    return {
        "realm": (realm := getattr(request, "realm", None)),
        "realm_base": BASES.get(realm.name if realm else "", "base_public.html"),
        "demo": settings.DEMO,
        "mailbox_open": settings.MAILBOX_OPEN and settings.BUILT_IN_MAILBOX,
        "rulebook": RULES,  # no number of the rules stands in a template
        "world_now": clock.now,
        "world_ahead": clock.ahead,
    }
