"""The steps of an application as its pages show them: which there are, which is to be done, which may be opened."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification import queries
from verification.actions.application_checks import AGREEMENT, INVOICE, NAME, PAPERS, problems_of
from verification.lifecycle import VerificationStatus
from verification.models import Verification
from verification.subtypes import subtypes_of

PAYMENT, AUDIT = "payment", "audit"
LABELS: dict[str, str | Promise] = {
    AGREEMENT: _("Agreement"),
    PAPERS: _("Papers"),
    NAME: _("Name"),
    INVOICE: _("Invoice"),
    PAYMENT: _("Payment"),
    AUDIT: _("Audit"),
}
REFILLED = (PAPERS, NAME)  # what can be mended when it was sent back


@dataclass(frozen=True)
class Step:
    """One step on the bar: `state` is "done", "current" or "later"; an open one can be gone to."""

    code: str
    label: str | Promise
    state: str
    is_open: bool


def is_free(verification: Verification) -> bool:
    """Whether nothing is paid, as far as one can tell before the type is chosen."""
    if (subtype := queries.subtype_of(verification)) is not None:
        return subtype.free
    return all(subtype.free for subtype in subtypes_of(verification.mini_program.entity.type))


def to_fill_in(verification: Verification) -> list[str]:
    """The steps of a draft; what costs nothing has no invoice."""
    return [AGREEMENT, PAPERS, NAME] if is_free(verification) else [AGREEMENT, PAPERS, NAME, INVOICE]


def all_steps(verification: Verification) -> list[str]:
    """Every step of this application, in order."""
    return [*to_fill_in(verification), *([] if is_free(verification) else [PAYMENT]), AUDIT]


def present_step(verification: Verification) -> str:
    """Where the application stands: the first step that is not done."""
    if verification.status == VerificationStatus.DRAFT:
        problems, steps = problems_of(verification), to_fill_in(verification)
        return next((step for step in steps if problems[step]), steps[-1])
    places = {VerificationStatus.AWAITING_PAYMENT: PAYMENT, VerificationStatus.REFILL: PAPERS}
    return places.get(VerificationStatus(verification.status), AUDIT)


def open_steps(verification: Verification) -> list[str]:
    """The steps that can be gone to now: none ahead of what is not done, none that can't be changed any more."""
    if verification.status == VerificationStatus.DRAFT:
        steps = to_fill_in(verification)
        return steps[: steps.index(present_step(verification)) + 1]
    if verification.status == VerificationStatus.REFILL:
        return [*REFILLED, AUDIT]
    return [present_step(verification)]


def step_after(verification: Verification, step: str) -> str:
    """The step that follows on this one; "" after the last that is filled in."""
    steps = to_fill_in(verification)
    following = steps[steps.index(step) + 1 :]
    return following[0] if following else ""


def step_before(verification: Verification, step: str) -> str:
    """The step to go back to; "" for the first and while papers are mended."""
    steps = all_steps(verification)
    before = steps[: steps.index(step)]
    return before[-1] if before and before[-1] in open_steps(verification) else ""


def bar_of(verification: Verification, current: str) -> list[Step]:
    """The bar above every step."""
    steps, reachable = all_steps(verification), open_steps(verification)
    here = steps.index(current)
    states = ["done" if place < here else "current" if place == here else "later" for place in range(len(steps))]
    return [
        Step(code, LABELS[code], state, code in reachable and code != current)
        for code, state in zip(steps, states, strict=True)
    ]
