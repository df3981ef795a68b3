"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from platform_site.kernel import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """The realm, whether this is the demo, and how far the world's clock is ahead (a callable: asked only where shown)."""
    return {
        "realm": getattr(request, "realm", None),
        "demo": settings.DEMO,
        "mailbox_open": settings.MAILBOX_OPEN and settings.BUILT_IN_MAILBOX,
        "world_now": clock.now,
        "world_ahead": clock.ahead,
    }
