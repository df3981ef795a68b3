"""Basic settings: what is known of a Mini Program, in one table; and changes that need no scan (console.md §4.6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from accounts.queries import email_change_of
from entities import name_queries, pictures, queries, quotas
from entities.actions.profile_changes import change_avatar, change_introduction, set_searchable
from entities.forms.settings import AvatarForm, IntroductionForm, SearchForm
from entities.gates import Gate, closed_because
from entities.models import EntityType
from entities.wording import masked_name, masked_number, masked_phone
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@require_safe
@requires(Permission.CONSOLE_VIEW)
def settings_basic(request: MemberRequest) -> HttpResponse:
    """Basic settings. People's data are masked here: there is no page that shows them in full."""
    mini_program = request.member.mini_program
    profile = queries.profile_of(mini_program)
    left = quotas.quotas_of(profile) if profile else None
    facts: dict[str, Any] = {
        "mini_program": mini_program,
        "appid": mini_program.appid,
        "profile": profile,
        "application": name_queries.name_under_review(mini_program),
        "name_refusal": quotas.name_refusal(profile, left.name) if profile and left and profile.name else None,
        "quotas": left,
        "categories": queries.category_rows_of(mini_program),
        "categories_left": queries.category_changes_left(mini_program),
        "standing": queries.standing_of(mini_program),
        "verify_reason": closed_because(Gate.VERIFY, mini_program),
        "reason": closed_because(Gate.PROFILE, mini_program),
        "email_change": email_change_of(mini_program.account),
    }
    return render(request, "entities/settings_basic.html", facts | _entity_facts(mini_program))


def _entity_facts(mini_program: Any) -> dict[str, Any]:
    """Who stands behind it: organisations by their full names, people masked."""
    entity = mini_program.entity
    is_person = entity.type == EntityType.INDIVIDUAL
    return {
        "entity": entity,
        "is_person": is_person,
        "entity_name": masked_name(entity.name) if is_person else entity.name,
        "entity_number": masked_number(entity.number) if is_person else entity.number,
    }


@require_safe
@requires(Permission.CONSOLE_VIEW)
def settings_entity(request: MemberRequest) -> HttpResponse:
    """What was registered of the entity and its administrator, with the papers. Nothing of it can be changed."""
    mini_program = request.member.mini_program
    record = mini_program.administrator_record
    handed_in = mini_program.entity.entity_papers.select_related("paper").order_by("position")
    facts = {
        "mini_program": mini_program,
        "standing": queries.standing_of(mini_program),
        "papers": [row.paper for row in handed_in],
        "person": record.person,
        "person_name": masked_name(record.name),
        "person_number": masked_number(record.id_number),
        "person_phone": masked_phone(record.phone),
    }
    return render(request, "entities/settings_entity.html", facts | _entity_facts(mini_program))


@requires(Permission.PROFILE_EDIT)
@require_http_methods(["GET", "POST"])
def settings_avatar(request: MemberRequest) -> HttpResponse:
    """Choose another avatar."""
    mini_program = request.member.mini_program
    form = AvatarForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_avatar(mini_program, form.cleaned_data["avatar"], by=request.member)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The avatar is changed."))
            return redirect("entities:settings_basic", appid=mini_program.appid)
    facts = {"quota": quotas.avatar_quota(mini_program), "refusal": quotas.avatar_refusal(mini_program)}
    return _change_page(request, "entities/settings_avatar.html", form, facts | {"mb": pictures.most_megabytes()})


@requires(Permission.PROFILE_EDIT)
@require_http_methods(["GET", "POST"])
def settings_introduction(request: MemberRequest) -> HttpResponse:
    """Write another introduction."""
    mini_program = request.member.mini_program
    profile = queries.profile_of(mini_program)
    form = IntroductionForm(request.POST or None, initial={"introduction": profile.introduction if profile else ""})
    if request.method == "POST" and form.is_valid():
        try:
            change_introduction(mini_program, form.cleaned_data["introduction"], by=request.member)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The introduction is changed."))
            return redirect("entities:settings_basic", appid=mini_program.appid)
    facts = {"quota": quotas.introduction_quota(mini_program), "refusal": quotas.introduction_refusal(mini_program)}
    return _change_page(request, "entities/settings_introduction.html", form, facts)


def _change_page(request: MemberRequest, template: str, form: Any, facts: dict[str, Any]) -> HttpResponse:
    """A page with a form, its quota, and why it is closed, if it is. Without the information there is nothing yet."""
    mini_program = request.member.mini_program
    if (profile := queries.profile_of(mini_program)) is None:
        return redirect("entities:profile", appid=mini_program.appid)
    shared = {
        "form": form,
        "profile": profile,
        "appid": mini_program.appid,
        "reason": closed_because(Gate.PROFILE, mini_program),
        "rules": RULES.profile,
    }
    return render(request, template, shared | facts)


@requires(Permission.PROFILE_EDIT)
@require_POST
def settings_search(request: MemberRequest) -> HttpResponse:
    """Allow or forbid search by name."""
    mini_program = request.member.mini_program
    form = SearchForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say whether the Mini Program can be found."), code="searchable_missing")
    searchable = form.cleaned_data["searchable"]
    set_searchable(mini_program, searchable=searchable, by=request.member)
    done = _("The Mini Program can be found by searching.") if searchable else _("Searching does not find it any more.")
    messages.success(request, done)
    return redirect("entities:settings_basic", appid=mini_program.appid)
