"""What an application for WeChat Pay asks, step by step: the table that forms, checks and the desk's page read.

Source: console.md §13, steps 1 to 4.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.phones import CODE, PHONE_CONFIRMED, is_confirmed, unconfirmed
from accounts.identity import normal_email, normal_phone
from entities.organisations import check_organisation_code
from entities.wording import check_person_name, masked_email, masked_name, masked_number, masked_phone, tidy
from payments import checks
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.answers import id_number
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
    businesses: frozenset[str] = frozenset()  # asked of these only; of all where there is none
    mask: Callable[[str], str] | None = None  # what the desk reads of people's data until it has said why
    old_licence: bool = False  # asked only where the licence bears a registration number of 15 digits

    def is_asked(self, answers: Mapping[str, str], *, old_licence: bool) -> bool:
        """Whether this application must answer it."""
        is_theirs = not self.businesses or answers.get("business") in self.businesses
        return is_theirs and (old_licence or not self.old_licence)


@dataclass(frozen=True)
class Step:
    """One page of the application."""

    name: str
    label: str | Promise
    questions: tuple[Question, ...]


BUSINESSES: dict[str, str | Promise] = {
    "retail": gettext_lazy("Retail, online and offline"),
    "catering": gettext_lazy("Catering and food"),
    "travel": gettext_lazy("Travel and tickets"),
    "education": gettext_lazy("Education and training"),
    "services": gettext_lazy("Local services"),
    "public": gettext_lazy("Public services and fees"),
}

LICENSED = frozenset({"catering", "travel", "education"})  # ours: what the state gives permits for
FIRST_DAY = {"licence_until": "licence_from", "legal_id_until": "legal_id_from"}


def _business(text: str) -> str:
    if text not in BUSINESSES:
        raise Refused(_("Choose what the merchant does."), code="business")
    return text


STEPS = (
    Step(
        "contact",
        gettext_lazy("Contact"),
        (
            Question("contact_name", gettext_lazy("Contact's name"), check_person_name, mask=masked_name),
            Question("contact_phone", gettext_lazy("Contact's phone number"), normal_phone, mask=masked_phone),
            Question(
                "contact_email",
                gettext_lazy("Contact's e-mail address"),
                normal_email,
                mask=masked_email,
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
                checks.words(lambda: RULES.pay.short_name_characters),
                help=gettext_lazy("Users see it when they pay."),
            ),
            Question(
                "business",
                gettext_lazy("Business category"),
                _business,
                CHOICE,
                choices=lambda: [(code, str(label)) for code, label in BUSINESSES.items()],
            ),
            Question("goods", gettext_lazy("What is sold"), checks.words(lambda: RULES.pay.goods_characters), LONG),
            Question("service_phone", gettext_lazy("Customer service phone"), normal_phone),
            Question("site", gettext_lazy("Official site"), checks.site, optional=True),
            Question(
                "scene",
                gettext_lazy("Screenshot of the Mini Program, the site or the shop"),
                kind=SCAN,
                help=gettext_lazy("It shows where users pay, and for what."),
            ),
            Question(
                "qualification",
                gettext_lazy("Special qualification"),
                kind=SCAN,
                help=gettext_lazy("Catering, travel and education need their permit: a scan of it."),
                businesses=LICENSED,
            ),
        ),
    ),
    Step(
        "entity",
        gettext_lazy("Entity"),
        (
            Question("licence", gettext_lazy("Scan of the licence or certificate"), kind=SCAN),
            Question("licence_from", gettext_lazy("Licence valid from"), checks.day_begun, DATE),
            Question(
                "licence_until",
                gettext_lazy("Licence valid until"),
                checks.day_to_come,
                DATE,
                optional=True,
                help=gettext_lazy("Leave it empty if the licence has no end."),
            ),
            Question("org_code", gettext_lazy("Organization code"), check_organisation_code, old_licence=True),
            Question(
                "org_certificate",
                gettext_lazy("Scan of the organization code certificate"),
                kind=SCAN,
                old_licence=True,
            ),
            Question("legal_person", gettext_lazy("Legal person's name"), check_person_name, mask=masked_name),
            Question("legal_id", gettext_lazy("Legal person's ID number"), id_number, mask=masked_number),
            Question("legal_id_from", gettext_lazy("ID card valid from"), checks.day_begun, DATE),
            Question(
                "legal_id_until",
                gettext_lazy("ID card valid until"),
                checks.day_to_come,
                DATE,
                optional=True,
                help=gettext_lazy("Leave it empty if the ID card has no end."),
            ),
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
                checks.bank,
                CHOICE,
                choices=lambda: [(code, str(bank)) for code, bank in BANKS.items()],
            ),
            Question("city", gettext_lazy("City"), checks.city, CHOICE, choices=checks.cities),
            Question("branch", gettext_lazy("Branch"), checks.words(lambda: RULES.pay.branch_characters)),
            Question(
                "account",
                gettext_lazy("Account number"),
                checks.account,
                mask=masked_number,
                help=gettext_lazy("The holder must be the entity itself. A small amount is sent there to check it."),
            ),
        ),
    ),
)
QUESTIONS = {question.name: question for step in STEPS for question in step.questions}
CONTACT = STEPS[0]
STEPS_BY_NAME = {step.name: step for step in STEPS}
ID_SCANS = frozenset({"id_front", "id_back"})  # at the desk only once they are revealed
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


def problems(
    answers: Mapping[str, str], scans: Mapping[str, str], *, step: Step | None = None, old_licence: bool = False
) -> dict[str, Refused]:
    """What is missing or wrong: {question: refusal}; of one step, or of all.

    A contact's phone that is right but not proven is wrong at the field of its code.
    """
    found: dict[str, Refused] = {}
    questions = asked(answers, step=step, old_licence=old_licence)
    names = {question.name for question in questions}
    for question in questions:
        try:
            _check(question, answers, scans)
        except Refused as refusal:
            found[question.name] = refusal
    for last, first in FIRST_DAY.items():
        if last in names and not {first, last} & set(found) and _is_backwards(answers, first, last):
            found[last] = Refused(_("The period ends before it begins."), code="period_backwards", field=last)
    if step in (None, CONTACT) and "contact_phone" not in found and not _is_proven(answers):
        found[CODE] = unconfirmed()
    return found


def asked(answers: Mapping[str, str], *, step: Step | None = None, old_licence: bool = False) -> list[Question]:
    """The questions that these answers must answer; of one step, or of all."""
    questions = QUESTIONS.values() if step is None else step.questions
    return [question for question in questions if question.is_asked(answers, old_licence=old_licence)]


def _check(question: Question, answers: Mapping[str, str], scans: Mapping[str, str]) -> None:
    if question.kind == SCAN:
        if not scans.get(question.name):
            raise Refused(_("Choose the scan."), code="missing", field=question.name)
    else:
        checked(question.name, str(answers.get(question.name, "")))


def _is_backwards(answers: Mapping[str, str], first: str, last: str) -> bool:
    """Whether what has an end ends before it begins."""
    end = checked(last, str(answers.get(last, "")))
    return bool(end) and end <= checked(first, str(answers[first]))


def _is_proven(answers: Mapping[str, str]) -> bool:
    return is_confirmed(str(answers["contact_phone"]), answers.get(PHONE_CONFIRMED, ""))


def step_with(field: str) -> Step | None:
    """The step on whose page this field is."""
    return next(
        (step for step in STEPS if field in {q.name for q in step.questions}), CONTACT if field == CODE else None
    )
