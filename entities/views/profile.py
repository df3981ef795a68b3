"""The Mini Program information: filled in once, then shown; and the avatar as a picture."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.door import requires
from accounts.limits import spend
from accounts.permissions import Permission
from entities import name_queries, pictures, queries
from entities.actions.drafts import PROFILE_DRAFT, drop_draft, save_draft, worth_keeping
from entities.actions.names import check_name
from entities.actions.profile import complete_profile
from entities.forms.profile import ProfileForm
from entities.gates import Gate, Reason, closed_because
from entities.models import Profile
from entities.name_register import protected_words_in
from entities.wording import units
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@requires(Permission.PROFILE_EDIT)
@never_cache
def profile(request: Any) -> HttpResponse:
    """Complete the information, or look at it once it is filled in; while it is closed, why."""
    mini_program = request.member.mini_program
    if queries.profile_of(mini_program) is not None:
        return _filled_in(request, mini_program)
    if (reason := closed_because(Gate.PROFILE, mini_program)) is not None:
        return _closed(request, reason)
    if request.method != "POST":
        form = ProfileForm(initial=_left(request), request=request, mini_program=mini_program)
        return render(request, "entities/profile_form.html", _asked(form))
    form = ProfileForm(request.POST, request.FILES, request=request, mini_program=mini_program)
    if form.is_valid() and (written := _complete(request, form)) is not None:
        drop_draft(request.user, PROFILE_DRAFT)
        messages.success(request, _done(written))
        return redirect("entities:profile", appid=mini_program.appid)
    save_draft(request.user, PROFILE_DRAFT, worth_keeping(_to_keep(request)))
    return render(request, "entities/profile_form.html", _asked(form))


def _filled_in(request: Any, mini_program: Any) -> HttpResponse:
    if request.method == "POST":
        messages.info(request, _("The information of this Mini Program has been filled in already."))
        return redirect("entities:profile", appid=mini_program.appid)
    return render(request, "entities/profile.html", _shown(mini_program))


def _closed(request: Any, reason: Reason) -> HttpResponse:
    if request.method == "POST":
        raise Refused(str(reason.text), code=reason.code)
    facts = {"reason": reason, "appid": request.member.mini_program.appid}
    return render(request, "entities/profile_closed.html", facts)


def _left(request: Any) -> dict[str, Any]:
    """The form as it was left."""
    draft = queries.draft_of(request.user, PROFILE_DRAFT)
    chosen = draft.get("categories", [])
    return draft | {"categories": [chosen] if isinstance(chosen, str) else chosen}


def _to_keep(request: Any) -> list[tuple[str, list[str]]]:
    """What a draft keeps of the form: all but the picture."""
    return [(name, values) for name, values in request.POST.lists() if name != "avatar_kept"]


def _complete(request: Any, form: ProfileForm) -> Profile | None:
    try:
        return complete_profile(
            request.member.mini_program,
            by=request.member,
            name=form.cleaned_data["name"],
            avatar=form.clean_picture,
            introduction=form.cleaned_data["introduction"],
            categories=form.cleaned_data["categories"],
            papers=form.handed(),
            name_proof=form.proof(),
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def _done(written: Profile) -> str:
    if written.name:
        return _("The Mini Program information is complete.")
    return _("The information is handed in. The name is reviewed with its naming proof.")


def _asked(form: ProfileForm) -> dict[str, Any]:
    return {
        "form": form,
        "rules": RULES.profile,
        "avatar_mb": pictures.most_megabytes(),
    }


def _shown(mini_program: Any) -> dict[str, Any]:
    return {
        "mini_program": mini_program,
        "appid": mini_program.appid,
        "profile": queries.profile_of(mini_program),
        "categories": queries.category_rows_of(mini_program),
        "application": name_queries.latest_application(mini_program),
    }


@require_safe
@requires(Permission.PROFILE_EDIT)
def profile_check_name(request: Any) -> HttpResponse:
    """The live check beside the name field: whether it can be had, and how much room is left."""
    name = request.GET.get("name", "")[:200]
    facts: dict[str, Any] = {"used": units(name.strip()), "rules": RULES.profile, "typed": bool(name.strip())}
    try:
        spend(request, "name_check", RULES.rates.name_check, key=str(request.user.pk))
        facts["name"] = check_name(name, mini_program=request.member.mini_program)
        facts["protected"] = protected_words_in(facts["name"])
    except Refused as refusal:
        facts["refusal"] = refusal.message
    return render(request, "entities/_profile_name_check.html", facts)


@require_safe
def avatar(request: HttpRequest, *, sha256: str) -> HttpResponse:
    """An avatar, by the SHA-256 of its picture: it never changes. Pictures are public, like the names they go with."""
    known = len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")
    picture = queries.avatar_png(sha256) if known else None
    if picture is None:
        raise Http404
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(picture, content_type="image/png", headers=headers)
