"""How allauth fits into the house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.door import PERSON_KEY
from accounts.lifecycle import AccountStatus
from accounts.models import User
from platform_site.kernel.secrets import EncryptedTextField

PENDING_KEY = "pending_account"  # pk of the account whose activation this browser is waiting for


class AccountAdapter(DefaultAccountAdapter):
    """Registration and activation are ours (accounts/actions/registration.py); log-in, reset and limits allauth's."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many tries. Wait a moment, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer's address; behind a proxy the server sets it (see docs/production.md)."""
        return request.META.get("REMOTE_ADDR") or "127.0.0.1"

    def is_safe_url(self, url: str | None) -> bool:
        """`next` is a path of ours from the root: neither another host nor a word that no redirect understands."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed log-ins count per e-mail address, whatever Host header they came with."""
        return f"login:{credentials.get('email', '').lower()}"

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "accounts.stages.AdministratorScanStage"]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Who knows the password of an account that is not activated is led to its activation page."""
        if user.status == AccountStatus.AWAITING_ACTIVATION:
            clear_login(request)
            request.session[PENDING_KEY] = user.pk
            return redirect("openplatform:register_mail" if user.is_open_platform else "accounts:register_mail")
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """A new session id; nobody's scan of before counts for this log-in."""
        for key in (PERSON_KEY, PENDING_KEY):
            request.session.pop(key, None)
        request.__dict__.pop("_person", None)
        super().login(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)  # type: ignore[arg-type]

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Mails point at BASE_URL, never at the Host header of who asked."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def format_email_subject(self, subject: str) -> str:
        return str(subject)


def home_of(user: User) -> str:
    """Where this account begins: the desk, the Open Platform, its console, or step 3 of its registration."""
    if user.is_staff:
        return "/desk/"
    if user.is_open_platform:
        return reverse("openplatform:home")
    if user.status == AccountStatus.REGISTERED:
        return reverse("home:console", kwargs={"appid": user.mini_program.appid})
    if user.status == AccountStatus.REGISTRATION_FAILED:
        return reverse("verification:register_failed")
    return reverse("verification:register_information")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return str(EncryptedTextField().get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        return str(EncryptedTextField().from_db_value(encrypted_text, None, None))
