"""The desk's own rows: who has a piece of work."""

from django.db import models

from accounts.models.people import User


class DeskClaim(models.Model):
    """Who has a piece of work of the desk, and until when; it ends by itself (review.md §2.2).

    `kind` names the kind of work (accounts/desk_work.py), `object_id` the row that waits. Submissions keep their claims
    themselves: there a claim is a state. Only `claimed_until` says whether it still holds, by the world's clock.
    """

    kind = models.CharField(max_length=16)
    object_id = models.PositiveBigIntegerField()
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="desk_claims")
    claimed_at = models.DateTimeField()
    claimed_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_claim_per_work"),
            models.CheckConstraint(
                condition=models.Q(claimed_until__gt=models.F("claimed_at")), name="claim_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, {self.claimed_by_id}"
