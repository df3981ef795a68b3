"""Long lists in pages, and what people type to search in them."""

import unicodedata

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED = 1000  # beyond this a list says "1000+"


class CappedPaginator(Paginator):
    """Pages of a list that may be long: counts to COUNTED at most, and shows no more than that."""

    @cached_property
    def counted(self) -> int:
        return self.object_list[: COUNTED + 1].count()  # type: ignore[attr-defined]

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED)

    @property
    def count_words(self) -> str:
        """The count as people read it: "17", or "1000+"."""
        return f"{COUNTED}+" if self.counted > COUNTED else str(self.counted)


def page_of(rows: QuerySet, number: str | None, *, size: int) -> Page:
    """One page of a list; a number that makes no sense gives the first or the last."""
    return CappedPaginator(rows, size).get_page(number)


def search_key(text: str) -> str:
    """Text as searching sees it: NFKC, case folded, spaces collapsed, no NUL."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\0", "")).casefold().split())
