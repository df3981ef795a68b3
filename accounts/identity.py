"""Who somebody is, in one spelling: e-mail addresses, phone and resident ID numbers, and digests to compare them."""

import re
import unicodedata
from datetime import date

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NumberError

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import digest

EMAIL_CHARACTERS = 254
DOTS = str.maketrans(dict.fromkeys("•・‧∙.●", "·"))  # the separator of ethnic names, as people type it


def normal_email(text: str) -> str:
    """The address in lower case, spaces around dropped; Refused (field "email") if it is not one plain address."""
    email = text.strip(" ").lower()
    if len(email) > EMAIL_CHARACTERS:
        raise Refused(
            _("The e-mail address is longer than %(n)d characters.") % {"n": EMAIL_CHARACTERS},
            code="email_too_long",
            field="email",
        )
    if not email.isascii():
        raise Refused(
            _("Write the e-mail address in plain Latin letters; a domain in other letters in its xn-- form."),
            code="email_not_ascii",
            field="email",
        )
    wrong = Refused(_("Enter a valid e-mail address."), code="email_invalid", field="email")
    if email.count("@") != 1 or '"' in email:  # quoted local parts are legal and nobody's
        raise wrong
    try:
        _check_email(email)
    except ValidationError:
        raise wrong from None
    return email


_check_email = EmailValidator(allowlist=[])


def normal_phone(text: str) -> str:
    """The number as E.164 (+8613800138000); without a country code it is a number of mainland China."""
    wrong = Refused(_("Enter a valid phone number."), code="phone_invalid", field="phone")
    if len(text) > 32 or not re.fullmatch(r"[+0-9 ().-]+", text):  # letters would be read as on a telephone's keys
        raise wrong
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise wrong from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def valid_id_number(text: str) -> str:
    """A resident ID number of 18 characters with its checksum, upper case; Refused (field "id_number") otherwise."""
    number = text.strip(" ").upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Refused(
            _("A resident ID number has 18 characters: 17 digits, then a digit or X."),
            code="id_number_invalid",
            field="id_number",
        )
    try:
        ric.get_birth_date(number)
        right = number[-1] == ric.calc_check_digit(number) and _is_of_a_province(number)
    except NumberError:
        right = False
    if not right:
        raise Refused(
            _("This is not a valid resident ID number: check each digit."), code="id_number_invalid", field="id_number"
        )
    return number


def _is_of_a_province(number: str) -> bool:
    """Whether a province has the number's first two digits.

    Not `ric.validate`: it refuses who was born before their county got its code, though the number came later (IDs
    began in 1984; everybody of Pudong born before 1992 would be refused).
    """
    return any("province" in facts for _part, facts in numdb.get("cn/loc").info(number[:6]))


def check_id_number(text: str, *, today: date) -> str:
    """A valid resident ID number of somebody who is old enough today to register; returns it in upper case."""
    number = valid_id_number(text)
    age = age_on(birth_date(number), today)
    if age < 0 or age > RULES.account.maximum_age:
        raise Refused(
            _("The birth date in this ID number can't be right."), code="id_number_invalid", field="id_number"
        )
    if age < RULES.account.minimum_age:
        raise Refused(
            _("The holder of this ID number is under %(age)d and can't register.") % {"age": RULES.account.minimum_age},
            code="id_number_under_age",
            field="id_number",
        )
    return number


def birth_date(id_number: str) -> date:
    """The birth date in a resident ID number; ValueError if there is no such day."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def age_on(born: date, today: date) -> int:
    """Full years: who was born on 29 February has the birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def normal_name(text: str) -> str:
    """A person's name as comparison sees it: full width, dots, spaces and case do not matter."""
    plain = unicodedata.normalize("NFKC", text).translate(DOTS).casefold()
    return "".join(c for c in plain if not c.isspace())


def identity_digest(real_name: str, id_number: str) -> str:
    """Equal for two spellings of one person's real name and ID number."""
    return digest(f"{normal_name(real_name)}\n{id_number.strip().upper()}", purpose="identity")


def number_digest(value: str) -> str:
    """Equal for two spellings of one ID number or credit code."""
    return digest(value.strip().upper(), purpose="number")


def phone_digest(phone: str) -> str:
    """Equal for two spellings of one phone number."""
    return digest(normal_phone(phone), purpose="phone")
