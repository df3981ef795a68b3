"""The experience version in Development Management: choose it, change its page, cancel it, its QR (console.md §9.2)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.confirming import refusals_as_messages
from accounts.door import MemberRequest, requires
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from developers.actions.experience import set_experience, unset_experience
from developers.experience_queries import experience_of
from developers.forms.starts import StartForm
from developers.models import Build
from platform_site.kernel.lifecycle import Refused
from platform_site.web import qr
from releases.views.submissions import build_or_404, to_versions
from releases.views.versions import CODE_SIZES


@requires(Permission.EXPERIENCE_SET)
@require_http_methods(["GET", "HEAD", "POST"])
def experience_set(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a development version be the experience version, or change the page at which it starts."""
    build, chosen = build_or_404(request, pk), experience_of(request.member.mini_program)
    is_same = chosen is not None and chosen.build_id == build.pk
    form = StartForm(
        request.POST if request.method == "POST" else None,
        package=build.package,
        start_path=chosen.start_path if chosen is not None and is_same else "",
    )
    if request.method == "POST" and form.is_valid() and _chosen(request, build, form):
        return to_versions(request)
    context = {"build": build, "chosen": chosen, "is_same": is_same, "form": form}
    return render(request, "releases/experience.html", context, status=422 if form.errors else 200)


def _chosen(request: MemberRequest, build: Build, form: StartForm) -> bool:
    try:
        set_experience(build, start_path=form.start_path, by=request.member)
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Version %(version)s is the experience version.") % {"version": build.version})
    return True


@requires(Permission.EXPERIENCE_SET)
@require_POST
def experience_unset(request: MemberRequest) -> HttpResponse:
    """Cancel the experience version."""
    with refusals_as_messages(request):
        unset_experience(request.member.mini_program, by=request.member)
        messages.success(request, _("There is no experience version any more. The development version stays."))
    return to_versions(request)


@requires(Permission.CONSOLE_VIEW)
def experience_code(request: MemberRequest) -> HttpResponse:
    """The experience version's QR as a PNG, to download: `?size=` is one of CODE_SIZES."""
    chosen = experience_of(request.member.mini_program)
    if chosen is None:
        raise Http404
    size = request.GET.get("size", "") if request.GET.get("size") in CODE_SIZES else "medium"
    name = f"{request.member.mini_program.appid}-experience-{size}.png"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    picture = qr.png(f"/q/{chosen.link.code}", scale=CODE_SIZES[size])
    return HttpResponse(picture, content_type="image/png", headers=headers)
