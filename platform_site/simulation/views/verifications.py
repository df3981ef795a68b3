"""Every organisation's standing and application, with the buttons that force what comes next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.door import StaffRequest, staff_only
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import queries
from platform_site.simulation import verifications as switchboard
from platform_site.simulation.forms import ProgramSearchForm
from platform_site.simulation.paging import page_of
from verification.desk import AT_THE_DESK


@require_GET
@staff_only(Permission.WORLD_STEER)
def verifications(request: StaffRequest) -> HttpResponse:
    """All organisations, the newest first."""
    form = ProgramSearchForm(request.GET)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    page = page_of(request, switchboard.organisations(words))
    rows = [switchboard.as_shown(mini_program) for mini_program in page.object_list]
    facts = {"form": form, "page": page, "rows": rows, "personas": queries.personas(), "at_the_desk": AT_THE_DESK}
    return render(request, "simulation/verifications.html", facts)


@require_POST
@staff_only(Permission.WORLD_STEER)
def verification_step(request: StaffRequest, appid: str) -> HttpResponse:
    """Force the step that was pressed, by the ordinary action, as somebody of the world."""
    mini_program, step = queries.program(appid), request.POST.get("step", "")
    payer = request.POST.get("payer", "")
    try:
        if step == "let_end":
            said = switchboard.let_end(mini_program, by=request.user)
        else:
            number = int(payer) if payer.isascii() and payer.isdigit() and len(payer) < 19 else 0
            said = switchboard.force(mini_program, step, payer=number, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect(f"{reverse('sim:verifications')}?{urlencode({'words': request.POST.get('words', '')})}#{appid}")
