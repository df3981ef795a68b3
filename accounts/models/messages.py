"""What reaches people: SMS and their codes, service notifications on the phone, notices in the console."""

from django.db import models

from accounts.models.people import WeChatPerson
from accounts.models.programs import MiniProgram
from platform_site.kernel.secrets import EncryptedTextField


class SmsMessage(models.Model):
    """A text message, shown on the phone that has this number."""

    phone = models.CharField(max_length=16)
    body = EncryptedTextField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone", "-id"], name="sms_by_phone")]

    def __str__(self) -> str:
        return f"to {self.phone}"


class SmsCode(models.Model):
    """The latest code sent to a phone for one purpose: six digits, few attempts, short life. One row each."""

    phone = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32)
    code_digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phone", "purpose"], name="one_code_per_phone_and_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.phone}"


class ServiceNotification(models.Model):
    """A message card in a person's WeChat: what happened in a Mini Program they belong to.

    `event` names the template of words (accounts/notices.py); `facts` fill it, in the reader's language.
    """

    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    appid = models.CharField(max_length=18, blank=True)
    path = models.CharField(max_length=200, blank=True)  # a page of the phone to open, if any
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="notification_by_person")]

    def __str__(self) -> str:
        return f"{self.event} to {self.person_id}"


class ConsoleNotice(models.Model):
    """The same in the console: what the bell counts."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)  # a page of the console to open, if any
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["mini_program", "-id"], name="notice_by_program")]

    def __str__(self) -> str:
        return f"{self.event} in {self.mini_program_id}"
