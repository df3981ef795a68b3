"""The calls of the control API, one function each: what machines do to the simulated world, by ordinary actions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, NotRequired, TypedDict

from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from entities.lifecycle import StandingStatus
from entities.models import EntityType
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import queries, stories
from platform_site.simulation.actions import move_clock
from platform_site.simulation.api import Missing, Nothing, Reason, call
from platform_site.simulation.api_shapes import When
from platform_site.simulation.cast import PAYMENT_PASSWORD
from verification.actions import audits
from verification.actions.payments import close_if_overdue, pay_order
from verification.actions.transfers import receive_transfer
from verification.lifecycle import PaymentStatus, VerificationStatus
from verification.models import CallOutcome, PaymentOrder, TransferOutcome, Verification

SHOWN = 200  # rows of each kind in GET /_sim/world
TRADE_STATES = {PaymentStatus.OPEN: "NOTPAY", PaymentStatus.PAID: "SUCCESS", PaymentStatus.CLOSED: "CLOSED"}
PAY_ERROR = "PAYERROR"


class Person(TypedDict):
    """Somebody of the cast."""

    wechat_id: str
    nickname: str


class Program(TypedDict):
    """A Mini Program; texts are empty for what it does not have yet."""

    appid: str
    name: str
    entity_type: Annotated[str, EntityType, ""]
    standing: Annotated[str, StandingStatus, ""]


class World(TypedDict):
    """The world, as far as it can be told in one answer."""

    clock: When
    rulebook: str
    people: list[Person]
    mini_programs: list[Program]
    queues: queries.Queues


@call("GET", "world")
def world(body: Nothing) -> World:
    """The clock, the rulebook, the cast, Mini Programs (the newest), and how much waits."""
    programs = MiniProgram.objects.select_related("standing", "entity", "profile").order_by("-pk")[:SHOWN]
    return {
        "clock": clock.now().isoformat(),
        "rulebook": RULES.name,
        "people": [{"wechat_id": p.wechat_id, "nickname": p.nickname} for p in queries.personas()],
        "mini_programs": [_program(program) for program in programs],
        "queues": queries.queues(),
    }


def _program(program: MiniProgram) -> Program:
    standing, entity = getattr(program, "standing", None), getattr(program, "entity", None)
    profile = getattr(program, "profile", None)
    return {
        "appid": program.appid,
        "name": profile.name if profile else "",
        "entity_type": entity.type if entity else "",
        "standing": standing.status if standing else "",
    }


@dataclass(frozen=True)
class TransferBody:
    """A bank transfer; `amount_fen` is a whole number."""

    from_holder: str
    from_account: str
    to_account: str
    amount_fen: int
    remark: str = ""


RETURNED = tuple(str(outcome) for outcome in TransferOutcome if outcome != TransferOutcome.RIGHT)


class Transferred(TypedDict):
    """What came of it; the reason if it was returned."""

    outcome: Annotated[str, ("accepted", "returned")]
    reason: NotRequired[Annotated[str, RETURNED]]


@call("POST", "bank/transfers", TransferBody)
def bank_transfer(body: TransferBody) -> Transferred:
    """Send a transfer to the receiving account: accepted, or returned for a reason (TransferOutcome)."""
    transfer = receive_transfer(
        from_holder=body.from_holder,
        from_account=body.from_account,
        to_account=body.to_account,
        amount_fen=body.amount_fen,
        remark=body.remark,
    )
    if transfer.outcome == TransferOutcome.RIGHT:
        return {"outcome": "accepted"}
    return {"outcome": "returned", "reason": str(transfer.outcome)}


@dataclass(frozen=True)
class ClockBody:
    """How far to move the clock, or to when (ISO 8601 with its time zone): one of the two."""

    advance_seconds: int = 0
    to: When = ""


class Fired(TypedDict):
    """Deadlines that have passed: by which sweep, and how many."""

    sweep: str
    count: int


class Now(TypedDict):
    """What the clock shows, and what has happened on the way."""

    now: When
    fired: list[Fired]


@call("POST", "clock", ClockBody)
def move(body: ClockBody) -> Now:
    """Move the world's clock forward: everything that becomes due has run when it answers."""
    if bool(body.to) == bool(body.advance_seconds):
        raise Refused(_("Give either advance_seconds or to."), code="one_of_two", field="advance_seconds")
    seconds = body.advance_seconds or _seconds_until(body.to)
    if not 0 < seconds <= clock.FARTHEST.total_seconds():
        named = "to" if body.to else "advance_seconds"
        message = _("The clock moves forward only, and at most a century.")
        raise Refused(message, code="clock_out_of_range", field=named)
    moved = move_clock(seconds, by=SYSTEM)
    fired: list[Fired] = [{"sweep": name, "count": count} for name, count in sorted(moved.fired.items())]
    return {"now": clock.now().isoformat(), "fired": fired}


