"""Scans that people hand in, and forms that they have not finished."""

from django.db import models

from accounts.models import User
from platform_site.kernel.secrets import EncryptedTextField


def stored_name_of(sha256: str) -> str:
    """Where the private storage has a kept picture."""
    return f"papers/{sha256}.jpg"


class Paper(models.Model):
    """A scan handed in: a picture drawn anew (JPEG), kept privately under its SHA-256 (console.md §1.6.2).

    It belongs to the log-in account that uploaded it, and is shown to that account and to staff only. What it proves is
    said by the row that holds it (EntityPaper, CategoryPaper, NamePaper, verification's own).
    """

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="papers")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)  # as the person's file was called, for their eyes
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="paper_by_account")]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    @property
    def stored_name(self) -> str:
        """Where the picture is kept in the private storage."""
        return stored_name_of(self.sha256)


class Draft(models.Model):
    """A form that an account has not finished: it survives a refused submit, a lost session and a restart.

    `kind` names the form ("registration", "profile", …); `data` is the JSON of its fields, encrypted, without secrets.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=32)
    data = EncryptedTextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_draft_per_account_and_form")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
