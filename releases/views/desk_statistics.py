"""The desk's statistics and policy: charts with their table, the same for spreadsheets, who agreed on what."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.door import StaffRequest, staff_only
from accounts.forms.refusals import add_refusal
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.web.charts import Chart, Series, bars, lines
from platform_site.web.spreadsheets import csv_file
from releases import statistics
from releases.actions.policy import change_policy
from releases.forms.desk_filters import PeriodFilter, PolicyForm
from releases.policy import policies, policy_in_force
from releases.statistics import Stretch


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_statistics(request: StaffRequest) -> HttpResponse:
    """What came in, what was decided, how long it took, and who decided it."""
    period = PeriodFilter(request.GET).period
    days = statistics.days_of(period)
    whole = Stretch(days[0].day, tuple(days))
    rows = statistics.stretches(days, length=statistics.step_of(period))
    context = {
        "period": period,
        "periods": statistics.PERIODS,
        "by_week": statistics.step_of(period) > 1,
        "whole": whole,
        "load": statistics.load_of(whole),
        "rows": rows[::-1],
        "charts": charts_of(rows),
        "reviewers": statistics.reviewers_of(days),
        "now": now(),
    }
    return render(request, "releases/desk_statistics.html", context)


def charts_of(rows: list[Stretch]) -> list[Chart]:
    """What came in and went out, how long it took, how it ended."""
    places = [date_format(row.begin, "m-d") for row in rows]
    return [
        bars(
            _("Came in and decided"),
            places,
            Series(_("Came in"), "n1", [row.submitted for row in rows]),
            Series(_("Decided"), "n2", [row.decided for row in rows]),
        ),
        lines(
            _("Hours until the decision"),
            places,
            Series(_("Half of them"), "n1", [row.p50 for row in rows]),
            Series(_("90 percent"), "n3", [row.p90 for row in rows]),
        ),
        bars(
            _("Verdicts"),
            places,
            Series(_("Approved"), "n2", [row.approved for row in rows]),
            Series(_("Rejected"), "n4", [row.rejected for row in rows]),
            stacked=True,
        ),
        lines(
            _("Percent decided in time"),
            places,
            Series(_("In time"), "n2", [row.in_time for row in rows]),
        ),
    ]


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_statistics_days(request: StaffRequest) -> HttpResponse:
    """The days of a period as a table for spreadsheets; its head is in English, for programs."""
    period = PeriodFilter(request.GET).period
    columns = ("submitted", "withdrawn", "approved", "rejected", "in_time", "expedited")
    more = ("appeals", "appeals_granted", "second_opinions", "overturned")
    rows = [
        [day.day.isoformat(), *(getattr(day, name) for name in columns + more), one.p50, one.p90]
        for day in statistics.days_of(period)
        for one in [Stretch(day.day, (day,))]
    ]
    return csv_file("desk-days.csv", ["day", *columns, *more, "p50_hours", "p90_hours"], rows)


@staff_only(Permission.ORDER_DECIDE)
@require_safe
def desk_statistics_reviewers(request: StaffRequest) -> HttpResponse:
    """Who decided how much in a period, for spreadsheets."""
    found = statistics.reviewers_of(statistics.days_of(PeriodFilter(request.GET).period))
    rows = [[one.name, one.decided, one.share] for one in found]
    return csv_file("desk-reviewers.csv", ["reviewer", "decided", "share_percent"], rows)


@staff_only(Permission.ORDER_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_policy(request: StaffRequest) -> HttpResponse:
    """How many decisions a second reviewer looks at; who changed that when."""
    policy = policy_in_force()
    share = policy.second_opinion_percent if policy else 0
    form = PolicyForm(request.POST if request.method == "POST" else None, initial={"second_opinion_percent": share})
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect("releases:desk_policy")
    context = {"form": form, "policy": policy, "share": share, "policies": policies()}
    return render(request, "releases/desk_policy.html", context, status=422 if form.errors else 200)


def _changed(request: StaffRequest, form: PolicyForm) -> bool:
    try:
        policy = change_policy(second_opinion_percent=form.cleaned_data["second_opinion_percent"], by=request.user)
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    words = _("%(percent)d percent of the decisions wait for a second reviewer from now on.")
    messages.success(request, words % {"percent": policy.second_opinion_percent})
    return True
