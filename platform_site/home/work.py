"""The desk: claiming work of any kind, giving it back, taking it over, the next one, and who is looking."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions.desk_claims import claim, claim_next, release, take_over
from accounts.desk_work import DeskWork
from accounts.door import StaffRequest, View, staff_only
from accounts.forms.desk import TakeOverForm
from accounts.forms.refusals import add_refusal
from accounts.presence import look_at, look_away, who_looks
from platform_site.kernel.lifecycle import Refused


def staff_of_work(view: View) -> View:
    """The door of a kind of work (`work` in the address): staff who may decide on that kind."""

    @wraps(view)
    def behind(request: Any, *args: Any, work: DeskWork, **kwargs: Any) -> HttpResponse:
        return staff_only(work.permission)(view)(request, *args, work=work, **kwargs)

    behind.door = "work"  # type: ignore[attr-defined]
    return behind


def row_or_404(work: DeskWork, pk: int) -> Any:
    """The row, if it has ever come to the desk."""
    if (row := work.find(pk)) is None:
        raise Http404
    return row


def _claiming(request: StaffRequest, work: DeskWork, pk: int, act: Callable[[Any], object], done: str) -> HttpResponse:
    try:
        act(row_or_404(work, pk))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(work.page, pk=pk)


@staff_of_work
@require_POST
def work_claim(request: StaffRequest, work: DeskWork, pk: int) -> HttpResponse:
    """Claim it."""
    return _claiming(request, work, pk, lambda row: claim(work, row, by=request.user), _("It is yours now."))


@staff_of_work
@require_POST
def work_release(request: StaffRequest, work: DeskWork, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    done = _("It is back in the queue.")
    return _claiming(request, work, pk, lambda row: release(work, row, by=request.user), done)


@staff_of_work
@require_POST
def work_take_over(request: StaffRequest, work: DeskWork, pk: int) -> HttpResponse:
    """Take it over from a colleague; a reason that is refused is asked for again on a page of its own."""
    row, form = row_or_404(work, pk), TakeOverForm(request.POST)
    form.is_valid()
    try:
        take_over(work, row, by=request.user, reason=form.cleaned_data.get("reason", ""))
    except Refused as refusal:
        if refusal.field != "reason":
            messages.error(request, refusal.message)
            return redirect(work.page, pk=pk)
        add_refusal(form, refusal)
        return _asked_again(request, work, row, form)
    messages.success(request, _("It is yours now."))
    return redirect(work.page, pk=pk)


def _asked_again(request: StaffRequest, work: DeskWork, row: Any, form: TakeOverForm) -> HttpResponse:
    context = {
        "work": work,
        "title": work.title(row),
        "take_over": form,
        "take_over_url": request.path,
        "page_url": reverse(work.page, kwargs={"pk": row.pk}),
        "queue_url": reverse(work.queue),
    }
    return render(request, "home/work_take_over.html", context, status=422)


@staff_of_work
@require_POST
def work_next(request: StaffRequest, work: DeskWork) -> HttpResponse:
    """Claim the most urgent one and open it."""
    try:
        row = claim_next(work, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse(work.queue)}?who=mine")
    if row is None:
        messages.info(request, _("Nothing waits that you may take."))
        return redirect(work.queue)
    return redirect(work.page, pk=row.pk)


@staff_of_work
@require_POST
def work_looking(request: StaffRequest, work: DeskWork, pk: int) -> HttpResponse:
    """The ping of an open page: I am looking at it (or, with `gone`, no longer); who else is."""
    row_or_404(work, pk)
    if "gone" in request.POST:
        look_away(work.kind, pk, request.user)
        return HttpResponse(status=204)
    look_at(work.kind, pk, request.user)
    people = who_looks(work.kind, [pk], but=request.user).get(pk, [])
    return render(request, "components/desk_looking.html", {"people": people})
