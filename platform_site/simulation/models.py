"""The built-in mailbox."""

from django.db import models


class Mail(models.Model):
    """A mail the platform sent, kept for reading on /sim/mailbox/ where no mail server is configured."""

    to = models.EmailField()
    subject = models.CharField(max_length=255)
    body = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["to", "-id"], name="mail_by_address")]

    def __str__(self) -> str:
        return self.subject
