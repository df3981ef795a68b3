"""Text of a Mini Program as the platform counts and reads it, and the masks under which people's data are shown."""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
NAME = re.compile(rf"[{HAN}A-Za-z0-9 \-+&.]+")
NAME_HAS_A_WORD = re.compile(rf"[{HAN}A-Za-z0-9]")
PERSON_NAME = re.compile(rf"[{HAN}A-Za-z]+(?:[·•.\- ][{HAN}A-Za-z]+)*")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def units(text: str) -> int:
    """The length of a text: a Chinese (wide) character counts two, any other one. Source: console.md §4.2, §4.4."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def tidy(text: str) -> str:
    """One form of each character (NFC), no outer spaces, one space where there were several."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def name_key(name: str) -> str:
    """The name as uniqueness sees it."""
    return tidy(unicodedata.normalize("NFKC", name).casefold())


def check_name_wording(name: str) -> str:
    """The tidy name; Refused (field "name", code 53010) for its characters or its length."""
    name = tidy(name)
    if wrong := next((c for c in name if not NAME.fullmatch(c)), None):
        raise Refused(_no_character(wrong), code="53010", field="name")
    _check_units(name, RULES.profile.name_min, RULES.profile.name_max, field="name", code="53010")
    if not NAME_HAS_A_WORD.search(name):
        raise Refused(_("The name needs at least one letter, digit or Chinese character."), code="53010", field="name")
    return name


def check_introduction(text: str) -> str:
    """The tidy introduction; Refused (field "introduction") for invisible characters or its length."""
    if any(unicodedata.category(c) in INVISIBLE and c not in "\r\n\t" for c in text):
        raise Refused(
            _("The introduction contains invisible characters. Type it anew instead of pasting it."),
            code="introduction_characters",
            field="introduction",
        )
    text = tidy(text)
    _check_units(text, RULES.profile.introduction_min, RULES.profile.introduction_max, field="introduction")
    return text


def check_person_name(name: str) -> str:
    """A name as on an ID card: Chinese or English letters, parts joined by a dot or hyphen. Refused (field "name")."""
    name = tidy(name).replace("•", "·")
    if not name:
        raise Refused(_("Enter the name on the ID card."), code="person_name", field="name")
    if len(name) > RULES.person.real_name_max:
        raise Refused(
            _("A name has at most %(n)d characters.") % {"n": RULES.person.real_name_max},
            code="person_name_length",
            field="name",
        )
    if not PERSON_NAME.fullmatch(name):
        raise Refused(
            _("Use Chinese or English letters only; keep the dot or hyphen inside a name as the ID card has it."),
            code="person_name",
            field="name",
        )
    return name


def _check_units(text: str, least: int, most: int, *, field: str, code: str = "") -> None:
    given = units(text)
    if given < least:
        short = least - given
        raise Refused(
            ngettext("Too short: %(n)d more character needed.", "Too short: %(n)d more characters needed.", short)
            % {"n": short},
            code=code or f"{field}_too_short",
            field=field,
        )
    if given > most:
        long = given - most
        raise Refused(
            ngettext("Too long by %(n)d character.", "Too long by %(n)d characters.", long) % {"n": long},
            code=code or f"{field}_too_long",
            field=field,
        )


def _no_character(character: str) -> str:
    if unicodedata.category(character) in INVISIBLE | {"Mn", "Me"}:
        return _("The name contains invisible characters. Type it anew instead of pasting it.")
    return _("“%(character)s” can't be in a name. Use Chinese characters, letters, digits, spaces and - + & .") % {
        "character": character
    }


def masked_name(name: str) -> str:
    """张三 as *三, Alexander as ********r."""
    return "*" * max(len(name) - 1, 1) + name[-1:] if len(name) > 1 else "*"


def masked_number(number: str) -> str:
    """An ID number with its first and last character only."""
    return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)


def masked_email(email: str) -> str:
    """ada@harbour.test as a**@harbour.test."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}**@{domain}" if domain else masked_number(email)


def masked_phone(phone: str) -> str:
    """A phone number (E.164) with its last four digits only."""
    return "*" * max(len(phone) - 4, 0) + phone[-4:]
