"""The switchboard of WeChat Verification: every organisation, and the next step of each, forced by ordinary actions.

A step is done as somebody of the world: the Mini Program's administrator, a reviewer of the cast, the platform itself.
What an action refuses here it refuses everywhere: there is no back door into a state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MiniProgram, User
from accounts.permissions import Permission
from entities.actions.standing import lapse_if_due
from entities.lifecycle import StandingStatus
from entities.models import EntityType
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.simulation import queries, stories
from platform_site.simulation.cast import STAFF
from verification.actions import applications, audits
from verification.lifecycle import OPEN_VERIFICATION, VerificationStatus
from verification.models import Verification

STANDARD = "application_letter"  # what the standard reason to send back is about
NONE = "none"  # no application is open


@dataclass(frozen=True)
class Act:
    """A step being done: on what, and who pays where somebody pays (a key of WeChatPerson, 0: the administrator)."""

    mini_program: MiniProgram
    verification: Verification
    payer: int = 0

    @property
    def administrator(self) -> Actor:
        return stories.administrator_of(self.mini_program)

    @property
    def reviewer(self) -> User:
        """The first reviewer of the cast who is no member of the Mini Program."""
        reviewers = [stories.staff(key) for key in STAFF]
        free = (user for user in reviewers if user.may(Permission.VERIFICATION_DECIDE, self.verification))
        return next(free, reviewers[0])


@dataclass(frozen=True)
class Step:
    """A button: its words, the states of the application in which it stands there, what it does and as whom."""

    code: str
    label: str | Promise
    states: frozenset[str]
    act: Callable[[Act], Actor]
    who: str | Promise
    kind: str = ""  # "primary", "danger"
    asks_payer: bool = False


def _begin(act: Act) -> Actor:
    stories.filled_in(act.mini_program)
    return act.administrator


def _fill_in(act: Act) -> Actor:
    stories.fill_in(act.verification)
    return act.administrator


def _submit(act: Act) -> Actor:
    applications.submit(act.verification, by=act.administrator)
    return act.administrator


def _withdraw(act: Act) -> Actor:
    applications.withdraw(act.verification, by=act.administrator)
    return act.administrator


def _pay(act: Act) -> Actor:
    payer = queries.persona(act.payer) if act.payer else stories.administrator_of(act.mini_program).person
    applications.open_fee_order(act.verification, by=act.administrator)
    stories.paid(act.verification, payer)
    return payer


def _pass(act: Act) -> Actor:
    by = act.reviewer
    if not act.verification.calls.filter(outcome="confirmed").exists():
        audits.record_call(act.verification, by=by, outcome="confirmed", note=_("Called from the simulated world."))
    audits.pass_application(act.verification, by=by)
    return by


def _send_back(act: Act) -> Actor:
    by = act.reviewer
    audits.send_back(act.verification, by=by, reasons=[(STANDARD, _("The seal can't be read. Scan it again."))])
    return by


def _fail(act: Act) -> Actor:
    by = act.reviewer
    audits.fail_application(act.verification, by=by, code="not_registered")
    return by


def _resubmit(act: Act) -> Actor:
    applications.resubmit(act.verification, by=act.administrator)
    return act.administrator


ADMINISTRATOR, REVIEWER = gettext_lazy("the administrator"), gettext_lazy("a reviewer")
DRAFT, TO_PAY, AUDIT, REFILL = (
    frozenset({state})
    for state in (
        VerificationStatus.DRAFT,
        VerificationStatus.AWAITING_PAYMENT,
        VerificationStatus.UNDER_AUDIT,
        VerificationStatus.REFILL,
    )
)
STEPS: dict[str, Step] = {
    step.code: step
    for step in (
        Step("begin", gettext_lazy("Apply, filled in"), frozenset({NONE}), _begin, ADMINISTRATOR),
        Step("submit", gettext_lazy("Submit"), DRAFT, _submit, ADMINISTRATOR, "primary"),
        Step("fill_in", gettext_lazy("Fill in"), DRAFT, _fill_in, ADMINISTRATOR),
        Step("pay", gettext_lazy("Pay the fee"), TO_PAY, _pay, gettext_lazy("who is chosen"), "primary", True),
        Step("withdraw", gettext_lazy("Withdraw"), DRAFT | TO_PAY, _withdraw, ADMINISTRATOR),
        Step("pass", gettext_lazy("Call and pass"), AUDIT, _pass, REVIEWER, "primary"),
        Step("send_back", gettext_lazy("Send back"), AUDIT, _send_back, REVIEWER),
        Step("fail", gettext_lazy("Not passed"), AUDIT, _fail, REVIEWER, "danger"),
        Step("resubmit", gettext_lazy("Hand in again"), REFILL, _resubmit, ADMINISTRATOR, "primary"),
    )
}


@dataclass(frozen=True)
class Organisation:
    """An organisation's Mini Program as the page shows it: its last application, and the steps that are next."""

    mini_program: MiniProgram
    last: Verification | None
    steps: list[Step]

    @property
    def waits_for_remittance(self) -> bool:
        """Whether a right transfer proves it."""
        standing = self.mini_program.standing
        return standing.status == StandingStatus.UNPROVEN and standing.proof_due_at is not None

    @property
    def has_deadline(self) -> bool:
        """Whether a year or the time to refill is running, which the clock ends."""
        refilling = self.last is not None and self.last.status == VerificationStatus.REFILL
        return refilling or self.mini_program.standing.status == StandingStatus.VERIFIED