def _seconds_until(text: str) -> int:
    """From now until then, rounded up."""
    try:
        to = datetime.fromisoformat(text)
    except ValueError:
        to = datetime.min  # noqa: DTZ901 -- refused in the next line
    if to.tzinfo is None:
        message = _("Write the time as 2018-03-01T12:00:00+08:00, with its time zone.")
        raise Refused(message, code="time_invalid", field="to")
    return -((clock.now() - to) // timedelta(seconds=1))


@dataclass(frozen=True)
class DecisionBody:
    """A decision; `reasons` are fields to refill, or one reason to fail."""

    decision: Annotated[str, ("pass", "refill", "fail")]
    reasons: list[Reason] = field(default_factory=list)


class Decided(TypedDict):
    """How the application stands now."""

    status: Annotated[str, VerificationStatus]


@call("POST", "verifications/<int:pk>/decisions", DecisionBody)
def decide_verification(body: DecisionBody, pk: int) -> Decided:
    """Decide on an application as a reviewer of the cast; before it passes, its contact confirms by phone."""
    verification, by = _row(Verification, pk=pk), stories.staff()
    reasons = [(reason.get("code", ""), reason.get("text", "")) for reason in body.reasons]
    if body.decision == "pass":
        audits.record_call(verification, by=by, outcome=CallOutcome.CONFIRMED)
        audits.pass_application(verification, by=by)
    elif body.decision == "refill":
        audits.send_back(verification, by=by, reasons=reasons)
    elif body.decision == "fail":
        code, text = reasons[0] if reasons else ("", "")
        audits.fail_application(verification, by=by, code=code, text=text)
    else:
        raise _unknown("decision", "pass, refill, fail")
    verification.refresh_from_db()
    return {"status": verification.status}


@dataclass(frozen=True)
class PaymentBody:
    """What somebody does with an order on their phone: pay it, type a wrong password, or cancel."""

    wechat_id: str
    answer: Annotated[str, ("pay", "fail", "cancel")]


class Answered(TypedDict):
    """How the order stands now, in the words of WeChat Pay."""

    trade_state: Annotated[str, (*TRADE_STATES.values(), PAY_ERROR)]


@call("POST", "payments/<str:number>/answers", PaymentBody)
def answer_payment(body: PaymentBody, number: str) -> Answered:
    """Pay an order (by its number) from this person's wallet, fail to, or leave it."""
    order, person = _row(PaymentOrder, number=number), _row(WeChatPerson, wechat_id=body.wechat_id)
    close_if_overdue(order)
    if body.answer == "pay":
        stories.wallet(person)
        pay_order(order, person=person, password=PAYMENT_PASSWORD)
    elif body.answer == "fail":
        stories.wallet(person)
        _fail_to_pay(order, person)
        return {"trade_state": PAY_ERROR}
    elif body.answer != "cancel":
        raise _unknown("answer", "pay, fail, cancel")
    return {"trade_state": TRADE_STATES[PaymentStatus(order.status)]}


def _fail_to_pay(order: PaymentOrder, person: WeChatPerson) -> None:
    """With a wrong password, as people do: it counts among their tries."""
    wrong = "".join(str((int(digit) + 1) % 10) for digit in PAYMENT_PASSWORD)
    try:
        pay_order(order, person=person, password=wrong)
    except Refused as refusal:
        if refusal.code not in ("password_wrong", "password_locked"):
            raise


def _row(model: Any, **columns: Any) -> Any:
    """The one row, or Missing: also for numbers that no row can have."""
    try:
        found = model.objects.filter(**columns).first()
    except OverflowError:
        found = None
    if found is None:
        raise Missing(_("There is no such row."), code="not_found")
    return found


def _unknown(name: str, known: str) -> Refused:
    return Refused(_("Choose one of: %(known)s.") % {"known": known}, code="unknown_choice", field=name)
