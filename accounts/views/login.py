"""Logging in to the console: e-mail and password, then the administrator's scan; or a scan alone."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.adapter import home_of
from accounts.door import PERSON_KEY, person_of
from accounts.forms.login import ConsoleLoginForm
from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram, User, WeChatPerson
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from accounts.queries import name_of, names_of, person_with, programs_administered_by
from accounts.scanning import scan_confirmed, show_ticket
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

EMAIL_COOKIE = "login_email"
CHOOSING_KEY = "login_choosing"  # who has scanned and is choosing a Mini Program, and until when


def enter_console(request: HttpRequest, user: User, person: WeChatPerson) -> None:
    """Log in to the console as a Mini Program's account, by the scan of `person`: a new session id."""
    get_adapter(request).login(request, user)
    request.session[PERSON_KEY] = person.pk


def safe_next(request: HttpRequest) -> str:
    """The page of ours to go to after log-in, or ""."""
    path = request.GET.get("next") or request.POST.get("next") or ""
    return path if get_adapter(request).is_safe_url(path) else ""


class ConsoleLogin(LoginView):
    """E-mail and password."""

    template_name = "accounts/login.html"
    form_class = ConsoleLoginForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.status == AccountStatus.REGISTERED and person_of(request) is None:
            end_session(request)  # nobody has scanned for this session: begin anew
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        remembered = self.request.COOKIES.get(EMAIL_COOKIE, "")
        return {**super().get_initial(), "login": remembered, "remember_email": bool(remembered)}

    def get_authenticated_redirect_url(self) -> str:
        """Who is logged in goes on; an unfinished registration always to its step 3."""
        home = home_of(self.request.user)
        return home if person_of(self.request) is None else safe_next(self.request) or home

    def form_valid(self, form: ConsoleLoginForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if form.cleaned_data["remember_email"]:
            response.set_cookie(
                EMAIL_COOKIE,
                form.cleaned_data["login"],
                max_age=timedelta(days=180),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(EMAIL_COOKIE, samesite="Lax")
        return response


@login_stage_required(stage="administrator_scan", redirect_urlname="accounts:login")
def login_scan(request: Any) -> HttpResponse:
    """After the right password: only a person with the right to log in to this Mini Program may confirm."""
    stage = request._login_stage
    mini_program: MiniProgram = stage.login.user.mini_program
    if request.method == "POST":
        person = _who_scanned(request, mini_program)
        response: HttpResponse = stage.exit()
        request.session[PERSON_KEY] = person.pk
        return response
    ticket = show_ticket(
        request,
        ScanPurpose.CONSOLE_LOGIN,
        then=request.path,
        facts={"mini_program": name_of(mini_program), "account": mini_program.account.email},
        mini_program=mini_program,
        permission=Permission.CONSOLE_VIEW,
    )
    return render(request, "accounts/login_scan.html", {"ticket": ticket, "account": mini_program.account})


def _who_scanned(request: HttpRequest, mini_program: MiniProgram | None) -> WeChatPerson:
    """Who confirmed the log-in ticket that was shown for just this Mini Program (or for none)."""
    with scan_confirmed(request, ScanPurpose.CONSOLE_LOGIN) as scan:
        if scan.mini_program != mini_program:
            raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
        return scan.person


@require_POST
def login_cancel(request: HttpRequest) -> HttpResponse:
    """Give up a log-in that waits for its scan."""
    clear_login(request)
    return redirect("accounts:login")


@never_cache
def login_by_scan(request: HttpRequest) -> HttpResponse:
    """A scan alone: whoever administers a Mini Program gets into it."""
    if request.method == "POST":
        person = _who_scanned(request, None)
        until = now() + timedelta(minutes=RULES.ticket.valid_minutes)
        request.session[CHOOSING_KEY] = {"person": person.pk, "until": until.isoformat(), "next": safe_next(request)}
        return _enter_or_choose(request, person)
    facts = {"consequence": _("The browser is logged in to a Mini Program that you administer.")}
    ticket = show_ticket(request, ScanPurpose.CONSOLE_LOGIN, then=request.get_full_path(), facts=facts)
    return render(request, "accounts/login_by_scan.html", {"ticket": ticket})


def _programs_of(person: WeChatPerson) -> list[MiniProgram]:
    return list(programs_administered_by(person).filter(user__is_active=True))


def _enter_or_choose(request: HttpRequest, person: WeChatPerson) -> HttpResponse:
    programs = _programs_of(person)
    if not programs:
        request.session.pop(CHOOSING_KEY)
        messages.error(
            request,
            _("%(person)s administers no Mini Program. Register one, or scan with another WeChat.")
            % {"person": person},
        )
        return redirect("accounts:login_by_scan")
    if len(programs) > 1:
        return redirect("accounts:login_choose")
    return _enter(request, programs[0], person)


def _enter(request: HttpRequest, mini_program: MiniProgram, person: WeChatPerson) -> HttpResponse:
    goal = request.session.pop(CHOOSING_KEY, {}).get("next")
    enter_console(request, mini_program.account, person)
    return redirect(goal or home_of(mini_program.account))


@never_cache
def login_choose(request: HttpRequest) -> HttpResponse:
    """Choose one of the Mini Programs that the person who scanned administers."""
    choosing = request.session.get(CHOOSING_KEY)
    if choosing is None or datetime.fromisoformat(choosing["until"]) <= now():
        return redirect("accounts:login_by_scan")
    person = person_with(choosing["person"])
    programs = _programs_of(person)
    if request.method == "POST":
        chosen = next((program for program in programs if program.appid == request.POST.get("appid")), None)
        if chosen is None:
            raise Http404
        return _enter(request, chosen, person)
    names = names_of(programs)
    choices = [(program, names[program.pk]) for program in programs]
    return render(request, "accounts/login_choose.html", {"person": person, "choices": choices})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out: the session ends on the server."""
    end_session(request)
    return redirect(settings.LOGIN_REDIRECT_URL)
