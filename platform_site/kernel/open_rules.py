"""The rules of the Open Platform and of WeChat Pay: two sections of the rulebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OpenPlatformRules:
    same_entity: int
    other_entities: int
    same_entity_made_by_api: int
    qualification_fee_fen: int
    qualification_days: int
    qualification_renewal_days: int
    qualification_audit_days: int
    applications: int
    applications_verified: int
    application_audit_days: int
    application_name_characters: int
    application_introduction_characters: int
    icon_small_side: int
    icon_large_side: int
    reason_characters: int


@dataclass(frozen=True)
class PayRules:
    review_days: int
    check_fen_min: int
    check_fen_max: int
    check_tries: int
    short_name_characters: int
    goods_characters: int
    branch_characters: int
    account_digits_min: int
    account_digits_max: int
    reason_characters: int
    fee_basis_points: int
    settlement_days: int
