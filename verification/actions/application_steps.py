"""The steps of an application for WeChat Verification as its applicant fills them in: drafts, kept as typed (§12.2).

Anything may be missing or wrong in a draft; that is refused when the application is submitted.
"""

import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.messages import use_up_sms_code
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.identity import identity_digest, normal_phone
from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from entities.models import Paper
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, IllegalMove, NotAllowed, Refused
from platform_site.kernel.rulebook import RULES
from verification import queries
from verification.actions.application_checks import check_can_be_edited, check_papers_fit, slots_of
from verification.answers import PAPER_QUESTIONS, invoice_questions
from verification.lifecycle import VerificationStatus
from verification.models import Verification, VerificationPaper
from verification.subtypes import NAME_PROOF_SLOT, SUBTYPES, subtypes_of

_PAPER_CODES = {question.code for question in PAPER_QUESTIONS}


@transaction.atomic
def agree(verification: Verification, *, by: Actor) -> None:
    """The applicant agrees to the service agreement (step 1)."""
    edit(verification, by)
    if verification.agreed_at is None:
        save(verification, agreed_at=now())


@transaction.atomic
def choose_subtype(verification: Verification, *, subtype: str, by: Actor) -> None:
    """Choose what kind of entity it is; papers that the other kind is not asked for are dropped, answers stay."""
    edit(verification, by)
    if verification.status == VerificationStatus.REFILL:
        raise IllegalMove(_("The type can't be changed any more."), code="subtype_fixed", field="subtype")
    _check_subtype(verification, subtype)
    slots = slots_of(SUBTYPES[subtype])
    save(verification, subtype=subtype)
    papers = queries.papers_of(verification)
    write_papers(
        verification, {code: pages for code, pages in papers.items() if code in slots}, but_not=NAME_PROOF_SLOT.code
    )


def _check_subtype(verification: Verification, subtype: str) -> None:
    if subtype not in {known.code for known in subtypes_of(verification.mini_program.entity.type)}:
        raise Refused(_("Choose the type of the entity."), code="subtype_unknown", field="subtype")


@transaction.atomic
def save_papers(
    verification: Verification,
    *,
    subtype: str,
    answers: Mapping[str, str],
    papers: Mapping[str, Sequence[Paper]],
    by: Actor,
) -> None:
    """Keep the papers step as it is typed (step 2): anything may be missing or wrong.

    `answers` by code of PAPER_QUESTIONS, `papers` by code of the subtype's slots. Papers of the subtype before are
    dropped. Once the fee is paid the subtype stays as it is.
    """
    edit(verification, by)
    if verification.status == VerificationStatus.REFILL:
        subtype = verification.subtype
    elif subtype:
        _check_subtype(verification, subtype)
    check_papers_fit(slots_of(SUBTYPES.get(subtype)), papers, user_id=verification.mini_program.user_id)
    kept = {code: _kept(text) for code, text in answers.items() if code in _PAPER_CODES}
    if confirmed := queries.answers_of(verification).get(PHONE_CONFIRMED):
        kept[PHONE_CONFIRMED] = confirmed
    save(verification, subtype=subtype, papers_data=as_json(kept))
    write_papers(verification, papers, but_not=NAME_PROOF_SLOT.code)


@transaction.atomic
def confirm_phone(verification: Verification, *, phone: str, code: str, by: Actor) -> None:
    """The contact's phone has received the code: call it after `check_sms_code(…, use_up=False)` found it right."""
    edit(verification, by)
    use_up_sms_code(phone=phone, purpose=sms_purpose(verification), code=code)
    save(verification, papers_data=as_json({**queries.answers_of(verification), PHONE_CONFIRMED: normal_phone(phone)}))


def sms_purpose(verification: Verification) -> str:
    """A code is for this application: the wrong tries of another one can't spoil it."""
    return f"operator:{verification.pk}"


@transaction.atomic
def confirm_operator(verification: Verification, *, person: WeChatPerson, name: str, id_number: str, by: Actor) -> None:
    """The contact has scanned: they are who the application names. Another name or ID number needs a new scan."""
    edit(verification, by)
    digest = identity_digest(name, id_number)
    if not person.is_real_name or person.identity_digest != digest:
        raise Refused(
            _("The scan does not fit the contact's name and ID number: they scan with their own real-name WeChat."),
            code="identity_differs",
            field="operator",
        )
    save(verification, operator=person, operator_identity=digest)


@transaction.atomic
def save_name(
    verification: Verification, *, choice: str, name: str = "", proof: Sequence[Paper] = (), by: Actor
) -> None:
    """Keep the confirmation of the name (step 3): `choice` of NAME_CHOICES, another name with its proof."""
    edit(verification, by)
    papers = {NAME_PROOF_SLOT.code: list(proof)}
    check_papers_fit({NAME_PROOF_SLOT.code: NAME_PROOF_SLOT}, papers, user_id=verification.mini_program.user_id)
    save(verification, name_data=as_json({"choice": _kept(choice), "name": _kept(name)}))
    write_papers(verification, papers, only=NAME_PROOF_SLOT.code)


@transaction.atomic
def save_invoice(verification: Verification, *, kind: str, answers: Mapping[str, str], by: Actor) -> None:
    """Keep the invoice (step 4); it can't be changed once the application has been submitted and paid."""
    edit(verification, by)
    if verification.status != VerificationStatus.DRAFT:
        raise IllegalMove(_("The invoice can't be changed any more."), code="invoice_fixed", field="kind")
    asked = {question.code for question in invoice_questions(kind)}
    kept = {code: _kept(text) for code, text in answers.items() if code in asked}
    save(verification, invoice_data=as_json({"kind": _kept(kind), **kept}))


def edit(verification: Verification, by: Actor) -> None:
    """Lock the application and refuse who may not, or no longer, change it."""
    check_may_apply(verification, by)
    lock(verification)
    check_can_be_edited(verification)


def check_may_apply(subject: MiniProgram | Verification, by: Actor) -> None:
    if not by.may(Permission.VERIFICATION_APPLY, subject):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")


def lock(verification: Verification) -> None:
    """The row as it is now, locked until the transaction ends."""
    verification.refresh_from_db(from_queryset=Verification.objects.select_for_update(of=("self",)))


def save(verification: Verification, **columns: object) -> None:
    for name, value in columns.items():
        setattr(verification, name, value)
    verification.save(update_fields=list(columns))


def write_papers(
    verification: Verification, papers: Mapping[str, Sequence[Paper]], *, only: str = "", but_not: str = ""
) -> None:
    """Put these papers in the place of those before."""
    rows = verification.verification_papers.exclude(code=but_not) if but_not else verification.verification_papers.all()
    (rows.filter(code=only) if only else rows).delete()
    for code, pages in papers.items():
        for position, paper in enumerate(pages, start=1):
            VerificationPaper.objects.create(verification=verification, code=code, paper=paper, position=position)


def _kept(text: str) -> str:
    """What a draft keeps of a typed text: too long a one is cut, though not so short that it becomes right."""
    return str(text).replace("\0", "")[: 2 * RULES.verification.field_characters]


def as_json(answers: Mapping[str, str]) -> str:
    return json.dumps(answers, ensure_ascii=False) if answers else ""
