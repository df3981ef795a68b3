"""Lists in pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page that `?page=` names; nonsense means the first, beyond the end the last."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))
