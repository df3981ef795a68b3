"""What people are told about remittances, payments and WeChat Verification: reactions to the events of this app."""

from django.utils.timezone import localtime

from accounts.actions.messages import notify_person, notify_program
from accounts.notices import in_each_language
from entities.queries import display_name
from platform_site.kernel.models import AuditEvent
from verification.actions.remittances import expire_if_due
from verification.actions.transfers import give_back
from verification.failures import FAILURES, OTHER
from verification.models import PaymentOrder, Remittance, Transfer, TransferOutcome, Verification
from verification.payment_words import PURPOSES


def tell_about_application(event: AuditEvent) -> None:
    """Sent back, passed, failed or timed out: the administrator hears of it, with the date or the reason."""
    verification = Verification.objects.select_related("mini_program__standing").get(pk=event.subject_id)
    mini_program = verification.mini_program
    facts = {
        "mini_program": display_name(mini_program),
        "date": _date_of(event, verification),
        "reason": _why(verification),
    }
    notify_program(mini_program, event.event, facts, path=f"/console/{event.appid}/settings/verification/")


def _date_of(event: AuditEvent, verification: Verification) -> str:
    """Until when it is verified, or must be refilled."""
    passed = event.event == "verification.application.passed"
    until = verification.mini_program.standing.verified_until if passed else verification.refill_due_at
    return f"{localtime(until):%Y-%m-%d}" if until else ""


def _why(verification: Verification) -> dict[str, str] | str:
    """Why it has failed, in each language, and the reviewer's own words as they were typed."""
    failure, typed = FAILURES.get(verification.failure), verification.failure_text
    if failure is None or failure.code == OTHER:
        return typed
    return {code: f"{words} {typed}".strip() for code, words in in_each_language(failure.text).items()}


def tell_about_remittance(event: AuditEvent) -> None:
    """Due soon, or verified: the administrator hears of it."""
    remittance = Remittance.objects.select_related("mini_program").get(pk=event.subject_id)
    mini_program = remittance.mini_program
    facts = {"mini_program": display_name(mini_program), "date": event.data.get("date", "")}
    is_paid = event.event == "verification.remittance.paid"
    path = f"/console/{event.appid}/" + ("profile/" if is_paid else "remittance/")
    notify_program(mini_program, event.event, facts, path=path)


def give_back_remittance(event: AuditEvent) -> None:
    """The remitted amount has proved the entity: it goes back by the original route."""
    give_back(Remittance.objects.get(pk=event.subject_id))


def fail_unremitted_registration(event: AuditEvent) -> None:
    """A remittance has expired, maybe with a thousand others: its registration fails, if it has not yet."""
    expire_if_due(Remittance.objects.select_related("mini_program").get(pk=event.subject_id))


def tell_transfer_returned(event: AuditEvent) -> None:
    """A transfer was returned: the program it was for hears why; of a failed registration who was its administrator."""
    transfer = Transfer.objects.select_related("remittance__mini_program").get(pk=event.subject_id)
    if transfer.remittance is None:
        return
    mini_program = transfer.remittance.mini_program
    reason = in_each_language(TransferOutcome(transfer.outcome).label)
    facts = {"mini_program": display_name(mini_program), "reason": reason}
    if mini_program.closed_at is None:
        notify_program(mini_program, event.event, facts, path=f"/console/{event.appid}/remittance/")
    else:
        notify_person(mini_program.administrator_record.person, event.event, facts, appid=event.appid)


def tell_paid(event: AuditEvent) -> None:
    """Who paid an order gets a receipt on the phone."""
    order = PaymentOrder.objects.select_related("paid_by").get(pk=event.subject_id)
    if order.paid_by is None:
        return
    purpose = in_each_language(PURPOSES.get(order.purpose, order.purpose))
    facts = {"amount": f"{order.amount_fen / 100:,.2f}", "payee": order.payer_name or purpose, "number": order.number}
    notify_person(order.paid_by, event.event, facts, appid=event.appid, path=f"/phone/pay/{order.pk}/")
