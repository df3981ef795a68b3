"""The name of a Mini Program: chosen anew after a rejection, changed with the administrator's scan, withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.models import ScanTicket
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.scanning import show_ticket, waiting_for
from entities import name_queries, queries, quotas
from entities.actions.drafts import NAME_DRAFT, drop_draft
from entities.actions.name_decisions import withdraw_name
from entities.actions.names import NameProof, choose_name
from entities.actions.profile_changes import change_name, check_name_change
from entities.forms.names import NameForm
from entities.gates import Gate, closed_because
from entities.models import Profile
from entities.views.drafts import keep_typed
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@requires(Permission.PROFILE_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def name_change(request: MemberRequest) -> HttpResponse:
    """Enter another name. One that the Mini Program has already is changed after a scan, a first one at once."""
    mini_program = request.member.mini_program
    if (profile := queries.profile_of(mini_program)) is None:
        return redirect("entities:profile", appid=mini_program.appid)
    if request.method == "POST":
        form = NameForm(request.POST, request.FILES, request=request, mini_program=mini_program)
        if form.is_valid() and (answer := _go_on(request, form, profile)) is not None:
            return answer
        keep_typed(request, NAME_DRAFT)
    else:
        draft = queries.draft_of(request.user, NAME_DRAFT)  # type: ignore[arg-type]
        form = NameForm(initial=draft, request=request, mini_program=mini_program)
    return render(request, "entities/name_change.html", _asked(form, profile))


def _go_on(request: MemberRequest, form: NameForm, profile: Profile) -> HttpResponse | None:
    """To the scan that confirms the change, or, for a first name, straight to what it leads to; None if refused."""
    try:
        if profile.name:
            return _to_confirm(request, form, profile)
        application = choose_name(
            request.member.mini_program, form.cleaned_data["name"], by=request.member, proof=form.proof()
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
    drop_draft(request.user, NAME_DRAFT)  # type: ignore[arg-type]
    if application is None:
        messages.success(request, _("The Mini Program information is complete."))
    return redirect("entities:profile", appid=request.member.mini_program.appid)


def _to_confirm(request: MemberRequest, form: NameForm, profile: Profile) -> HttpResponse:
    mini_program, appid, proof = request.member.mini_program, request.member.mini_program.appid, form.proof()
    name, words = check_name_change(mini_program, form.cleaned_data["name"], profile=profile, proof=proof)
    follows = _("The old name is free at once: others can take it.")
    if words:
        follows = _("The name is reviewed with its naming proof. The old one stays until then.")
    ticket = show_ticket(
        request,
        ScanPurpose.NAME_CHANGE,
        then=reverse("entities:name_changed", kwargs={"appid": appid}),
        back=reverse("entities:name_change", kwargs={"appid": appid}),
        facts={"mini_program": profile.name, "appid": appid, "name": name, "consequence": follows},
        payload={"name": name, "papers": [paper.pk for paper in proof.papers], "explanation": proof.explanation},
        mini_program=mini_program,
        permission=Permission.PROFILE_EDIT,
    )
    return redirect(reverse("entities:name_confirm", kwargs={"appid": appid}) + f"?ticket={ticket.pk}")


def _asked(form: NameForm, profile: Profile) -> dict[str, Any]:
    mini_program = profile.mini_program
    quota = quotas.name_quota(profile)
    refusal = quotas.name_refusal(profile, quota) if profile.name else None
    return {
        "form": form,
        "profile": profile,
        "reason": closed_because(Gate.PROFILE, mini_program),
        "appid": mini_program.appid,
        "application": name_queries.name_under_review(mini_program),
        "refusal": refusal.message if refusal else "",
        "quota": quota,
        "rules": RULES.profile,
    }


@requires(Permission.PROFILE_EDIT)
@never_cache
@require_safe
def name_confirm(request: MemberRequest) -> HttpResponse:
    """What will change, once more, with the QR for the administrator; the button appears when it is confirmed."""
    ticket = _ticket_of(request)
    profile = queries.profile_of(request.member.mini_program)
    if ticket is None or profile is None:
        return redirect("entities:name_change", appid=request.member.mini_program.appid)
    facts = {"ticket": ticket, "profile": profile, "quota": quotas.name_quota(profile)}
    return render(request, "entities/name_confirm.html", facts)


def _ticket_of(request: MemberRequest) -> ScanTicket | None:
    """The scan for this Mini Program's name that this browser shows."""
    number = request.GET.get("ticket", "")
    found = waiting_for(request, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None or found[0].purpose != ScanPurpose.NAME_CHANGE:
        return None
    return found[0] if found[0].mini_program == request.member.mini_program else None


@requires(Permission.PROFILE_EDIT)
@require_POST
def name_changed(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed and the second button pressed: the name changes, or goes to the desk."""
    mini_program = request.member.mini_program
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.NAME_CHANGE) as scan:
            given = scan.payload
            papers = queries.papers_with(mini_program.account, given["papers"])
            proof = NameProof(tuple(papers), given["explanation"])
            application = change_name(mini_program, given["name"], by=scan.member, proof=proof)
        drop_draft(mini_program.account, NAME_DRAFT)
        done = _("The Mini Program is called %(name)s now.") if application is None else _("%(name)s is under review.")
        messages.success(request, done % {"name": given["name"]})
    return redirect("entities:settings_basic", appid=mini_program.appid)


@requires(Permission.PROFILE_EDIT)
@require_POST
def name_withdraw(request: MemberRequest) -> HttpResponse:
    """Take back the name that is under review."""
    mini_program = request.member.mini_program
    if (application := name_queries.name_under_review(mini_program)) is None:
        raise Http404
    withdraw_name(application, by=request.member)
    messages.success(request, _("The application for %(name)s is withdrawn.") % {"name": application.name})
    return redirect("entities:name_change", appid=mini_program.appid)
