"""Registration, steps 1 and 2: choose an account type, account information, e-mail activation.

The console's realm registers Mini Programs, the Open Platform's its own accounts: the same steps, by the same rules.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.account_types import ACCOUNT_TYPES, REGISTRATION_STEPS
from accounts.actions import registration
from accounts.adapter import PENDING_KEY, home_of
from accounts.forms.register import ChangeEmailForm, RegisterForm
from accounts.identity import normal_email
from accounts.limits import spend
from accounts.models import EmailKind, User
from accounts.queries import account_awaiting_activation
from accounts.scanning import holder_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

SENT_KEY = "activation_sent_at"  # machine's seconds: when this browser last asked for a mail
CHECKED_KEY = "email_checked"  # the address that was last checked while typing


@require_safe
def register_choose(request: HttpRequest) -> HttpResponse:
    """Choose account type."""
    return render(request, "accounts/register_choose.html", {"types": ACCOUNT_TYPES})


@require_safe
def agreement(request: HttpRequest, *, document: str) -> HttpResponse:
    """One of the two agreements."""
    return render(request, f"accounts/agreement_{document}.html")


def _is_open(request: HttpRequest) -> bool:
    return bool(request.realm.name == "open")  # type: ignore[attr-defined]


def _named(request: HttpRequest, name: str) -> str:
    """The full name of a page of this realm."""
    return f"{'openplatform' if _is_open(request) else 'accounts'}:{name}"


def _step(request: HttpRequest, template: str, facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the wizard, with its steps bar, in the dress of its realm."""
    realm = {
        "steps": REGISTRATION_STEPS,
        "is_open": _is_open(request),
        "base": "base_open.html" if _is_open(request) else "base_public.html",
        "pages": "openplatform" if _is_open(request) else "accounts",
    }
    return render(request, template, realm | facts, status=status)


def _form(request: HttpRequest, form: type[Any], *args: Any, **kwargs: Any) -> Any:
    return form(*args, check_at=reverse(_named(request, "register_check_email")), **kwargs)


@never_cache
@sensitive_post_parameters("password", "password_again")
def register_account(request: HttpRequest) -> HttpResponse:
    """Step 1: account information."""
    form = _form(request, RegisterForm, request.POST or None)
    if request.method == "POST" and (user := _register(request, form)):
        _remember(request, user)
        return redirect(_named(request, "register_mail"))
    return _step(request, "accounts/register_account.html", {"form": form})


def _register(request: HttpRequest, form: RegisterForm) -> User | None:
    try:
        spend(request, "registration", RULES.rates.registration)
        if not form.is_valid():
            return None
        email = form.cleaned_data["email"]
        spend(request, "mail", RULES.rates.mail, key=email)
        kind = EmailKind.OPEN_PLATFORM if _is_open(request) else EmailKind.PUBLIC_PLATFORM
        return registration.register_account(email=email, password=form.cleaned_data["password"], kind=kind)
    except Refused as refusal:
        _show(form, refusal)
        return None


def _show(form: Any, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _remember(request: HttpRequest, user: User) -> None:
    """This browser may ask for this account's activation mail again."""
    request.session[PENDING_KEY] = user.pk
    request.session[SENT_KEY] = int(now().timestamp())


@require_safe
@never_cache
def register_captcha(request: HttpRequest) -> HttpResponse:
    """Change picture: a new verification code, for the form that is open."""
    spend(request, "captcha", RULES.rates.captcha)
    facts = {"field": _form(request, RegisterForm)["captcha"]}
    return _step(request, "accounts/_captcha_field.html", facts)


@require_POST
def register_check_email(request: HttpRequest) -> HttpResponse:
    """Say, while the e-mail address is being typed, whether it can register."""
    try:
        email = normal_email(request.POST.get("email", ""))
        if email != request.session.get(CHECKED_KEY):  # asking the same again tells nothing new
            spend(request, "email_check", RULES.rates.email_check, key=holder_of(request))
            request.session[CHECKED_KEY] = email
        registration.check_email_is_free(email)
    except Refused as refusal:
        return render(request, "accounts/_email_check.html", {"refusal": refusal})
    return render(request, "accounts/_email_check.html", {"email": email})


@never_cache
@require_safe
def register_mail(request: HttpRequest) -> HttpResponse:
    """Step 2: which mailbox to look into, and what to do when no mail came."""
    if (user := _pending(request)) is None:
        return redirect(_named(request, "register_account"))
    waited = now().timestamp() - request.session.get(SENT_KEY, 0)
    wait = max(0, round(RULES.sms.resend_seconds - waited))
    return _step(request, "accounts/register_mail.html", {"account": user, "wait": wait})


def _pending(request: HttpRequest) -> User | None:
    user = account_awaiting_activation(request.session.get(PENDING_KEY))
    return user if user is not None and user.is_open_platform == _is_open(request) else None


def _is_of_this_realm(request: HttpRequest, user: User | None) -> bool:
    return user is not None and user.is_open_platform == _is_open(request)


@require_POST
def register_resend(request: HttpRequest) -> HttpResponse:
    """Send the activation mail again: asked by the browser that registered, or by who holds an older link."""
    token = request.POST.get("token")
    user = registration.account_of_link(token) if token else _pending(request)
    if user is None or not _is_of_this_realm(request, user):
        return redirect(_named(request, "login"))
    spend(request, "mail", RULES.rates.mail, key=user.email)
    registration.resend_activation(user)
    _remember(request, user)
    messages.success(request, _("A new activation mail is on its way to %(email)s.") % {"email": user.email})
    return redirect(_named(request, "register_mail"))


@never_cache
def register_change_email(request: HttpRequest) -> HttpResponse:
    """Fill in the e-mail address again, before it is activated."""
    if (user := _pending(request)) is None:
        return redirect(_named(request, "register_account"))
    form = _form(request, ChangeEmailForm, request.POST or None, initial={"email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            _change_email(request, user, form.cleaned_data["email"])
        except Refused as refusal:
            _show(form, refusal)
        else:
            return redirect(_named(request, "register_mail"))
    return _step(request, "accounts/register_change_email.html", {"form": form, "account": user})


def _change_email(request: HttpRequest, user: User, email: str) -> None:
    spend(request, "email_check", RULES.rates.email_check, key=holder_of(request))
    spend(request, "mail", RULES.rates.mail, key=email)
    registration.change_pending_email(user, email=email)
    _remember(request, user)


@never_cache
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the activation mail: its page only asks (mail scanners open links), its button activates."""
    if (asked := registration.account_of_link(token)) is not None and not _is_of_this_realm(request, asked):
        return redirect("accounts:activate" if _is_open(request) else "openplatform:activate", token=token)
    try:
        if request.method == "POST":
            user = registration.activate(token)
            get_adapter(request).login(request, user)
            return redirect(home_of(user))
        link = registration.link_of(token)
    except Refused as refusal:
        user_of_link = registration.account_of_link(token)
        facts = {"refusal": refusal, "account": user_of_link, "token": token}
        return _step(request, "accounts/activate_refused.html", facts, status=410)
    return _step(request, "accounts/activate.html", {"account": link.user})
