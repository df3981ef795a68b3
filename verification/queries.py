"""Reads about applications for WeChat Verification: the open one, what it says, why it was sent back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk_work import CLAIM_EVENTS
from accounts.identity import identity_digest
from accounts.models import MiniProgram
from entities import queries as entities
from entities.models import Entity, EntityType, Paper
from entities.wording import masked_number
from platform_site.kernel.clock import now
from platform_site.kernel.models import AuditEvent, events_about
from platform_site.kernel.rulebook import RULES
from verification.answers import INVOICES, NAME_CHOICES, Question, invoice_questions, paper_questions
from verification.banks import BANKS
from verification.lifecycle import PaymentStatus
from verification.models import PaymentOrder, Verification
from verification.subtypes import NAME_PROOF_SLOT, SUBTYPES, Slot, Subtype

FEE = "verification_fee"  # PaymentOrder.purpose


@dataclass(frozen=True)
class Fact:
    """One thing that an application says: `code` is what a reason to refill names, `value` what is read."""

    code: str
    label: str | Promise
    value: str = ""
    papers: list[Paper] = field(default_factory=list)


def open_verification_of(mini_program: MiniProgram) -> Verification | None:
    """The application that is not ended, if there is one."""
    return Verification.objects.open().select_related("mini_program").filter(mini_program=mini_program).first()


def latest(mini_program: MiniProgram) -> Verification | None:
    """The last application, open or ended."""
    return Verification.objects.filter(mini_program=mini_program).order_by("-pk").first()


def applications_of(mini_program: MiniProgram) -> list[Verification]:
    """All applications, the last first."""
    return list(Verification.objects.filter(mini_program=mini_program).order_by("-pk"))


def history_of(verification: Verification) -> list[AuditEvent]:
    """What happened to an application, oldest first; who audits is not named, nor who has it at the desk."""
    events = list(events_about(verification).exclude(event__startswith=CLAIM_EVENTS).order_by("pk"))
    for event in events:
        if event.actor_kind == "staff":
            event.actor_name = _("Audit institution")
    return events


def fee_subject(verification: Verification) -> str:
    """How a payment order names the application that it pays for."""
    return f"verification.application:{verification.pk}"


def open_fee_order_of(verification: Verification) -> PaymentOrder | None:
    """The order of the fee that nobody has paid or closed yet; its time may be over."""
    return PaymentOrder.objects.filter(subject=fee_subject(verification), status=PaymentStatus.OPEN).first()


def paid_fee_order_of(verification: Verification) -> PaymentOrder | None:
    """The order by which the fee was paid."""
    return PaymentOrder.objects.filter(subject=fee_subject(verification), status=PaymentStatus.PAID).first()


def may_renew_now(mini_program: MiniProgram) -> bool:
    """Whether nothing is verified yet, or the end is near enough (or past) to renew (console.md §12.3)."""
    standing = entities.standing_of(mini_program)
    if standing is None or not standing.is_verified or standing.verified_until is None:
        return True
    return standing.verified_until - timedelta(days=RULES.verification.renewal_days) <= now()


def subtype_of(verification: Verification) -> Subtype | None:
    """The chosen subtype; None before one is chosen."""
    return SUBTYPES.get(verification.subtype)


def answers_of(verification: Verification) -> dict[str, str]:
    """The papers step as it was typed: {question's code: text}."""
    return _json(verification.papers_data)


def name_wish_of(verification: Verification) -> dict[str, str]:
    """The name step: {"choice": of NAME_CHOICES, "name": …}; {} before it is done."""
    return _json(verification.name_data)


def wished_name(verification: Verification) -> str:
    """The other name that the Mini Program is to get when the application passes; "" if it keeps its own."""
    wish = name_wish_of(verification)
    return wish.get("name", "") if wish.get("choice") in ("own", "trademark") else ""


def invoice_of(verification: Verification) -> dict[str, str]:
    """The invoice step: {"kind": of INVOICES, question's code: text}; {} before it is done."""
    return _json(verification.invoice_data)


def _json(text: str) -> dict[str, str]:
    return json.loads(text) if text else {}


def papers_of(verification: Verification) -> dict[str, list[Paper]]:
    """The papers handed in so far, by the code of what they are."""
    found: dict[str, list[Paper]] = {}
    for row in verification.verification_papers.select_related("paper").order_by("code", "position"):
        found.setdefault(row.code, []).append(row.paper)
    return found


def reasons_of(verification: Verification) -> dict[str, str]:
    """Why it was sent back the last time: {field's code: words}; {} if never."""
    rows = verification.refill_reasons.filter(round=verification.refills).order_by("pk")
    return {row.field: row.text for row in rows}


def operator_is_confirmed(verification: Verification) -> bool:
    """Whether the operator has scanned, and name and ID number are still those that the scan confirmed."""
    answers = answers_of(verification)
    name, number = answers.get("operator_name", ""), answers.get("operator_id_number", "")
    return bool(verification.operator_identity) and verification.operator_identity == identity_digest(name, number)


def entity_facts(entity: Entity, *, revealed: bool) -> list[Fact]:
    """What the registration says of the entity: it can't be edited in an application."""
    number = entity.number if revealed or entity.type != EntityType.INDIVIDUAL else masked_number(entity.number)
    facts = [Fact("entity_name", gettext_lazy("Entity"), entity.name)]
    if number:
        facts.append(Fact("number", gettext_lazy("Credit code or registration number"), number))
    return facts


def facts_of(verification: Verification, *, revealed: bool = False) -> list[Fact]:
    """Everything that an application says and hands in, in the order of its form.

    People's data are masked unless `revealed`. Codes are those that a reason to refill may name.
    """
    subtype, papers, answers = subtype_of(verification), papers_of(verification), answers_of(verification)
    facts = entity_facts(verification.mini_program.entity, revealed=revealed)
    facts.append(Fact("subtype", gettext_lazy("Type"), str(subtype or "")))
    facts += [_fact(question, answers, revealed=revealed) for question in paper_questions(subtype)]
    facts.append(Fact("operator", gettext_lazy("Contact's scan"), _operator(verification)))
    slots: tuple[Slot, ...] = subtype.slots if subtype else ()
    facts += [Fact(slot.code, str(slot), papers=papers.get(slot.code, [])) for slot in slots]
    facts += _name_facts(verification, papers.get(NAME_PROOF_SLOT.code, []))
    return facts + _invoice_facts(verification, revealed=revealed)


def _fact(question: Question, answers: dict[str, str], *, revealed: bool) -> Fact:
    value = answers.get(question.code, "")
    if question.code == "bank" and value in BANKS:
        value = str(BANKS[value])
    if question.code == "business_until" and not value:
        value = _("No end")
    hides = question.mask if not revealed and value else None
    label = OPERATOR_LABELS.get(question.code, question.label)
    return Fact(question.code, label, hides(value) if hides else value)


def _operator(verification: Verification) -> str:
    if not operator_is_confirmed(verification):
        return _("Not scanned")
    return _("Confirmed by %(person)s") % {"person": verification.operator}


def _name_facts(verification: Verification, proof: list[Paper]) -> list[Fact]:
    wish = name_wish_of(verification)
    if not wish:
        return []
    facts = [Fact("name_choice", gettext_lazy("Name"), str(NAME_CHOICES.get(wish.get("choice", ""), "")))]
    if name := wished_name(verification):
        facts.append(Fact("name", gettext_lazy("Requested name"), name))
        facts.append(Fact(NAME_PROOF_SLOT.code, str(NAME_PROOF_SLOT), papers=proof))
    return facts


def _invoice_facts(verification: Verification, *, revealed: bool) -> list[Fact]:
    invoice = invoice_of(verification)
    if not invoice:
        return []
    kind = invoice.get("kind", "")
    facts: list[Fact] = [Fact("invoice", gettext_lazy("Invoice"), str(INVOICES.get(kind, "")))]
    return facts + [_fact(question, invoice, revealed=revealed) for question in invoice_questions(kind)]


OPERATOR_LABELS: dict[str, str | Promise] = {  # what stands under the heading "Contact" in the form
    "operator_name": gettext_lazy("Contact's name"),
    "operator_id_number": gettext_lazy("Contact's ID number"),
    "operator_phone": gettext_lazy("Contact's mobile phone"),
    "operator_landline": gettext_lazy("Contact's landline"),
    "operator_email": gettext_lazy("Contact's e-mail address"),
}


def refillable(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that the applicant could change when sent back: not the entity, the type and the invoice."""
    fixed = {"entity_name", "number", "subtype", "invoice", "invoice_title", "tax_number"}
    return [fact for fact in facts if fact.code not in fixed and not fact.code.startswith("invoice_")]