def organisations(words: str = "") -> QuerySet[MiniProgram]:
    """The Mini Programs of organisations, newest first, with their applications, the last first."""
    found = MiniProgram.objects.select_related("entity", "standing", "profile").exclude(entity=None)
    found = found.exclude(entity__type=EntityType.INDIVIDUAL).order_by("-pk")
    if words:
        found = found.filter(Q(appid__contains=words.lower()) | Q(profile__name__icontains=words))
    newest = Verification.objects.select_related("decided_by").order_by("-pk")
    return found.prefetch_related(Prefetch("verifications", newest), "members")


def as_shown(mini_program: MiniProgram) -> Organisation:
    """One row of the page."""
    rows = list(mini_program.verifications.all())
    last = rows[0] if rows else None
    return Organisation(mini_program, last, steps_for(mini_program, last))


def steps_for(mini_program: MiniProgram, last: Verification | None) -> list[Step]:
    """What can be forced now; nothing where the registration has failed or the remittance comes first."""
    standing = mini_program.standing
    if standing.status == StandingStatus.FAILED or not mini_program.members.all():
        return []
    if standing.status == StandingStatus.UNPROVEN and standing.proof_due_at is not None:
        return []
    state = str(last.status) if last is not None and last.status in OPEN_VERIFICATION else NONE
    return [step for step in STEPS.values() if state in step.states]


def force(mini_program: MiniProgram, code: str, *, payer: int = 0, by: User) -> str:
    """Do the step of this code; returns a sentence that says who did what. Refused as the action refuses."""
    _check_may_steer(by)
    last = mini_program.verifications.order_by("-pk").first()
    step = STEPS.get(code)
    if step is None or step not in steps_for(mini_program, last):
        raise Refused(_("This can't be done now. Look at what it says."), code="illegal_step")
    actor = step.act(Act(mini_program, last or Verification(mini_program=mini_program), payer))
    return _("%(step)s: done by %(who)s.") % {"step": step.label, "who": actor.actor_name}


def let_end(mini_program: MiniProgram, *, by: User) -> str:
    """Let the deadline that is running fire if it has passed; otherwise say when it will. It moves no clock."""
    _check_may_steer(by)
    standing = mini_program.standing
    last = mini_program.verifications.order_by("-pk").first()
    if last is not None and last.status == VerificationStatus.REFILL and last.refill_due_at is not None:
        return _said(last.refill_due_at, fired=audits.time_out_if_due(last))
    if standing.verified_until is None:
        raise Refused(_("No deadline is running here."), code="no_deadline")
    return _said(standing.verified_until, fired=lapse_if_due(standing))


def _said(due_at: datetime, *, fired: bool) -> str:
    if fired:
        return _("The deadline has passed, and what follows from it is done.")
    words = _("It ends at %(end)s. Move the clock beyond that, and it ends by itself.")
    return words % {"end": f"{localtime(due_at):%Y-%m-%d %H:%M}"}


def _check_may_steer(by: User) -> None:
    if not by.may(Permission.WORLD_STEER, None):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
