"""What an application for WeChat Pay asks, step by step: the table that forms, checks and the desk's page read.

Source: console.md §13, steps 1 to 4.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.phones import CODE, PHONE_CONFIRMED, is_confirmed, unconfirmed
from accounts.identity import check_id_number, normal_email, normal_phone
from entities.wording import check_person_name, tidy
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.banks import BANKS

TEXT, LONG, CHOICE, DATE, SCAN = "text", "long", "choice", "date", "scan"


@dataclass(frozen=True)
class Question:
    """One thing that is asked. `check` returns the tidy answer or is Refused; an optional one may be empty."""

    name: str
    label: str | Promise
    check: Callable[[str], str] = tidy
    kind: str = TEXT
    optional: bool = False
    help: str | Promise = ""
    choices: Callable[[], list[tuple[str, str]]] = list


@dataclass(frozen=True)
class Step:
    """One page of the application."""

    name: str
    label: str | Promise
    questions: tuple[Question, ...]


def _words(most: Callable[[], int]) -> Callable[[str], str]:
    def check(text: str) -> str:
        text = tidy(text.replace("\0", ""))
        if len(text) > most():
            raise Refused(_("Use at most %(most)d characters.") % {"most": most()}, code="too_long")
        return text

    return check


def _phone(text: str) -> str:
    return normal_phone(text)


def _site(text: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(text.strip())
    except ValidationError:
        raise Refused(_("Enter an address that begins with https:// or http://."), code="site") from None
    return text.strip()


def _id_number(text: str) -> str:
    return check_id_number(text, today=now().date())


def _account(text: str) -> str:
    number = re.sub(r"[ -]", "", text)
    least, most = RULES.pay.account_digits_min, RULES.pay.account_digits_max
    if not number.isascii() or not number.isdigit() or not least <= len(number) <= most:
        words = _("An account number has %(least)d to %(most)d digits.")
        raise Refused(words % {"least": least, "most": most}, code="account")
    return number


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(_("Enter a date."), code="date") from None
    if day <= now().date():
        raise Refused(_("It has expired: hand in one that is valid."), code="expired")
    return day.isoformat()


def _bank(text: str) -> str:
    if text not in BANKS:
        raise Refused(_("Choose a bank."), code="bank")
    return text


def _kind(text: str) -> str:
    if text not in BUSINESSES:
        raise Refused(_("Choose what the merchant does."), code="business")
    return text


BUSINESSES: dict[str, str | Promise] = {
    "retail": gettext_lazy("Retail, online and offline"),
    "catering": gettext_lazy("Catering and food"),
    "travel": gettext_lazy("Travel and tickets"),
    "education": gettext_lazy("Education and training"),
    "services": gettext_lazy("Local services"),
    "public": gettext_lazy("Public services and fees"),
}

STEPS = (
    Step(
        "contact",
        gettext_lazy("Contact"),
        (
            Question("contact_name", gettext_lazy("Contact's name"), check_person_name),
            Question("contact_phone", gettext_lazy("Contact's phone number"), _phone),
            Question(
                "contact_email",
                gettext_lazy("Contact's e-mail address"),
                normal_email,
                help=gettext_lazy("It receives what the merchant's log-in needs."),
            ),
        ),
    ),
    Step(
        "business",
        gettext_lazy("Business"),
        (
            Question(
                "short_name",
                gettext_lazy("Merchant short name"),
                _words(lambda: RULES.pay.short_name_characters),
                help=gettext_lazy("Users see it when they pay."),
            ),
            Question(
                "business",
                gettext_lazy("Business category"),
                _kind,
                CHOICE,
                choices=lambda: [(code, str(label)) for code, label in BUSINESSES.items()],
            ),
            Question("goods", gettext_lazy("What is sold"), _words(lambda: RULES.pay.goods_characters), LONG),
            Question("service_phone", gettext_lazy("Customer service phone"), _phone),
            Question("site", gettext_lazy("Official site"), _site, optional=True),
        ),
    ),
    Step(
        "entity",
        gettext_lazy("Entity"),
        (
            Question("licence", gettext_lazy("Scan of the licence or certificate"), kind=SCAN),
            Question("licence_until", gettext_lazy("Licence valid until"), _day, DATE),
            Question("legal_person", gettext_lazy("Legal person's name"), check_person_name),
            Question("legal_id", gettext_lazy("Legal person's ID number"), _id_number),
            Question("legal_id_until", gettext_lazy("ID card valid until"), _day, DATE),
            Question("id_front", gettext_lazy("ID card, side with the portrait"), kind=SCAN),
            Question("id_back", gettext_lazy("ID card, side with the emblem"), kind=SCAN),
        ),
    ),
    Step(
        "settlement",
        gettext_lazy("Settlement account"),
        (
            Question(
                "bank",
                gettext_lazy("Bank"),
                _bank,
                CHOICE,
                choices=lambda: [(code, str(bank)) for code, bank in BANKS.items()],
            ),
            Question("branch", gettext_lazy("Branch"), _words(lambda: RULES.pay.branch_characters)),
            Question(
                "account",
                gettext_lazy("Account number"),
                _account,
                help=gettext_lazy("The holder must be the entity itself. A small amount is sent there to check it."),
            ),
        ),
    ),
)
QUESTIONS = {question.name: question for step in STEPS for question in step.questions}
CONTACT = STEPS[0]
STEPS_BY_NAME = {step.name: step for step in STEPS}
SCANS = tuple(name for name, question in QUESTIONS.items() if question.kind == SCAN)


def checked(name: str, answer: str) -> str:
    """The tidy answer to a question; Refused with the question as `field`."""
    question = QUESTIONS[name]
    text = answer.replace("\0", "").strip()
    if not text:
        if question.optional:
            return ""
        raise Refused(_("This is missing."), code="missing", field=name)
    try:
        return question.check(text)
    except Refused as refusal:
        raise Refused(refusal.message, code=refusal.code, field=name) from None


def problems(answers: dict[str, str], scans: dict[str, str], *, step: Step | None = None) -> dict[str, Refused]:
    """What is missing or wrong: {question: refusal}; of one step, or of all.

    A contact's phone that is right but not proven is wrong at the field of its code.
    """
    found: dict[str, Refused] = {}
    for name, question in QUESTIONS.items():
        if step is not None and question not in step.questions:
            continue
        if question.kind == SCAN:
            if not scans.get(name):
                found[name] = Refused(_("Choose the scan."), code="missing", field=name)
            continue
        try:
            checked(name, str(answers.get(name, "")))
        except Refused as refusal:
            found[name] = refusal
    if step in (None, CONTACT) and "contact_phone" not in found and not _is_proven(answers):
        found[CODE] = unconfirmed()
    return found


def _is_proven(answers: dict[str, str]) -> bool:
    return is_confirmed(str(answers["contact_phone"]), answers.get(PHONE_CONFIRMED, ""))


def step_with(field: str) -> Step | None:
    """The step on whose page this field is."""
    return next(
        (step for step in STEPS if field in {q.name for q in step.questions}), CONTACT if field == CODE else None
    )
