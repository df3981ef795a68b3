"""The page at which a program opens, with its query: "pages/order/order?table=5"; "" is the first page."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from developers.models import CodePackage
from platform_site.kernel.lifecycle import Refused

MOST, NAMED = 1024, 5  # characters, as in the models; pages that a refusal names
_QUERY = re.compile(r"[^\s#\x00-\x1f\x7f\ud800-\udfff]*")


class Start(NamedTuple):
    """A page of the package ("" for the first), and the query that it is opened with."""

    page: str
    query: str


def start_of(start_path: str) -> Start:
    """The two parts of a start path."""
    page, _mark, query = start_path.partition("?")
    return Start(page, query)


def has_page(package: CodePackage, start_path: str) -> bool:
    """Whether the package has the page that this start path names."""
    page = start_of(start_path).page
    return not page or page in package.facts["pages"]


def checked_start_path(package: CodePackage, text: str) -> str:
    """The start path as it is kept; Refused (field "start_path") unless it is a page of the package, ?query or none."""
    page, query = start_of(text.strip())
    page = page.removeprefix("/").removesuffix(".html")
    if not has_page(package, page):
        raise _no_such_page(package, page)
    if not _QUERY.fullmatch(query):
        message = _("Write the query as name=value&name=value, without spaces.")
        raise Refused(message, code="start_query", field="start_path")
    kept = f"{page or package.facts['pages'][0]}?{query}" if query else page
    if len(kept) > MOST:
        message = _("Use at most %(n)d characters for page and query.") % {"n": MOST}
        raise Refused(message, code="start_path_long", field="start_path")
    return kept


def _no_such_page(package: CodePackage, page: str) -> Refused:
    pages = package.facts["pages"]
    named = ", ".join(pages[:NAMED]) + (" …" if len(pages) > NAMED else "")
    shown = "".join(c for c in page[:100] if c.isprintable())
    message = _("The package has no page “%(page)s”. Its pages are: %(pages)s.") % {"page": shown, "pages": named}
    return Refused(message, code="start_path", field="start_path")
