"""What the application for WeChat Verification asks in words: its questions, and when an answer is right (§12.2)."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import check_id_number, normal_email, normal_phone
from entities.wording import INVISIBLE, check_person_name, masked_email, masked_name, masked_number, masked_phone, tidy
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.banks import BANKS
from verification.subtypes import Subtype

Check = Callable[[str], str]
TAX_NUMBER = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True)
class Question:
    """One question: `check` gives the answer in its tidy form or refuses; `mask` hides people's data from onlookers."""

    code: str
    label: str | Promise
    check: Check
    required: bool = True
    company: bool = False  # asked of companies only
    mask: Callable[[str], str] | None = None


def _line(text: str) -> str:
    """A text of one line; Refused for its length or for characters that nobody sees."""
    if any(unicodedata.category(c) in INVISIBLE and c not in "\r\n\t" for c in text):
        raise Refused(_("This contains invisible characters. Type it anew instead of pasting it."), code="characters")
    text = tidy(text)
    if len(text) > RULES.verification.field_characters:
        raise Refused(
            _("At most %(n)d characters.") % {"n": RULES.verification.field_characters},
            code="too_long",
        )
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refused(_("Enter a date: year, month, day."), code="date_invalid") from None


def _begun(text: str) -> str:
    day = _day(text)
    if day > timezone.localdate(now()).isoformat():
        raise Refused(_("This day is still to come: look at the licence again."), code="date_to_come")
    return day


def _not_over(text: str) -> str:
    day = _day(text)
    if day < timezone.localdate(now()).isoformat():
        raise Refused(_("The business period is over: hand in a licence that is valid."), code="licence_over")
    return day


def _bank(text: str) -> str:
    if text not in BANKS:
        raise Refused(_("Choose the bank."), code="bank_unknown")
    return text


def account_number(text: str) -> str:
    """The digits of a bank account (console.md §1.6.3)."""
    number, rules = re.sub(r"[ -]", "", text), RULES.remittance
    if not (number.isascii() and number.isdigit()):
        raise Refused(_("An account number has digits only."), code="13002")
    if not rules.account_digits_min <= len(number) <= rules.account_digits_max:
        raise Refused(
            _("An account number has %(least)d to %(most)d digits.")
            % {"least": rules.account_digits_min, "most": rules.account_digits_max},
            code="13002",
        )
    return number


def tax_number(text: str) -> str:
    """A taxpayer number: the 18 characters of the unified social credit code."""
    number = text.strip().upper()
    if not TAX_NUMBER.fullmatch(number):
        raise Refused(_("A taxpayer number has 18 letters and digits."), code="tax_number_invalid")
    return number


def id_number(text: str) -> str:
    """The resident ID number of somebody who is of age."""
    return check_id_number(text, today=timezone.localdate(now()))


PAPER_QUESTIONS: tuple[Question, ...] = (
    Question("legal_person", gettext_lazy("Name of the legal representative"), check_person_name, mask=masked_name),
    Question("business_scope", gettext_lazy("Business scope"), _line, company=True),
    Question("business_from", gettext_lazy("Business period, from"), _begun, company=True),
    Question("business_until", gettext_lazy("Business period, to"), _not_over, required=False, company=True),
    Question("bank", gettext_lazy("Bank of the corporate account"), _bank, company=True),
    Question(
        "account", gettext_lazy("Number of the corporate account"), account_number, company=True, mask=masked_number
    ),
    Question("address", gettext_lazy("Address"), _line),
    Question("operator_name", gettext_lazy("Name on the ID card"), check_person_name, mask=masked_name),
    Question("operator_id_number", gettext_lazy("ID number"), id_number, mask=masked_number),
    Question("operator_email", gettext_lazy("E-mail address"), normal_email, mask=masked_email),
    Question("operator_landline", gettext_lazy("Landline"), normal_phone, required=False, mask=masked_phone),
    Question("operator_phone", gettext_lazy("Mobile phone"), normal_phone, mask=masked_phone),
)
INVOICE_QUESTIONS: tuple[Question, ...] = (
    Question("invoice_title", gettext_lazy("Invoice title"), _line),
    Question("tax_number", gettext_lazy("Taxpayer number"), tax_number),
    Question("invoice_bank", gettext_lazy("Bank"), _line),
    Question("invoice_account", gettext_lazy("Account number"), account_number, mask=masked_number),
    Question("invoice_address", gettext_lazy("Registered address"), _line),
    Question("invoice_phone", gettext_lazy("Registered phone"), normal_phone, mask=masked_phone),
)
INVOICES: dict[str, str | Promise] = {
    "none": gettext_lazy("No invoice"),
    "ordinary": gettext_lazy("Ordinary quota invoice"),
    "vat": gettext_lazy("VAT special invoice"),
}
NAME_CHOICES: dict[str, str | Promise] = {
    "keep": gettext_lazy("Keep the present name"),
    "own": gettext_lazy("Another name, of our own choice"),
    "trademark": gettext_lazy("Another name, by a trademark"),
}


def paper_questions(subtype: Subtype | None) -> list[Question]:
    """What this subtype is asked; before one is chosen, what everybody is asked."""
    return [question for question in PAPER_QUESTIONS if not question.company or (subtype and subtype.company)]


def invoice_questions(kind: str) -> list[Question]:
    """What an invoice of this kind needs: an ordinary one its title and taxpayer number."""
    return {"none": [], "ordinary": list(INVOICE_QUESTIONS[:2]), "vat": list(INVOICE_QUESTIONS)}.get(kind, [])


def checked(question: Question, text: str) -> str:
    """The tidy answer; Refused, with the question's code as field, if it is missing or wrong."""
    if not text.strip():
        if not question.required:
            return ""
        raise Refused(
            _("Enter this: %(what)s.") % {"what": question.label}, code=f"{question.code}_missing", field=question.code
        )
    try:
        if "\0" in text:
            raise Refused(_("This contains invisible characters. Type it anew instead of pasting it."), code="nul")
        return question.check(text)
    except Refused as refusal:
        raise Refused(refusal.message, code=refusal.code, field=question.code) from None


def check_all(questions: Iterable[Question], answers: dict[str, str]) -> tuple[dict[str, str], list[Refused]]:
    """Every answer that is right, in its tidy form, and what is wrong with the others."""
    right: dict[str, str] = {}
    wrong: list[Refused] = []
    for question in questions:
        try:
            right[question.code] = checked(question, answers.get(question.code, ""))
        except Refused as refusal:
            wrong.append(refusal)
    if right.get("business_until") and right["business_until"] <= right.get("business_from", ""):
        wrong.append(
            Refused(_("The period ends before it begins."), code="period_backwards", field="business_until"),
        )
    return right, wrong
