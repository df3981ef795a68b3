"""The Mini Program information: filled in once, then shown; and the avatar as a picture."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.door import requires
from accounts.permissions import Permission
from entities import pictures, queries
from entities.actions.profile import check_name, complete_profile
from entities.categories import by_first_level
from entities.forms.profile import ProfileForm
from entities.wording import units
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@requires(Permission.PROFILE_EDIT)
def profile(request: Any) -> HttpResponse:
    """Complete the information, or look at it once it is complete."""
    mini_program = request.member.mini_program
    if queries.is_complete(mini_program):
        if request.method == "POST":
            messages.info(request, _("The information of this Mini Program has been filled in already."))
            return redirect("entities:profile", appid=mini_program.appid)
        return render(request, "entities/profile.html", _shown(mini_program))
    form = ProfileForm(request.POST or None, request.FILES or None, mini_program=mini_program)
    if request.method == "POST" and form.is_valid() and _complete(request, form):
        messages.success(request, _("The Mini Program information is complete."))
        return redirect("entities:profile", appid=mini_program.appid)
    return render(request, "entities/profile_form.html", _asked(form))


def _complete(request: Any, form: ProfileForm) -> bool:
    try:
        complete_profile(
            request.member.mini_program,
            by=request.member,
            name=form.cleaned_data["name"],
            avatar=form.clean_picture,
            introduction=form.cleaned_data["introduction"],
            categories=form.cleaned_data["categories"],
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def _asked(form: ProfileForm) -> dict[str, Any]:
    chosen = form["categories"].value() or []
    groups = [
        {"label": label, "leaves": leaves, "open": any(leaf.code in chosen for leaf in leaves)}
        for label, leaves in by_first_level().items()
    ]
    return {
        "form": form,
        "groups": groups,
        "chosen": chosen,
        "rules": RULES.profile,
        "avatar_mb": pictures.most_megabytes(),
    }


def _shown(mini_program: Any) -> dict[str, Any]:
    return {
        "mini_program": mini_program,
        "profile": queries.profile_of(mini_program),
        "categories": queries.categories_of(mini_program),
    }


@require_safe
@requires(Permission.PROFILE_EDIT)
def profile_check_name(request: Any) -> HttpResponse:
    """The live check beside the name field: whether it can be had, and how much room is left."""
    name = request.GET.get("name", "")[:200]
    facts: dict[str, Any] = {"used": units(name.strip()), "rules": RULES.profile, "typed": bool(name.strip())}
    try:
        facts["name"] = check_name(name, mini_program=request.member.mini_program)
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
