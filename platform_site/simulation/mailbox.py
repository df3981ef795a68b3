"""A mail backend without a server: mails go into the built-in mailbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from platform_site.kernel import clock


class MailboxBackend(BaseEmailBackend):
    """Keeps each message once per recipient, on the world's clock."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from platform_site.simulation.models import Mail

        for message in email_messages:
            message.message()  # refuses header injection, as a real backend would
            for address in message.recipients():
                Mail.objects.create(
                    to=address, subject=str(message.subject)[:255], body=str(message.body), sent_at=clock.now()
                )
        return len(email_messages)
