"""The rulebook: every limit, fee, deadline and threshold of the platform, typed and frozen.

Each value stands in a TOML file as `name = { value = …, source = "…" }`. Another era of rules is another file
(settings.RULEBOOK), never a branch in code. Durations are in the unit that their name ends with.
"""

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class AccountRules:
    password_min: int
    password_max: int
    captcha_length: int
    activation_hours: int
    mini_programs_per_id: int
    mini_programs_per_phone: int
    programs_per_administrator: int
    minimum_age: int
    maximum_age: int


@dataclass(frozen=True)
class PersonRules:
    nickname_max: int
    real_name_max: int


@dataclass(frozen=True)
class SmsRules:
    digits: int
    resend_seconds: int
    valid_minutes: int
    attempts: int


@dataclass(frozen=True)
class TicketRules:
    valid_minutes: int
    poll_milliseconds: int
    typed_code_length: int


@dataclass(frozen=True)
class RateRules:
    """Each a rate in allauth's form, `amount/period/per`: "20/m/ip" is twenty a minute for one address."""

    email_check: str
    captcha: str
    registration: str
    mail: str
    sms: str
    ticket_create: str
    ticket_scan: str
    ticket_poll: str
    login: str
    phone_login: str
    picture_read: str
    package_upload: str
    member_search: str


@dataclass(frozen=True)
class MemberLimits:
    developers: int
    experiencers: int


@dataclass(frozen=True)
class MemberRules:
    individual: MemberLimits
    organisation_unverified: MemberLimits
    verified: MemberLimits
    programs_per_experiencer: int


@dataclass(frozen=True)
class ProfileRules:
    name_min: int
    name_max: int
    name_changes_before_publication: int
    introduction_min: int
    introduction_max: int
    introduction_changes_per_month: int
    avatar_bytes: int
    avatar_pixels: int
    avatar_changes_per_month: int
    avatar_side: int
    categories_min: int
    categories_max: int


@dataclass(frozen=True)
class PackageRules:
    main_bytes: int
    subpackage_bytes: int
    total_bytes: int
    upload_bytes: int
    unpacked_bytes: int
    entries: int
    files: int
    path_characters: int
    path_levels: int
    json_bytes: int
    json_levels: int
    compression_ratio: int
    compression_ratio_from_bytes: int
    pages: int
    subpackages: int
    tab_bar_min: int
    tab_bar_max: int
    tab_icon_bytes: int


@dataclass(frozen=True)
class PreviewRules:
    valid_minutes: int
    client_version_min: str


@dataclass(frozen=True)
class VersionRules:
    number_characters: int
    notes_characters: int
    function_pages_min: int
    function_pages_max: int
    title_characters: int
    tags_max: int
    tag_characters: int
    review_days: int
    submissions_per_month: int
    reason_characters: int


@dataclass(frozen=True)
class Rulebook:
    name: str
    account: AccountRules
    person: PersonRules
    sms: SmsRules
    ticket: TicketRules
    rates: RateRules
    members: MemberRules
    profile: ProfileRules
    package: PackageRules
    preview: PreviewRules
    version: VersionRules


def load(path: Path) -> Rulebook:
    """Read a rulebook; ImproperlyConfigured names the first value that is missing, of a wrong type or sourceless."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"the rulebook {path} can't be read: {error}") from error
    return _section(Rulebook, table, path.name)


def _section(kind: type, table: dict[str, Any], where: str) -> Any:
    hints = get_type_hints(kind)
    if extra := set(table) - {f.name for f in fields(kind)}:
        raise ImproperlyConfigured(f"{where}: unknown {', '.join(sorted(extra))}")
    return kind(**{f.name: _value(hints[f.name], table.get(f.name), f"{where}.{f.name}") for f in fields(kind)})


def _value(kind: type, given: Any, where: str) -> Any:
    if is_dataclass(kind) and isinstance(given, dict):
        return _section(kind, given, where)
    if not isinstance(given, dict) or not str(given.get("source", "")).strip():
        raise ImproperlyConfigured(f"{where}: needs {{ value = …, source = … }}")
    if extra := set(given) - {"value", "source"}:
        raise ImproperlyConfigured(f"{where}: unknown {', '.join(sorted(extra))}")
    if type(given.get("value")) is not kind:
        raise ImproperlyConfigured(f"{where}: {given.get('value')!r} is not of type {kind.__name__}")
    return given["value"]


RULES: Rulebook = load(settings.RULEBOOK)
