"""What the desk has agreed on, and how it came to that."""

from releases.models import DeskPolicy


def policy_in_force() -> DeskPolicy | None:
    """The newest row; None before anybody has decided anything (then nothing is sampled)."""
    return DeskPolicy.objects.select_related("decided_by").order_by("-pk").first()


def policies(*, most: int = 50) -> list[DeskPolicy]:
    """Who changed it when, the latest first."""
    return list(DeskPolicy.objects.select_related("decided_by").order_by("-pk")[:most])
