"""What accounts deliver: the activation mail."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.registration import issue_activation
from accounts.queries import account_awaiting_activation
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES


def send_activation_mail(event: AuditEvent) -> None:
    """Mail the one valid activation link to an account that still waits for it, in the language it registered in."""
    user = account_awaiting_activation(event.subject_id)
    if user is None:
        return
    link = settings.BASE_URL + reverse("accounts:activate", kwargs={"token": issue_activation(user)})
    with translation.override(event.data.get("language", "en")):
        facts = {"email": user.email, "link": link, "hours": RULES.account.activation_hours}
        send_mail(
            _("Activate your Ministage account"),
            render_to_string("accounts/mail/activation.txt", facts),
            None,
            [user.email],
        )
