"""Organisations as they are written: name, code, scans; how two spellings of one are told to be the same."""

import dataclasses
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from accounts.identity import number_digest
from entities.entity_register import check_name_fits_type, check_not_banned, same_name
from entities.models import EntityType, VerificationMethod
from entities.models.entity import METHODS
from entities.wording import HAN, tidy
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entities.actions.registration import Organisation
    from entities.models import Paper

COMPANIES = frozenset({EntityType.CORPORATE, EntityType.INDIVIDUAL_BUSINESS})
WITH_CODE_AND_SCAN = frozenset({EntityType.MEDIA, EntityType.OTHER})
MAINLAND = "CN"
ELSEWHERE = frozenset({"HK", "MO", "TW", "ZZ"})  # ZZ: any other place
ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}-[0-9X]")
FOREIGN_NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z\-]{2,28})[0-9A-Z]")
NAME = re.compile(rf"[{HAN}A-Za-z0-9()（）《》:：,，.\-_ ]+")


def entity_limit(entity_type: str) -> int:
    """How many Mini Programs one entity of this type may stand behind (console.md §1.8)."""
    if entity_type == EntityType.INDIVIDUAL:
        return RULES.account.mini_programs_per_id
    if entity_type == EntityType.INDIVIDUAL_BUSINESS:
        return RULES.entity.accounts_individual_business
    return RULES.entity.accounts_organisation


def entity_digest(entity: "Organisation") -> str:
    """Equal for the same entity: by its number (of its country), or by its name where it has none (government)."""
    if not entity.number:
        return name_digest(entity.name)
    return number_digest(entity.number if entity.country == MAINLAND else f"{entity.country}:{entity.number}")


def name_digest(name: str) -> str:
    """Equal for two spellings of one organisation's name: width, case, spaces and brackets do not matter."""
    return number_digest("name:" + same_name(name))


def check_organisation(entity: "Organisation") -> "Organisation":
    """The organisation in its tidy form; Refused (field "country", "method", "entity_name", "number" or "papers")."""
    check_country(entity.country, entity_type=entity.type)
    check_method(entity.method, entity_type=entity.type, country=entity.country)
    name = check_entity_name(entity.name, entity_type=entity.type)
    number = check_entity_number(entity.number, entity_type=entity.type, country=entity.country)
    check_entity_papers(entity.papers, entity_type=entity.type)
    return dataclasses.replace(entity, name=name, number=number)


def check_country(country: str, *, entity_type: str) -> None:
    """Refused (field "country") unless entities of this type register from there (console.md §1.6.1)."""
    if country == MAINLAND or (country in ELSEWHERE and entity_type in COMPANIES):
        return
    raise Refused(
        _("Outside mainland China only corporate types can register."), code="country_not_for_type", field="country"
    )


def methods_for(entity_type: str, *, country: str = MAINLAND) -> tuple[VerificationMethod, ...]:
    """The ways in which such an entity may prove who it is (console.md §1.6.1, §1.6.3)."""
    ways = METHODS.get(entity_type, ())
    return ways if country == MAINLAND else tuple(way for way in ways if way != VerificationMethod.REMITTANCE)


def check_method(method: str, *, entity_type: str, country: str = MAINLAND) -> None:
    """Refused (field "method") for a way that this entity type doesn't have."""
    if method not in methods_for(entity_type, country=country):
        raise Refused(_("This entity type can't be verified in this way."), code="method_not_for_type", field="method")


def check_entity_papers(papers: "Sequence[Paper]", *, entity_type: str) -> None:
    """Refused (field "papers") where the sealed certificate is missing."""
    if entity_type in WITH_CODE_AND_SCAN and not papers:
        raise Refused(
            _("Upload a scan of the organization code certificate with the seal on it."),
            code="papers_missing",
            field="papers",
        )


def check_entity_name(name: str, *, entity_type: str) -> str:
    """The tidy name; Refused (field "entity_name") for its characters, its length, another type's name, or a ban."""
    name = _tidy_name(name)
    check_not_banned(name)
    check_name_fits_type(name, entity_type=entity_type)
    return name


def _tidy_name(name: str) -> str:
    """The name as it will be written; its form is that of console.md §1.6.2."""
    name = tidy(name)
    if not name:
        raise Refused(_("Enter the name exactly as on the licence."), code="entity_name_missing", field="entity_name")
    if not NAME.fullmatch(name):
        raise Refused(
            _("Use Chinese characters, letters, digits, brackets, 《》 and : , . - _ only."),
            code="entity_name_characters",
            field="entity_name",
        )
    rules, size = RULES.entity, len(name.encode())
    if not rules.name_bytes_min <= size <= rules.name_bytes_max:
        raise Refused(
            _("The name must have %(least)d to %(most)d Chinese characters (a letter counts a third).")
            % {"least": rules.name_bytes_min // 3, "most": rules.name_bytes_max // 3},
            code="entity_name_length",
            field="entity_name",
        )
    return name


def check_entity_number(number: str, *, entity_type: str, country: str = MAINLAND) -> str:
    """The number in upper case; Refused (field "number") unless it fits the entity type (console.md §1.6.2)."""
    number = number.strip(" ").upper()
    if entity_type == EntityType.GOVERNMENT:
        return ""
    if country != MAINLAND:
        return _foreign_number(number)
    return _company_number(number) if entity_type in COMPANIES else _organisation_code(number)


def _company_number(number: str) -> str:
    """A unified social credit code of 18 characters with its checksum, or an old registration number of 15 digits."""
    if re.fullmatch(r"[0-9]{15}", number) and _is_registration_number(number):
        return number
    return _credit_code(
        number,
        _("Enter the unified social credit code (18 characters) of the licence, or its 15-digit registration number."),
    )


def _foreign_number(number: str) -> str:
    """A company number of another place's register: its checksum is not known here."""
    if not FOREIGN_NUMBER.fullmatch(number):
        raise _wrong_number(_("Enter the company number as it is registered: letters, digits and hyphens."))
    return number


def _organisation_code(number: str) -> str:
    """An organisation code (8 characters, hyphen, check character), or a unified social credit code."""
    if ORGANISATION_CODE.fullmatch(number):
        return check_organisation_code(number)
    return _credit_code(
        number,
        _("Enter the organization code, with its hyphen, or the unified social credit code."),
    )


def check_organisation_code(text: str) -> str:
    """An organisation code in upper case: 8 characters, hyphen, check character; Refused (field "number") otherwise."""
    number = text.strip(" ").upper()
    if not ORGANISATION_CODE.fullmatch(number) or _check_character(number[:8]) != number[-1]:
        raise _wrong_number(_("This is not a valid organization code: check each character."))
    return number


def _credit_code(number: str, what: str) -> str:
    if len(number) != 18 or not number.isascii() or not number.isalnum():
        raise _wrong_number(what)
    try:
        return str(uscc.validate(number))
    except NumberError:
        raise _wrong_number(
            _("This is not a valid unified social credit code: check each character (I, O, Z, S and V never occur).")
        ) from None


def _wrong_number(message: str) -> Refused:
    return Refused(message, code="number_invalid", field="number")


def _is_registration_number(number: str) -> bool:
    """The check digit of a 15-digit registration number (GS 15-2006: modulo 11, 10)."""
    rest = 10
    for digit in number[:14]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(number[14])) % 10 == 1


def _check_character(code: str) -> str:
    """The check character of an organisation code (GB 11714-1997)."""
    total = sum(int(c, 36) * weight for c, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X"[-total % 11]
