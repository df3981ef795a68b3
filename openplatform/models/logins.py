"""What wx.login and jscode2session exchange: the code, and the key of the session that comes of it."""

from django.db import models

from accounts.models import MiniProgram, WeChatPerson
from platform_site.kernel.secrets import EncryptedTextField


class LoginCode(models.Model):
    """What wx.login gives a running program: of one person in one Mini Program, used once, short-lived."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["mini_program", "person", "used_at"], name="login_code_by_use")]

    def __str__(self) -> str:
        return f"for {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid


class UserSession(models.Model):
    """A person's session with the server of one Mini Program: its key signs and encrypts what the client is told.

    One each: a new log-in puts a new key in place of the old.
    """

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(WeChatPerson, on_delete=models.CASCADE, related_name="+")
    session_key = EncryptedTextField()  # base64 of 16 random bytes
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "person"], name="one_session_per_person_and_program")
        ]

    def __str__(self) -> str:
        return f"of {self.person_id} in {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
