"""The phone: who holds it, its home page, and its settings."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.people import bind_identity, change_settings, create_person
from accounts.door import PersonRequest, requires_person
from accounts.forms.phone import CardForm, LogInForm, SettingsForm, SignUpForm
from accounts.forms.refusals import add_refusal
from accounts.limits import spend
from accounts.notices import render_notice
from accounts.phone_session import close_phone, goal_of, open_phone, who_logs_in
from accounts.queries import notification_inbox, persona_with, personas, sms_inbox, tickets_to_answer
from accounts.views.paging import number_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def phone_login(request: HttpRequest) -> HttpResponse:
    """Take up a phone: by WeChat ID or phone number and password, or in the demo by picking a persona."""
    form = LogInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["name"].strip().lower()
            spend(request, "phone_login", RULES.rates.phone_login, key=name)
            person = who_logs_in(name, form.cleaned_data["password"])
            if person is None:
                raise Refused(_("The WeChat ID, phone number or password is wrong."), code="login_wrong")
            open_phone(request, person)
            return redirect(goal_of(request))
        except Refused as refusal:
            add_refusal(form, refusal)
    cast = personas() if settings.DEMO else None
    return render(request, "accounts/phone_login.html", {"form": form, "personas": cast, "next": goal_of(request)})


@require_POST
def phone_persona(request: HttpRequest) -> HttpResponse:
    """Take up the phone of somebody of the demo world: no password, and only in the demo."""
    person = persona_with(number_of(request.POST.get("persona"))) if settings.DEMO else None
    if person is None:
        raise Http404
    open_phone(request, person)
    return redirect(goal_of(request))


@never_cache
@sensitive_post_parameters("password", "real_name", "id_number")
@require_http_methods(["GET", "POST"])
def phone_signup(request: HttpRequest) -> HttpResponse:
    """Become a person on WeChat, with a phone number of one's own."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "registration", RULES.rates.registration)
            person = create_person(**form.cleaned_data)
            open_phone(request, person)
            return redirect(goal_of(request))
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "accounts/phone_signup.html", {"form": form, "next": goal_of(request)})


@require_POST
def phone_logout(request: HttpRequest) -> HttpResponse:
    """Lay the phone down."""
    close_phone(request)
    return redirect("accounts:phone_login")


@never_cache
@require_GET
@requires_person
def phone_home(request: PersonRequest) -> HttpResponse:
    """The chats: what waits for an answer, service notifications and text messages."""
    notifications = notification_inbox(request.person)
    latest = notifications.latest
    seen = {
        "waiting": tickets_to_answer(request.person)[:3],
        "notifications": notifications,
        "latest_title": render_notice(latest.event, latest.facts)[0] if latest is not None else "",  # type: ignore[union-attr]
        "sms": sms_inbox(request.person),
    }
    return render(request, "accounts/phone_home.html", seen)


@never_cache
@require_GET
@requires_person
def phone_me(request: PersonRequest) -> HttpResponse:
    """Me: who I am, and the way to settings, bank card and log-out."""
    return render(request, "accounts/phone_me.html", {"person": request.person})


@never_cache
@require_http_methods(["GET", "POST"])
@requires_person
def phone_settings(request: PersonRequest) -> HttpResponse:
    """Change nickname, client version and whether others find me."""
    names = ("nickname", "client_version", "is_searchable")
    form = SettingsForm(request.POST or None, initial={name: getattr(request.person, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            change_settings(request.person, **form.cleaned_data)
            return redirect("accounts:phone_me")
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "accounts/phone_settings.html", {"form": form})


@never_cache
@sensitive_post_parameters("real_name", "id_number")
@require_http_methods(["GET", "POST"])
@requires_person
def phone_card(request: PersonRequest) -> HttpResponse:
    """Bind a bank card, or look at the one that is bound."""
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bind_identity(request.person, **form.cleaned_data)
            return redirect("accounts:phone_card")
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "accounts/phone_card.html", {"form": form, "person": request.person})
