"""Drafts: what a person has typed into a form, kept until the form is done."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.lifecycle import AccountStatus
from accounts.models import User
from entities.models import Draft
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

REGISTRATION_DRAFT = "registration"
PROFILE_DRAFT = "profile"
NAME_DRAFT = "name"
CATEGORIES_DRAFT = "categories"
CATEGORY_PAPERS_DRAFT = "category-papers"
SUBMISSION_DRAFT = "submission"
DRAFT_KINDS = frozenset(
    {REGISTRATION_DRAFT, PROFILE_DRAFT, NAME_DRAFT, CATEGORIES_DRAFT, CATEGORY_PAPERS_DRAFT, SUBMISSION_DRAFT}
)
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "sms_code", "captcha", "ticket", "confirm", "account_again")


def worth_keeping(fields: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """What of a posted form may be kept: no passwords, codes or scans. One value as text, several as a list."""
    return {
        name: values[0] if len(values) == 1 else values for name, values in fields if not name.startswith(NEVER_KEPT)
    }


@transaction.atomic
def save_draft(user: User, kind: str, data: dict[str, Any]) -> None:
    """Keep the fields of a form (JSON, without passwords and codes), in place of what was kept before.

    A registration that is complete leaves no draft behind, even if its page saves once more after the last press.
    """
    text = json.dumps(data, ensure_ascii=False)
    if len(text.encode()) > RULES.entity.draft_bytes:
        raise Refused(_("This is too much text to be kept."), code="draft_too_large")
    account = User.objects.select_for_update().get(pk=user.pk)
    if kind == REGISTRATION_DRAFT and account.status == AccountStatus.REGISTERED:
        return
    Draft.objects.update_or_create(user=account, kind=kind, defaults={"data": text, "saved_at": now()})


def drop_draft(user: User, kind: str) -> None:
    """The form is done: what was kept of it goes."""
    Draft.objects.filter(user=user, kind=kind).delete()
