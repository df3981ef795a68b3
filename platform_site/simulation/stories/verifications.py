"""WeChat Verification in the stories: filled in, paid, under audit, sent back, passed; each by real actions."""

import re
from datetime import timedelta

from django.utils import timezone

from accounts.actions.messages import send_sms_code
from accounts.models import MiniProgram, SmsMessage
from entities.actions.papers import upload_paper
from entities.models import EntityType, Paper
from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES
from platform_site.simulation.stories.organisations import ACCOUNT, organisation
from platform_site.simulation.stories.people import Who, person, staff
from platform_site.simulation.stories.pictures import scan
from platform_site.simulation.stories.programs import administrator_of
from platform_site.simulation.stories.wallets import pay
from verification.actions import applications, audits
from verification.models import Verification
from verification.queries import open_fee_order_of
from verification.subtypes import ID_SCANS, SUBTYPES

USUAL_SUBTYPE = {
    EntityType.CORPORATE: "enterprise",
    EntityType.INDIVIDUAL_BUSINESS: "individual_business",
    EntityType.GOVERNMENT: "government",
    EntityType.MEDIA: "media_unit",
    EntityType.OTHER: "social_group",
}


def answers_by(operator: Who, **changed: str) -> dict[str, str]:
    """Everything that the papers step asks in words, filled in rightly, with this person as the contact."""
    who, today = person(operator), timezone.localdate(now())
    return {
        "legal_person": "李建国",
        "business_scope": "茶叶零售；餐饮服务",
        "business_from": (today - timedelta(days=900)).isoformat(),
        "business_until": "",
        "bank": "merchants",
        "account": ACCOUNT,
        "address": "浙江省杭州市西湖区海港路 1 号",
        "operator_name": who.real_name,
        "operator_id_number": who.id_number,
        "operator_phone": who.phone,
        "operator_landline": "",
        "operator_email": "contact@harbour.test",
        **changed,
    }


def papers_for(mini_program: MiniProgram, subtype: str) -> dict[str, list[Paper]]:
    """One page for everything that this subtype must hand in, and another for the ID card."""
    page = upload_paper(mini_program.account, data=scan(), name="certificate.png")
    card = upload_paper(mini_program.account, data=scan("ID CARD", "#2d5f8b"), name="id-card.png")
    required = (slot.code for slot in SUBTYPES[subtype].slots if slot.required)
    return {code: [card if code in ID_SCANS else page] for code in required}


def filled_in(mini_program: MiniProgram | None = None, *, subtype: str = "", **changed: str) -> Verification:
    """An application of which every step is done; the administrator is its contact."""
    mini_program = mini_program or organisation(type=EntityType.MEDIA)
    return fill_in(applications.start(mini_program, by=administrator_of(mini_program)), subtype=subtype, **changed)


def fill_in(verification: Verification, *, subtype: str = "", **changed: str) -> Verification:
    """Every step of an application that has been begun is done; the administrator is its contact."""
    mini_program = verification.mini_program
    subtype = subtype or USUAL_SUBTYPE[EntityType(mini_program.entity.type)]
    by = administrator_of(mini_program)
    answers = answers_by(by.person, **changed)
    applications.agree(verification, by=by)
    papers = papers_for(mini_program, subtype)
    applications.save_papers(verification, subtype=subtype, answers=answers, papers=papers, by=by)
    phone_confirmed(verification, answers["operator_phone"])
    applications.confirm_operator(
        verification, person=by.person, name=by.person.real_name, id_number=by.person.id_number, by=by
    )
    applications.save_name(verification, choice="keep", by=by)
    applications.save_invoice(verification, kind="none", answers={}, by=by)
    return verification


def phone_confirmed(verification: Verification, phone: str) -> None:
    """The contact reads the code that was sent, and it is typed in."""
    send_sms_code(phone=phone, purpose=applications.sms_purpose(verification))
    applications.confirm_phone(
        verification, phone=phone, code=code_sent_to(phone), by=administrator_of(verification.mini_program)
    )


def code_sent_to(phone: str) -> str:
    """The last verification code that this phone has received."""
    found = re.search(rf"\b[0-9]{{{RULES.sms.digits}}}\b", SmsMessage.objects.filter(phone=phone).latest("pk").body)
    return found[0] if found else ""


def applied(verification: Verification | None = None) -> Verification:
    """An application under audit: handed in, and paid from its administrator's wallet where it costs something."""
    verification = verification or filled_in()
    by = administrator_of(verification.mini_program)
    applications.submit(verification, by=by)
    if verification.fee_fen:
        paid(verification, by.person)
    verification.refresh_from_db()
    return verification


def paid(verification: Verification, who: Who) -> None:
    """Its fee is paid from this person's wallet."""
    if (order := open_fee_order_of(verification)) is not None:
        pay(order, who)


def sent_back(
    verification: Verification | None = None, *, field: str = "application_letter", text: str = "", by: str = "rev"
) -> Verification:
    """An application that the desk has sent back for one field."""
    verification = verification or applied()
    audits.send_back(verification, by=staff(by), reasons=[(field, text or "The seal can't be read.")])
    return verification


def passed(verification: Verification | None = None, *, by: str = "rev") -> Verification:
    """An application that the desk has passed, after the contact confirmed it by phone."""
    verification = verification or applied()
    audits.record_call(verification, by=staff(by), outcome="confirmed")
    audits.pass_application(verification, by=staff(by))
    return verification


def verified(mini_program: MiniProgram | None = None) -> MiniProgram:
    """An organisation's Mini Program that has passed WeChat Verification."""
    mini_program = mini_program or organisation(type=EntityType.GOVERNMENT)
    passed(applied(filled_in(mini_program)))
    return MiniProgram.objects.get(pk=mini_program.pk)
