"""Drafts: the fields of a form that is being filled in, kept with every change."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.limits import spend
from entities.actions.drafts import DRAFT_KINDS, save_draft, worth_keeping
from entities.views.papers import account_only
from platform_site.kernel.rulebook import RULES


@sensitive_post_parameters()
@require_POST
@account_only
def draft_save(request: Any, *, kind: str) -> HttpResponse:
    """Keep what is typed so far; by htmx, some seconds after each change."""
    if kind not in DRAFT_KINDS:
        raise Http404
    spend(request, "draft_save", RULES.rates.draft_save, key=str(request.user.pk))
    keep_typed(request, kind)
    return render(request, "entities/_draft_saved.html")


def keep_typed(request: HttpRequest, kind: str) -> None:
    """Keep the posted fields of a form as this account's draft."""
    user: Any = request.user
    save_draft(user, kind, worth_keeping(request.POST.lists()))
