"""What is still missing or wrong in an application for WeChat Verification, step by step (console.md §12.2)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.phones import PHONE_CONFIRMED, unconfirmed
from accounts.models import MiniProgram
from entities import queries as entities
from entities.actions.names import check_name
from entities.models import Paper
from entities.name_register import protected_words_in
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, Refused
from platform_site.kernel.rulebook import RULES
from verification import queries
from verification.answers import INVOICES, NAME_CHOICES, check_all, invoice_questions, paper_questions
from verification.lifecycle import VerificationStatus
from verification.models import Verification
from verification.subtypes import NAME_PROOF_SLOT, Slot, Subtype

AGREEMENT, PAPERS, NAME, INVOICE = "agreement", "papers", "name", "invoice"
STEPS = (AGREEMENT, PAPERS, NAME, INVOICE)


def check_can_be_edited(verification: Verification) -> None:
    """Refused unless the application is being filled in, or is sent back and its time is not over."""
    if verification.status == VerificationStatus.REFILL:
        check_refill_in_time(verification)
    elif verification.status != VerificationStatus.DRAFT:
        raise IllegalMove(
            _("This can't be done now: it is “%(state)s”.") % {"state": verification.get_status_display()},
            code="illegal_move",
        )


def check_refill_in_time(verification: Verification) -> None:
    """Refused once the 30 days for handing the papers in again are over, whether or not a sweep came by."""
    if verification.refill_due_at is not None and verification.refill_due_at <= now():
        raise Refused(
            _("The %(days)d days for handing the papers in again are over: the application has failed.")
            % {"days": RULES.verification.refill_days},
            code="refill_overdue",
        )


def check_may_renew(mini_program: MiniProgram) -> None:
    """Refused while the present verification has longer to run than the time in which it is renewed."""
    until = mini_program.standing.verified_until
    if until is None or queries.may_renew_now(mini_program):
        return
    opens = timezone.localdate(until - timedelta(days=RULES.verification.renewal_days))
    raise Refused(
        _("It is verified until %(until)s and can be renewed from %(opens)s on.")
        % {"until": timezone.localdate(until).isoformat(), "opens": opens.isoformat()},
        code="renewal_too_early",
    )


def problems_of(verification: Verification) -> dict[str, list[Refused]]:
    """What is wrong with each step of STEPS; a step that is done has nothing."""
    free = (subtype := queries.subtype_of(verification)) is not None and subtype.free
    return {
        AGREEMENT: _agreement_problems(verification),
        PAPERS: papers_problems(verification),
        NAME: name_problems(verification),
        INVOICE: [] if free else invoice_problems(verification),  # nothing is paid, so that there is no invoice
    }


def _agreement_problems(verification: Verification) -> list[Refused]:
    if verification.agreed_at is not None:
        return []
    return [Refused(_("Read the agreement, and agree to it."), code="not_agreed", field="agreed")]


def papers_problems(verification: Verification) -> list[Refused]:
    """What is wrong with the papers: the type, the answers, the scans, the contact's phone and scan."""
    subtype = queries.subtype_of(verification)
    if subtype is None:
        return [Refused(_("Choose the type of the entity."), code="subtype_missing", field="subtype")]
    answers, papers = queries.answers_of(verification), queries.papers_of(verification)
    right, wrong = check_all(paper_questions(subtype), answers)
    wrong += [problem for slot in subtype.slots if (problem := _slot_problem(slot, papers.get(slot.code, [])))]
    if "operator_phone" in right and answers.get(PHONE_CONFIRMED) != right["operator_phone"]:
        wrong.append(unconfirmed())
    if {"operator_name", "operator_id_number"} <= set(right) and not queries.operator_is_confirmed(verification):
        message = _("The contact has not confirmed by a scan that they are this person.")
        wrong.append(Refused(message, code="operator_unconfirmed", field="operator"))
    return wrong


def _slot_problem(slot: Slot, papers: Sequence[Paper]) -> Refused | None:
    if slot.required and not papers:
        return Refused(_("Upload this: %(what)s.") % {"what": slot}, code="paper_missing", field=slot.code)
    return None


def check_papers_fit(slots: Mapping[str, Slot], papers: Mapping[str, Sequence[Paper]], *, user_id: int | None) -> None:
    """Refused if a paper is somebody else's, is not asked for, or has too many pages."""
    for code, pages in papers.items():
        slot = slots.get(code)
        if slot is None and pages:
            raise Refused(_("This paper is not asked for."), code="paper_unknown", field=code)
        if slot is not None and len(pages) > slot.most:
            raise Refused(
                ngettext("At most %(n)d picture.", "At most %(n)d pictures.", slot.most) % {"n": slot.most},
                code="too_many_papers",
                field=code,
            )
        if any(page.user_id != user_id or user_id is None for page in pages):
            raise Refused(_("This picture is not one of yours: upload it again."), code="paper_foreign", field=code)


def slots_of(subtype: Subtype | None) -> dict[str, Slot]:
    """The papers of the papers step, by code."""
    return {slot.code: slot for slot in subtype.slots} if subtype else {}


def name_problems(verification: Verification) -> list[Refused]:
    """What is wrong with the confirmation of the name; nothing while there is no name to confirm."""
    mini_program = verification.mini_program
    if not entities.is_complete(mini_program):
        return []
    wish = queries.name_wish_of(verification)
    choice = wish.get("choice", "")
    if choice not in NAME_CHOICES:
        return [Refused(_("Say whether the name stays."), code="name_choice_missing", field="choice")]
    if choice == "keep":
        return []
    try:
        check_wished_name(wish.get("name", ""), mini_program=mini_program)
    except Refused as refusal:
        return [refusal]
    proof = queries.papers_of(verification).get(NAME_PROOF_SLOT.code, [])
    must_prove = choice == "trademark" or bool(protected_words_in(wish.get("name", "")))
    problem = _slot_problem(NAME_PROOF_SLOT, proof) if must_prove else None
    return [problem] if problem else []


def check_wished_name(name: str, *, mini_program: MiniProgram) -> str:
    """The other name in its tidy form; Refused (field "name") if it can't be had."""
    if not name.strip():
        raise Refused(_("Enter the name."), code="name_missing", field="name")
    return check_name(name, mini_program=mini_program)


def invoice_problems(verification: Verification) -> list[Refused]:
    """What is wrong with the invoice."""
    invoice = queries.invoice_of(verification)
    kind = invoice.get("kind", "")
    if kind not in INVOICES:
        return [Refused(_("Choose the invoice."), code="invoice_missing", field="kind")]
    return check_all(invoice_questions(kind), invoice)[1]
