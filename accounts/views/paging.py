"""Pages of messages, and numbers as browsers send them back."""

from typing import Any

from django.core.paginator import Page

ON_A_PAGE = 20


def number_of(text: str | None) -> int:
    """A number of at most 18 digits; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def newest(page: Page[Any]) -> int:
    """The key of the newest row of this page: reading marks everything up to it."""
    return max((row.pk for row in page.object_list), default=0)
