"""Service categories: chosen, changed once a month, handed in again after a rejection; decided at the desk.

Codes of refusals are those of console.md §4.5 (53300-53308) where it has one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import end_work
from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from accounts.wording import check_words
from entities import queries
from entities.categories import CATEGORIES, Category, paper_slot
from entities.gates import Gate, check_gate
from entities.lifecycle import APPROVE_CATEGORY, GRANT_CATEGORY, REJECT_CATEGORY, RESUBMIT_CATEGORY, CategoryStatus
from entities.models import CategoryPaper, ChangeKind, Paper, ProfileChange, ServiceCategory
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Handed:
    """What is handed in for a category: the alternative (from 1), and the scans of each of its documents, in order."""

    alternative: int
    documents: tuple[tuple[Paper, ...], ...]


NOTHING = Handed(1, ())


@transaction.atomic
def choose_categories(
    mini_program: MiniProgram, codes: Sequence[str], *, by: Actor, papers: Mapping[str, Handed] | None = None
) -> None:
    """Give a Mini Program categories that have passed the checks: at once, or to the desk where papers are asked for.

    The caller holds the lock of the Mini Program. Source: console.md §4.5.
    """
    last, submitted_at = mini_program.categories.aggregate(last=Max("position"))["last"] or 0, now()
    for position, code in enumerate(codes, start=last + 1):
        row = ServiceCategory.objects.create(
            mini_program=mini_program,
            code=code,
            position=position,
            submitted_at=submitted_at,
            due_at=_due_after(submitted_at) if CATEGORIES[code].papers else None,
        )
        if CATEGORIES[code].papers:
            _keep(row, (papers or {})[code], number=1)
            record("entities.category.submitted", row, by=by, to_state=row.status, data=_facts(row))
        else:
            advance(row, GRANT_CATEGORY, by=SYSTEM, data=_facts(row))


@transaction.atomic
def change_categories(
    mini_program: MiniProgram,
    *,
    by: Actor,
    add: Sequence[str] = (),
    remove: Collection[str] = (),
    papers: Mapping[str, Handed] | None = None,
) -> None:
    """Add and remove categories of a Mini Program (by their codes): one change, of which there is one a month."""
    mini_program = _lock(mini_program, by=by)
    check_may_change(mini_program)
    if not add and not remove:
        raise _refused(_("Choose what to add or to remove."), "category_nothing")
    rows = {row.code: row for row in mini_program.categories.all()}
    check_removals(remove, rows=rows)
    check_categories(add, mini_program=mini_program, taken=rows, kept=len(rows) - len(set(remove)))
    check_papers(add, papers or {}, mini_program=mini_program)
    for code in set(remove):
        rows[code].delete()
    ProfileChange.objects.create(mini_program=mini_program, kind=ChangeKind.CATEGORIES, changed_at=now())
    changed = {"added": list(add), "removed": sorted(set(remove))}
    record("entities.profile.categories_changed", mini_program, by=by, data=changed)
    choose_categories(mini_program, add, by=by, papers=papers)


@transaction.atomic
def resubmit_category(category: ServiceCategory, *, by: Actor, handed: Handed) -> None:
    """Hand in papers for a rejected category again: it goes back to the desk, in its next round."""
    mini_program = _lock(category.mini_program, by=by)
    check_gate(Gate.PROFILE, mini_program)
    category.refresh_from_db()
    check_may_be_resubmitted(category)
    check_papers([category.code], {category.code: handed}, mini_program=mini_program)
    advance(
        category,
        RESUBMIT_CATEGORY,
        by=by,
        data=_facts(category),
        submitted_at=(submitted_at := now()),
        due_at=_due_after(submitted_at),
        decided_by=None,
        decided_at=None,
    )
    last = category.category_papers.aggregate(last=Max("round"))["last"] or 0
    _keep(category, handed, number=last + 1)


@transaction.atomic
def approve_category(category: ServiceCategory, *, by: User) -> None:
    """The papers are in order: the Mini Program may use the category."""
    check_may_decide(category, by=by)
    end_work(queries.CATEGORY_PAPERS, category, by=by)
    advance(category, APPROVE_CATEGORY, by=by, data=_facts(category), decided_by=by, decided_at=now())


@transaction.atomic
def reject_category(category: ServiceCategory, *, by: User, reason: str) -> None:
    """The papers are not in order, and why: the administrator may hand in others."""
    check_may_decide(category, by=by)
    end_work(queries.CATEGORY_PAPERS, category, by=by)
    reason = check_reason(reason)
    stamps = {"decided_by": by, "decided_at": now()}
    event = advance(category, REJECT_CATEGORY, by=by, reason=reason, data=_facts(category), **stamps)
    category.reason = event.reason
    category.save(update_fields=["reason"])


# --- Checks ----------------------------------------------------------------------------------------------------------


def check_categories(
    codes: Sequence[str], *, mini_program: MiniProgram, taken: Collection[str] = (), kept: int = 0
) -> None:
    """Refused (field "categories") unless these may be chosen, beside `kept` others and none of those `taken`."""
    rules = RULES.profile
    for code in codes:
        _check_category(code, mini_program)
    if len({*codes, *taken}) < len(codes) + len(taken):
        raise _refused(_("A service category can be chosen once only."), "53304")
    if len(codes) + kept > rules.categories_max:
        raise _refused(_("At most %(most)d service categories.") % {"most": rules.categories_max}, "53301")
    if len(codes) + kept < rules.categories_min:
        raise _refused(
            _("Choose %(least)d to %(most)d service categories.")
            % {"least": rules.categories_min, "most": rules.categories_max},
            "category_count",
        )


def _check_category(code: str, mini_program: MiniProgram) -> None:
    category = CATEGORIES.get(code)
    if category is None:
        raise _refused(_("There is no such service category."), "category_unknown")
    entity = mini_program.entity
    if entity.type not in category.types:
        words = _("“%(category)s” is not open to entities of the type “%(type)s”.")
        raise _refused(words % {"category": category.label, "type": entity.get_type_display()}, "53302")


def check_papers(codes: Sequence[str], papers: Mapping[str, Handed], *, mini_program: MiniProgram) -> None:
    """Refused (field `paper_slot(…)`) unless each category that asks for papers has all of one alternative."""
    for category in (CATEGORIES[code] for code in codes if CATEGORIES[code].papers):
        handed = papers.get(category.code, NOTHING)
        if not category.documents(handed.alternative):
            raise _refused(_("Choose which papers you hand in."), "category_alternative")
        _check_alternative(category, handed, mini_program)


def _check_alternative(category: Category, handed: Handed, mini_program: MiniProgram) -> None:
    most = RULES.profile.category_papers
    for number, document in enumerate(category.documents(handed.alternative), start=1):
        field = paper_slot(category.code, handed.alternative, number)
        scans = handed.documents[number - 1] if number <= len(handed.documents) else ()
        if not scans:
            words = _("“%(category)s” needs this paper: %(paper)s") % {
                "category": category.label,
                "paper": document.name,
            }
            raise Refused(words, code="category_papers", field=field)
        if len(scans) > most:
            raise Refused(_("At most %(most)d files.") % {"most": most}, code="category_papers_many", field=field)
        if any(scan.user_id is None or scan.user_id != mini_program.user_id for scan in scans):
            raise Refused(_("Upload this paper again."), code="paper_unknown", field=field)


def check_may_change(mini_program: MiniProgram) -> None:
    """Refused, in words, while the categories of this Mini Program can't be changed at all."""
    check_gate(Gate.PROFILE, mini_program)
    if queries.profile_of(mini_program) is None:
        raise _refused(_("Complete the Mini Program information first."), "profile_missing")
    if queries.category_changes_left(mini_program) <= 0:
        most = RULES.profile.category_changes_per_month
        words = _("The service categories can be changed %(most)d time(s) a month. Change them again next month.")
        raise _refused(words % {"most": most}, "53300")


