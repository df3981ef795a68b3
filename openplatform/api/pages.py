"""The pages of the server API: on the phone what a QR of a page opens, in the console the log of calls."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.door import MemberRequest, PersonRequest, requires, requires_person
from accounts.models import MiniProgram
from accounts.permissions import Permission
from entities.queries import display_name
from openplatform.api.declaration import ENDPOINTS
from openplatform.api.expectations import expected_of, meaning_of, message_of
from openplatform.call_queries import NEWEST_FIRST, calls_of, taken
from openplatform.forms.calls import CallSearchForm
from openplatform.models import ApiCall, Environment, PageCode, Period
from openplatform.page_code_queries import code_with, preview_of, release_lacks
from platform_site.kernel.rulebook import RULES
from platform_site.web.keyset import keyset_page

SHOWN = 30  # calls on one page

PAGE_OF = {  # env_version: the address of the whole program, and that of one page with the name of its parameter
    Environment.RELEASE: ("releases:phone_program", "releases:phone_page", "path"),
    Environment.TRIAL: ("developers:phone_experience", "developers:phone_experience", "page"),
    Environment.DEVELOP: ("developers:phone_preview", "developers:phone_preview", "page"),
}


@requires_person
@never_cache
@require_safe
def phone_code(request: PersonRequest, slug: str) -> HttpResponse:
    """A QR of a page was scanned: it leads to its page of its version, whose own door asks who may see it."""
    code = code_with(slug)
    if code is None:
        return _refused(request, _("Nothing on Ministage has this QR code. Perhaps it was cut off."))
    if code.env_version == Environment.DEVELOP:
        preview = preview_of(request.person, code)
        if preview is None:
            words = _(
                "This QR code opens the development version, as its scanner previews it. You have no preview of "
                "%(program)s that is still good: make one in the developer tools, then scan again."
            )
            return _refused(request, words % {"program": display_name(code.mini_program)})
        return redirect(_address(code, pk=preview.pk))
    if code.env_version == Environment.RELEASE and release_lacks(request.person, code):
        words = _("The online version of %(program)s has no page %(page)s any more.")
        return _refused(request, words % {"program": display_name(code.mini_program), "page": code.page})
    return redirect(_address(code, appid=code.mini_program.appid))


def _address(code: PageCode, **kwargs: str | int) -> str:
    whole, one, name = PAGE_OF[Environment(code.env_version)]
    path = reverse(one, kwargs={**kwargs, name: code.page}) if code.page else reverse(whole, kwargs=kwargs)
    return f"{path}?{code.query}" if code.query else path


def _refused(request: PersonRequest, message: str) -> HttpResponse:
    return render(request, "openplatform/phone_code_refused.html", {"message": message}, status=404)


@dataclass(frozen=True)
class Shown:
    """A call as the log shows it: what its code means, and what should have been sent."""

    call: ApiCall
    errmsg: str
    meaning: str
    expected: str

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return self.call.microseconds / 1000


@dataclass(frozen=True)
class QuotaLine:
    """A quota of one call: how many a minute, a day and a month, and how many of the last two are taken."""

    path: str
    per_minute: int
    per_day: int
    today: int
    per_month: int
    this_month: int


@requires(Permission.CONSOLE_VIEW)
@never_cache
@require_safe
def console_calls(request: MemberRequest) -> HttpResponse:
    """The log of what this Mini Program's server has called, and the quotas of each call."""
    form = CallSearchForm(request.GET or None)
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {"rid": "", "refused": False}
    mini_program = request.member.mini_program
    rows = calls_of(mini_program, words=given["rid"].strip(), refused_only=given["refused"])
    page = keyset_page(rows, NEWEST_FIRST, request.GET, size=SHOWN)
    context = {
        "form": form,
        "page": page,
        "calls": [Shown(c, message_of(c.errcode), meaning_of(c.errcode), expected_of(c)) for c in page],
        "is_searched": bool(given["rid"] or given["refused"]),
        "log": {"days": RULES.api.log_days, "rows": RULES.api.log_rows},
        **_quotas(mini_program),
    }
    return render(request, "openplatform/console_calls.html", context)


def _quotas(mini_program: MiniProgram) -> dict[str, Any]:
    counted = taken(mini_program)
    lines = [
        QuotaLine(
            call.path,
            call.per_minute(),
            call.per_day(),
            counted.get((call.name, Period.DAY), 0),
            call.per_month(),
            counted.get((call.name, Period.MONTH), 0),
        )
        for call in ENDPOINTS.values()
    ]
    codes = {"limit": RULES.api.page_codes_total, "used": counted.get(("page_codes", Period.EVER), 0)}
    return {"quotas": lines, "codes": codes}
