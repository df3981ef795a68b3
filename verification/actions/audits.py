"""The audit of an application for WeChat Verification: calls to the contact, and what the desk decides.

Source: console.md §12.3. The fee is not refunded, whatever the decision.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import check_reviewer, end_work, hold_work
from accounts.models import User
from accounts.permissions import Permission
from entities.actions.profile_changes import rename_by_verification
from entities.actions.standing import verify
from entities.queries import is_complete
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, IllegalMove, LostRace, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from verification.desk import AUDITS, PAPER_REVEALED
from verification.failures import FAILURES, OTHER, REFILLED, TIMED_OUT
from verification.institutions import institution_for
from verification.lifecycle import FAIL, PASS, SEND_BACK, TIME_OUT, VerificationStatus
from verification.models import CallOutcome, ContactCall, RefillReason, Verification
from verification.queries import facts_of, refillable, wished_name
from verification.subtypes import ID_SCANS

CALLED = "verification.application.called"
REVEALED = "verification.application.revealed"
SWEEP_MOST = 500


def assign_institution(verification: Verification) -> str:
    """The audit institution of this application: always the same one, all of them equally often."""
    return institution_for(verification.pk)


def audit_stamps(verification: Verification) -> dict[str, Any]:
    """What a move into UNDER_AUDIT sets: the institution, and until when the desk has promised its answer."""
    return {"institution": assign_institution(verification), "due_at": _days_from_now(RULES.verification.audit_days)}


@transaction.atomic
def record_call(verification: Verification, *, by: User, outcome: str, note: str = "") -> ContactCall:
    """Write down a call to the contact: what came of it, and the reviewer's own note. Who calls has it thereby."""
    check_may_decide(verification, by=by)
    _check_under_audit(_lock(verification))
    hold_work(AUDITS, verification, by=by)
    if outcome not in CallOutcome.values:
        raise Refused(_("Choose what came of the call."), code="outcome_unknown", field="outcome")
    _check_length(note, field="note")
    call = ContactCall.objects.create(
        verification=verification, outcome=outcome, note=_tidy(note), called_by=by, called_at=now()
    )
    record(CALLED, verification, by=by, data={"outcome": outcome})
    return call


@transaction.atomic
def pass_application(verification: Verification, *, by: User) -> None:
    """The application is passed: the Mini Program is verified for a year. The contact has confirmed it by phone."""
    check_may_decide(verification, by=by)
    _check_under_audit(_lock(verification))
    end_work(AUDITS, verification, by=by)
    if not verification.calls.filter(outcome=CallOutcome.CONFIRMED).exists():
        raise Refused(
            _("Phone the contact first, and record that they confirm the application."), code="not_called", field="call"
        )
    advance(verification, PASS, by=by, decided_by=by, decided_at=now())
    verify(verification.mini_program, by=by)
    _give_wished_name(verification, by=by)


def _give_wished_name(verification: Verification, *, by: User) -> None:
    """The other name that was applied for, its proof now seen; if it can't be had any more nothing is passed."""
    mini_program = verification.mini_program
    if not (name := wished_name(verification)) or not is_complete(mini_program):
        return
    try:
        rename_by_verification(mini_program, name, by=by)
    except Refused as refusal:
        raise Refused(
            _("The requested name can't be given: %(why)s Send the application back for its name.")
            % {"why": refusal.message},
            code=refusal.code,
        ) from None


@transaction.atomic
def send_back(verification: Verification, *, by: User, reasons: list[tuple[str, str]]) -> None:
    """Send an application back to be refilled, with what is wrong with each field: (field code, words)."""
    check_may_decide(verification, by=by)
    _check_under_audit(_lock(verification))
    end_work(AUDITS, verification, by=by)
    _check_has_refills_left(verification)
    check_refill_reasons(reasons, known=field_codes(verification))
    number = verification.refills + 1
    advance(
        verification,
        SEND_BACK,
        by=by,
        data={"round": number, "fields": [field for field, _text in reasons]},
        refills=number,
        refill_due_at=_days_from_now(RULES.verification.refill_days),
    )
    RefillReason.objects.bulk_create(
        RefillReason(verification=verification, round=number, field=field, text=_tidy(text)) for field, text in reasons
    )


@transaction.atomic
def fail_application(verification: Verification, *, by: User, code: str, text: str = "") -> None:
    """The application is not passed: a reason of failures.py, and the reviewer's own words."""
    check_may_decide(verification, by=by)
    _check_under_audit(_lock(verification))
    end_work(AUDITS, verification, by=by)
    _check_failure(verification, code, text)
    stamps = {"failure": code, "failure_text": _tidy(text)}
    advance(verification, FAIL, by=by, data={"failure": code}, decided_by=by, decided_at=now(), **stamps)


