"""What the submit form asks for and begins with: the kept draft, else the submission before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import MiniProgram
from platform_site.kernel.rulebook import RULES
from releases.actions import test_accounts
from releases.models import AuditOrder
from releases.queries import last_order_of

GROUP_FIELDS = ("path", "title", "category", "tags")


@dataclass(frozen=True)
class Asked:
    """What is asked for besides pages and notes. `account_before` is the last test account, masked ("" for none)."""

    feedback: bool = False
    account: bool = False
    account_is_wanted: bool = False
    account_before: str = ""


def asked_of(mini_program: MiniProgram) -> Asked:
    """Of the first submission no test account (seed.md, Test accounts); feedback only after a rejection."""
    last = test_accounts.last_decided(mini_program)
    if not test_accounts.is_offered(mini_program):
        return Asked()
    before = test_accounts.last_given(mini_program)
    return Asked(
        feedback=last is not None and last.was_rejected,
        account=True,
        account_is_wanted=last is not None and last.wants_test_account,
        account_before=test_accounts.masked(before.account) if before else "",
    )


@dataclass(frozen=True)
class Start:
    """What stands in the form at first: `initial` of its fields, `groups` of its function pages; and where from."""

    initial: dict[str, Any]
    groups: list[dict[str, Any]]
    source: str = ""  # "draft", "last" or ""


def start_of(
    mini_program: MiniProgram, draft: Mapping[str, Any], *, package_pages: Collection[str], categories: Collection[str]
) -> Start:
    """The form as it was left, or as it was last submitted, but for what this version or the Mini Program has not."""
    if draft:
        return Start(dict(draft), groups_of_draft(draft), "draft")
    last = last_order_of(mini_program)
    if last is None:
        return Start({}, [])
    groups = _groups_of_order(last, package_pages, categories)
    return Start({"notes": last.notes, "same_account": hasattr(last, "test_account")}, groups, "last")


def groups_of_draft(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The function pages of a kept draft, whatever was posted; at most as many as the rule allows."""
    total = str(draft.get("pages-TOTAL_FORMS", ""))
    most = RULES.version.function_pages_max
    count = min(int(total), most) if total.isascii() and total.isdigit() and len(total) <= 2 else 0
    return [{name: _text(draft.get(f"pages-{number}-{name}")) for name in GROUP_FIELDS} for number in range(count)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _groups_of_order(
    order: AuditOrder, package_pages: Collection[str], categories: Collection[str]
) -> list[dict[str, Any]]:
    pages = sorted(order.function_pages.all(), key=lambda page: page.position)
    return [
        {
            "path": page.path if page.path in package_pages else "",
            "title": page.title,
            "category": page.category if page.category in categories else "",
            "tags": " ".join(page.tags),
        }
        for page in pages
    ]
