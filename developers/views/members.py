"""User Identity: the administrator, developers and experiencers of a Mini Program (console.md §5)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.confirming import confirmed_here, refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.limits import spend
from accounts.models import Member
from accounts.permissions import Permission, Role
from accounts.purposes import ScanPurpose
from accounts.scanning import ask_for_scan
from developers import queries
from developers.actions import members
from developers.forms.members import MemberForm
from entities.queries import display_name
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@requires(Permission.MEMBER_BIND)
@require_safe
def identity(request: MemberRequest) -> HttpResponse:
    """Who belongs to the Mini Program, and how many more may."""
    mini_program = request.member.mini_program
    found = queries.members_of(mini_program)
    context = {
        "administrator": next(iter(found[Role.ADMINISTRATOR]), None),
        "limits": queries.member_limits(mini_program),
        "developers": found[Role.DEVELOPER],
        "experiencers": found[Role.EXPERIENCER],
    }
    return render(request, "developers/identity.html", context)


@requires(Permission.MEMBER_BIND)
@require_safe
def member_search(request: MemberRequest) -> HttpResponse:
    """The person of a WeChat ID, with the button that binds them, or why not."""
    spend(request, "member_search", RULES.rates.member_search, key=str(request.person.pk))
    form = MemberForm(request.GET)
    if not form.is_valid():
        return render(request, "developers/_member_found.html", {"message": _("Enter a WeChat ID.")})
    role = form.cleaned_data["role"]
    person = queries.find_person(form.cleaned_data["wechat_id"])
    if person is None:
        return render(request, "developers/_member_found.html", {"message": queries.not_found().message})
    message = ""
    try:
        members.check_can_bind(request.member.mini_program, person=person, role=role)
    except Refused as refusal:
        message = refusal.message
    return render(request, "developers/_member_found.html", {"found": person, "role": role, "message": message})


@requires(Permission.MEMBER_BIND)
@require_POST
def member_bind_ask(request: MemberRequest) -> HttpResponse:
    """A person was chosen: the administrator scans to confirm."""
    spend(request, "member_search", RULES.rates.member_search, key=str(request.person.pk))
    form = MemberForm(request.POST)
    person = queries.find_person(form.cleaned_data["wechat_id"]) if form.is_valid() else None
    if person is None:
        raise queries.not_found()
    mini_program, role = request.member.mini_program, Role(form.cleaned_data["role"])
    members.check_can_bind(mini_program, person=person, role=role)
    return ask_for_scan(
        request,
        ScanPurpose.MEMBER_BIND,
        then=reverse("developers:member_bind", kwargs={"appid": mini_program.appid}),
        back=reverse("developers:identity", kwargs={"appid": mini_program.appid}),
        facts={
            "mini_program": display_name(mini_program),
            "appid": mini_program.appid,
            "person": person.actor_name,
            "role": role.value,
        },
        payload={"person": person.pk, "role": role.value},
        mini_program=mini_program,
        permission=Permission.MEMBER_BIND,
    )


@requires(Permission.MEMBER_BIND)
@require_POST
def member_bind(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the person is bound at once."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.MEMBER_BIND) as scan:
            person = queries.person_with(scan.payload["person"])
            members.bind_member(request.member.mini_program, person=person, role=scan.payload["role"], by=scan.member)
        messages.success(request, _("%(person)s is bound.") % {"person": person.nickname})
    return redirect("developers:identity", appid=request.member.mini_program.appid)


def _member_or_404(request: MemberRequest, pk: int) -> Member:
    member = queries.member_with(request.member.mini_program, pk)
    if member is None:
        raise Http404
    return member


@requires(Permission.MEMBER_UNBIND)
@require_POST
def member_unbind_ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Unbind was pressed: the administrator scans to confirm."""
    member = _member_or_404(request, pk)
    members.check_can_unbind(member)
    mini_program = request.member.mini_program
    return ask_for_scan(
        request,
        ScanPurpose.MEMBER_UNBIND,
        then=reverse("developers:member_unbind", kwargs={"appid": mini_program.appid}),
        back=reverse("developers:identity", kwargs={"appid": mini_program.appid}),
        facts={
            "mini_program": display_name(mini_program),
            "appid": mini_program.appid,
            "person": member.person.actor_name,
            "role": member.role,
            "consequence": _("Everything this role allowed ends at once."),
        },
        payload={"member": member.pk},
        mini_program=mini_program,
        permission=Permission.MEMBER_UNBIND,
    )


@requires(Permission.MEMBER_UNBIND)
@require_POST
def member_unbind(request: MemberRequest) -> HttpResponse:
    """The scan is confirmed: the person is unbound."""
    with refusals_as_messages(request):
        with confirmed_here(request, ScanPurpose.MEMBER_UNBIND) as scan:
            member = queries.member_with(request.member.mini_program, scan.payload["member"])
            if member is None:
                raise Refused(_("This person has been unbound already."), code="not_bound")
            members.unbind_member(member, by=scan.member)
        messages.success(request, _("%(person)s is unbound.") % {"person": member.person.nickname})
    return redirect("developers:identity", appid=request.member.mini_program.appid)
