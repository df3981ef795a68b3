"""Papers: handed in as soon as they are chosen, and shown to whom they belong to and to staff."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.door import person_of, staff_only
from accounts.lifecycle import AccountStatus
from accounts.permissions import Permission
from entities.forms.papers import take
from entities.papers import Stored, desk_paper_with, jpeg_of, paper_with
from platform_site.kernel.lifecycle import Refused

View = Callable[..., HttpResponse]
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def account_only(view: View) -> View:
    """The door of what an account hands in: its own log-in, and once it is registered a person with a right there."""

    @wraps(view)
    def behind(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=request.realm.login)
        if user.is_staff or user.status == AccountStatus.AWAITING_ACTIVATION:
            raise Http404
        if user.status == AccountStatus.REGISTERED and not _may_edit(request):
            raise Http404
        return view(request, *args, **kwargs)

    behind.door = "account"  # type: ignore[attr-defined]
    return behind


def _may_edit(request: HttpRequest) -> bool:
    user: Any = request.user
    member = user.mini_program.members.filter(person=person_of(request)).first()
    return member is not None and member.holds(Permission.PROFILE_EDIT)


@require_POST
@account_only
def paper_upload(request: Any) -> HttpResponse:
    """Keep the files that were chosen in one field, and draw them for it; each wrong one with its reason."""
    field = request.GET.get("field", "")
    if not FIELD_NAME.fullmatch(field):
        raise Http404
    papers, errors = [], []
    for file in request.FILES.getlist(field):
        try:
            papers.append(take(request, file))
        except Refused as refusal:
            errors.append(f"{file.name}: {refusal.message}")
    facts = {"papers": papers, "errors": errors, "field_name": field}
    return render(request, "entities/_papers_uploaded.html", facts)


@require_safe
@account_only
def paper(request: Any, *, pk: int) -> HttpResponse:
    """A paper, to the account that handed it in."""
    found = paper_with(pk)
    if found is None or found.user_id != request.user.pk:
        raise Http404
    return picture_response(found)


@require_safe
@staff_only(Permission.CATEGORY_DECIDE)
def desk_paper(request: Any, *, pk: int) -> HttpResponse:
    """A paper of a category or a name, to staff; those of an application are shown there (verification)."""
    if (found := desk_paper_with(pk)) is None:
        raise Http404
    return picture_response(found)


def picture_response(found: Stored) -> HttpResponse:
    """The picture as nothing but a picture: it can't run, can't be framed, and is not kept by caches."""
    data = jpeg_of(found)
    if data is None:
        raise Http404
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="paper-{found.pk}.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type="image/jpeg", headers=headers)