@transaction.atomic
def reveal(verification: Verification, *, by: User, reason: str) -> None:
    """People's data of an application, ID scans too, are shown in full: who looked, when and why is written down."""
    check_may_decide(verification, by=by)
    if not reason.strip():
        raise Refused(_("Say why you need to see it."), code="reveal_without_reason", field="reason")
    _check_length(reason, field="reason")
    record(REVEALED, verification, by=by, reason=_tidy(reason))
    for row in verification.verification_papers.filter(code__in=ID_SCANS).select_related("paper").order_by("pk"):
        record(PAPER_REVEALED, row.paper, by=by, reason=_tidy(reason), data={"application": verification.pk})


def time_out_if_due(verification: Verification) -> bool:
    """Let the end of the time to refill fire if it has passed; true once, whoever comes first."""
    due_at = verification.refill_due_at
    if verification.status != VerificationStatus.REFILL or due_at is None or due_at > now():
        return False
    try:
        with transaction.atomic():
            advance(verification, TIME_OUT, by=SYSTEM, refill_due_at=None, decided_at=now(), failure=TIMED_OUT)
    except LostRace:
        verification.refresh_from_db()
        return False
    return True


def time_out_refills(*, most: int = SWEEP_MOST) -> int:
    """Sweep: applications whose time to refill is over; returns how many failed by it."""
    due = Verification.objects.filter(status=VerificationStatus.REFILL, refill_due_at__lte=now())
    rows = due.select_related("mini_program").order_by("refill_due_at")[:most]
    return sum(time_out_if_due(verification) for verification in rows)


def check_may_decide(verification: Verification, *, by: Actor) -> None:
    """NotAllowed when the reviewer is a member of the Mini Program, or no reviewer at all (security.md C3)."""
    check_reviewer(Permission.VERIFICATION_DECIDE, verification, by=by)


def check_refill_reasons(reasons: list[tuple[str, str]], *, known: set[str]) -> None:
    """Refused unless at least one field is named, each once and in words; `field` is "reasons" or the field's code."""
    if not reasons:
        raise Refused(_("Choose at least one field that is to be refilled."), code="reason_missing", field="reasons")
    seen: set[str] = set()
    for field, text in reasons:
        if field not in known:
            raise Refused(_("This application has no such field."), code="reason_unknown", field="reasons")
        if field in seen:
            raise Refused(_("Name each field once."), code="reason_twice", field="reasons")
        if not text.strip():
            raise Refused(_("Say in words what is wrong with it."), code="reason_without_words", field=field)
        _check_length(text, field=field)
        seen.add(field)


def field_codes(verification: Verification) -> set[str]:
    """The codes of what the applicant can change: what an application can be sent back for."""
    return {fact.code for fact in refillable(facts_of(verification))}


def _lock(verification: Verification) -> Verification:
    """The row, locked until the transaction ends: of two reviewers at once the second finds it decided."""
    verification.refresh_from_db(from_queryset=Verification.objects.select_for_update())
    return verification


def _check_under_audit(verification: Verification) -> None:
    if verification.status != VerificationStatus.UNDER_AUDIT:
        raise IllegalMove(
            _("This can't be done now: it is “%(state)s”.") % {"state": verification.get_status_display()},
            code="illegal_move",
        )


def _check_has_refills_left(verification: Verification) -> None:
    if verification.refills >= (most := RULES.verification.refills):
        raise Refused(
            _("It has been sent back %(most)d times already: now it is passed, or failed for that reason.")
            % {"most": most},
            code="refills_used_up",
            field="reasons",
        )


def _check_failure(verification: Verification, code: str, text: str) -> None:
    if code not in FAILURES or not FAILURES[code].by_desk:
        raise Refused(_("Choose why it is not passed."), code="failure_unknown", field="code")
    if code == REFILLED and verification.refills < (most := RULES.verification.refills):
        raise Refused(
            _("It has been sent back %(n)d of %(most)d times: give another reason, or send it back again.")
            % {"n": verification.refills, "most": most},
            code="refills_left",
            field="code",
        )
    if code == OTHER and not text.strip():
        raise Refused(_("Say in words why it is not passed."), code="failure_without_words", field="text")
    _check_length(text, field="text")


def _check_length(text: str, *, field: str) -> None:
    if len(text) > (most := RULES.verification.reason_characters):
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code="text_too_long", field=field)


def _tidy(text: str) -> str:
    """Words as they are kept: line ends of one kind, no NUL, nothing around them."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _days_from_now(days: int) -> datetime:
    return now() + timedelta(days=days)
