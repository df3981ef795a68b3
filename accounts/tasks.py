"""What accounts deliver: the activation mail, and the mail that proves another address."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.email_change import issue_email_link
from accounts.actions.registration import issue_activation
from accounts.queries import account_awaiting_activation, account_with
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES


def send_activation_mail(event: AuditEvent) -> None:
    """Mail the one valid activation link to an account that still waits for it, in the language it registered in."""
    user = account_awaiting_activation(event.subject_id)
    if user is None:
        return
    page = "openplatform:activate" if user.is_open_platform else "accounts:activate"
    link = settings.BASE_URL + reverse(page, kwargs={"token": issue_activation(user)})
    with translation.override(event.data.get("language", "en")):
        facts = {"email": user.email, "link": link, "hours": RULES.account.activation_hours}
        send_mail(
            _("Activate your Ministage account"),
            render_to_string("accounts/mail/activation.txt", facts),
            None,
            [user.email],
        )


def send_email_change_mail(event: AuditEvent) -> None:
    """Mail the one valid link to the address to which an account wants to move, in the language it was asked in."""
    user = account_with(event.subject_id)
    mini_program = getattr(user, "mini_program", None)
    issued = issue_email_link(user) if user is not None and mini_program is not None else None
    if user is None or mini_program is None or issued is None:
        return
    token, change = issued
    path = reverse("accounts:email_prove", kwargs={"appid": mini_program.appid}) + f"?token={token}"
    with translation.override(event.data.get("language", "en")):
        facts = {
            "email": change.email,
            "old": user.email,
            "appid": mini_program.appid,
            "link": settings.BASE_URL + path,
        }
        send_mail(
            _("Confirm your new log-in e-mail"),
            render_to_string("accounts/mail/email_change.txt", facts | {"hours": RULES.account.activation_hours}),
            None,
            [change.email],
        )