def check_removals(codes: Collection[str], *, rows: Mapping[str, ServiceCategory]) -> None:
    """Refused (field "remove") unless these are there and none is under review."""
    for code in codes:
        if code not in rows:
            raise _refused(_("This Mini Program does not have this service category."), "category_unknown", "remove")
        if rows[code].status == CategoryStatus.UNDER_REVIEW:
            raise _refused(
                _("A service category under review can't be removed. Wait for the decision."), "53308", "remove"
            )


def check_may_be_resubmitted(category: ServiceCategory) -> None:
    """Refused unless the category was rejected and is still on the list."""
    if category.status != CategoryStatus.REJECTED:
        raise _refused(_("Only a rejected service category can be handed in again."), "53307")
    if category.code not in CATEGORIES:
        raise _refused(_("There is no such service category."), "category_unknown")


def check_reason(reason: str) -> str:
    """The reason of a rejection in its tidy form; Refused (field "reason") if it says nothing, or too much."""
    missing = _("Say in words what is wrong with the papers.")
    return check_words(reason, most=RULES.profile.reason_characters, missing=missing)


def check_may_decide(category: ServiceCategory, *, by: Actor) -> None:
    """NotAllowed when the reviewer is a member of the Mini Program (security.md C3)."""
    if by.may(Permission.CATEGORY_DECIDE, None) and not by.may(Permission.CATEGORY_DECIDE, category):
        raise NotAllowed(_("You are a member of this Mini Program: somebody else must decide."), code="own_program")


# --- Parts -----------------------------------------------------------------------------------------------------------


def _lock(mini_program: MiniProgram, *, by: Actor) -> MiniProgram:
    """The Mini Program, locked until the transaction ends, for somebody who may edit it."""
    if not by.may(Permission.PROFILE_EDIT, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    return MiniProgram.objects.select_for_update().get(pk=mini_program.pk)


def _keep(category: ServiceCategory, handed: Handed, *, number: int) -> None:
    """Write which papers were handed in for a category in its round of this number."""
    CategoryPaper.objects.bulk_create(
        CategoryPaper(category=category, paper=scan, round=number, alternative=handed.alternative, document=document)
        for document, scans in enumerate(handed.documents, start=1)
        for scan in scans
    )


def _due_after(submitted_at: datetime) -> datetime:
    return submitted_at + timedelta(days=RULES.profile.category_review_days)


def _facts(row: ServiceCategory) -> dict[str, object]:
    return {
        "code": row.code,
        "category": CATEGORIES[row.code].in_both_languages if row.code in CATEGORIES else row.code,
    }


def _refused(message: str, code: str, field: str = "categories") -> Refused:
    return Refused(message, code=code, field=field)
