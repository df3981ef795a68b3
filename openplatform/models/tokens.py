"""Access tokens of the server API: what a Mini Program's own server proves itself with."""

from django.db import models

from accounts.models import MiniProgram
from platform_site.kernel.constraints import one_of
from platform_site.kernel.secrets import EncryptedTextField


class TokenKind(models.TextChoices):
    """Where a token came from; the two kinds know nothing of each other (wire-api.md §1.1)."""

    PLAIN = "plain", "/cgi-bin/token"
    STABLE = "stable", "/cgi-bin/stable_token"


class AccessToken(models.Model):
    """A token that was issued: 256 random bits, of which the digest is kept.

    `expires_at` is what its holder was told; `ends_at` is when it really stops working: earlier where a newer one took
    its place. A stable one is answered again while it lives, so that it is `kept` (encrypted; "" for plain ones).
    """

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.CASCADE, related_name="access_tokens")
    kind = models.CharField(max_length=8, choices=TokenKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    kept = EncryptedTextField(blank=True)
    is_forced = models.BooleanField(default=False)  # by force_refresh: these are counted
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", TokenKind, name="access_token_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("expires_at")), name="access_token_ends_by_its_expiry"
            ),
        ]
        indexes = [models.Index(fields=["mini_program", "kind", "-id"], name="access_token_latest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mini_program_id}"

    @property
    def audit_appid(self) -> str:
        return self.mini_program.appid
