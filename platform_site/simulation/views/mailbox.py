"""The built-in mailbox: what the platform mailed, where no mail server is configured."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.door import staff_only
from accounts.permissions import Permission
from platform_site.simulation import queries
from platform_site.simulation.forms import MailFilterForm
from platform_site.simulation.paging import page_of

View = Callable[..., HttpResponse]


def mailbox_door(view: View) -> View:
    """Open to everybody in the demo (settings.MAILBOX_OPEN), else to staff. 404 where mails really leave."""
    guarded = staff_only(Permission.WORLD_STEER)(view)

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.BUILT_IN_MAILBOX:
            raise Http404
        return (view if settings.MAILBOX_OPEN else guarded)(request, *args, **kwargs)

    behind.door = "mailbox"  # type: ignore[attr-defined]
    return behind


@never_cache
@require_GET
@mailbox_door
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails, or those to one address."""
    form = MailFilterForm(request.GET)
    to = form.cleaned_data["to"].strip() if form.is_valid() else "?"
    return render(
        request, "simulation/mailbox.html", {"form": form, "to": to, "page": page_of(request, queries.mails(to))}
    )


@never_cache
@require_GET
@mailbox_door
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail, with its links to press."""
    return render(request, "simulation/mail.html", {"mail": queries.mail(pk)})
