"""Test accounts: what a reviewer logs in with, asked for by the first review, given with the next (seed.md)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, User
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from releases.actions.claims import check_may_decide, facts_of
from releases.lifecycle import DECIDED
from releases.models import AuditOrder, TestAccount

OPENED = "releases.order.test_account_opened"


@dataclass(frozen=True)
class TestAccountInput:
    """What the submit form took; `same` means: the one of the submission before."""

    account: str = ""
    password: str = ""
    notes: str = ""
    same: bool = False

    __test__ = False  # pytest: no test class

    def __bool__(self) -> bool:
        return bool(self.account or self.password or self.notes or self.same)


def last_decided(mini_program: MiniProgram) -> AuditOrder | None:
    """The submission whose verdict is the latest."""
    return mini_program.orders.filter(status__in=sorted(DECIDED)).order_by("-attempt").first()


def is_offered(mini_program: MiniProgram) -> bool:
    """Whether the form has fields for a test account: from the second submission on (seed.md, Test accounts)."""
    return mini_program.orders.exists()


def is_wanted(mini_program: MiniProgram) -> bool:
    """Whether the last review was returned because it lacked a test account."""
    last = last_decided(mini_program)
    return last is not None and last.wants_test_account


def last_given(mini_program: MiniProgram) -> TestAccount | None:
    """The test account of the latest submission that had one."""
    return TestAccount.objects.filter(order__mini_program=mini_program).order_by("-order__attempt").first()


def masked(account: str) -> str:
    """The name of a test account as a page shows it: its first two characters."""
    return f"{account[:2]}••••"


def checked(given: TestAccountInput, mini_program: MiniProgram, *, is_asked: bool = False) -> TestAccountInput:
    """What is kept with a submission; Refused where one is wanted or asked for, or half of one is given.

    On the first submission nothing is taken: its form has no such fields.
    """
    if not is_offered(mini_program):
        return TestAccountInput()
    before = last_given(mini_program) if given.same else None
    if before is not None:
        return TestAccountInput(before.account, before.password, given.notes or before.notes)
    account, password, notes = (t.replace("\0", "").strip() for t in (given.account, given.password, given.notes))
    given = TestAccountInput(account, password, notes)
    if not given and not is_asked and not is_wanted(mini_program):
        return given
    if not given.account:
        raise Refused(_("Give the account that the reviewer logs in with."), code="85010", field="login_for_review")
    if not given.password:
        raise Refused(_("Give the password of the test account."), code="85010", field="password_for_review")
    _check_lengths(given)
    return given


def _check_lengths(given: TestAccountInput) -> None:
    most = RULES.review.account_characters
    for name, text in (("login_for_review", given.account), ("password_for_review", given.password)):
        if len(text) > most:
            raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="account_too_long", field=name)
    if len(given.notes) > (most := RULES.version.notes_characters):
        words = _("Use at most %(most)d characters.") % {"most": most}
        raise Refused(words, code="notes_too_long", field="review_account_notes")


def keep(given: TestAccountInput, order: AuditOrder) -> None:
    """Keep it with its submission, encrypted, in the caller's transaction; it takes the place of one before."""
    if given:
        values = {"account": given.account, "password": given.password, "notes": given.notes}
        TestAccount.objects.update_or_create(order=order, defaults=values)


@transaction.atomic
def open_test_account(order: AuditOrder, *, by: User) -> TestAccount:
    """Show the test account to a reviewer; each opening is written down."""
    check_may_decide(order, by=by)
    found = TestAccount.objects.filter(order=order).first()
    if found is None:
        raise Refused(_("No test account was given."), code="no_test_account")
    record(OPENED, order, by=by, data=facts_of(order))
    return found
