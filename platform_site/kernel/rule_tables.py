"""What a rulebook holds: one table for each part of a Mini Program's life, typed and frozen."""

from dataclasses import dataclass

from platform_site.kernel.api_rules import ApiRules
from platform_site.kernel.open_rules import OpenPlatformRules, PayRules


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
class EntityRules:
    name_bytes_min: int
    name_bytes_max: int
    accounts_individual_business: int
    accounts_organisation: int
    scan_bytes: int
    scan_pixels: int
    scan_side: int
    draft_bytes: int


@dataclass(frozen=True)
class RemittanceRules:
    days: int
    amount_fen_min: int
    amount_fen_max: int
    remark_digits: int
    first_reminder_days: int
    last_reminder_days: int
    account_digits_min: int
    account_digits_max: int
    transfer_fen_max: int
    transfer_characters: int
    sweep_batch: int


@dataclass(frozen=True)
class VerificationRules:
    fee_fen: int
    valid_days: int
    renewal_days: int
    first_reminder_days: int
    last_reminder_days: int
    audit_days: int
    refills: int
    refill_days: int
    supplementary_papers: int
    field_characters: int
    reason_characters: int
    reveal_minutes: int


@dataclass(frozen=True)
class PaymentRules:
    order_minutes: int
    password_digits: int
    password_attempts: int
    password_lock_minutes: int
    wallet_opening_fen: int
    top_up_fen_max: int


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
    file_change: str
    key_upload: str
    member_search: str
    entity_check: str
    name_check: str
    paper_upload: str
    draft_save: str
    transfer: str
    wallet_password: str
    api_secret: str


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
    category_changes_per_month: int
    category_review_days: int
    category_papers: int
    name_review_days: int
    name_papers: int
    name_explanation: int
    name_changes_per_year_individual: int
    name_changes_per_year_organisation: int
    reason_characters: int


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
    local_projects: int
    edited_bytes: int
    json_levels: int
    compression_ratio: int
    compression_ratio_from_bytes: int
    pages: int
    subpackages: int
    tab_bar_min: int
    tab_bar_max: int
    tab_bar_custom_max: int
    tab_icon_bytes: int
    tab_icon_pixels: int
    navigate_to: int
    timeout_ms_max: int
    permission_characters: int
    image_bytes_noted: int
    syntax_bytes: int


@dataclass(frozen=True)
class UploadRules:
    key_bits: int
    nonce_minutes: int
    robots: int
    addresses: int
    source_map_bytes: int
    default_scene: int


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
class ReviewRules:
    withdrawals_per_day: int
    withdrawals_per_month: int
    expedites_per_month: int
    expedited_hours: int
    feedback_characters: int
    account_characters: int
    pictures_max: int
    appeal_days: int


@dataclass(frozen=True)
class ReleaseRules:
    percent_min: int
    percent_max: int
    phased_days: int
    history: int
    closures_per_month: int


@dataclass(frozen=True)
class DeskRules:
    claim_minutes: int
    claims_max: int
    ping_seconds: int
    words: int
    day_closes_minutes: int
    delay_days_max: int


@dataclass(frozen=True)
class Rulebook:
    name: str
    account: AccountRules
    entity: EntityRules
    remittance: RemittanceRules
    verification: VerificationRules
    payment: PaymentRules
    person: PersonRules
    sms: SmsRules
    ticket: TicketRules
    rates: RateRules
    members: MemberRules
    profile: ProfileRules
    package: PackageRules
    upload: UploadRules
    preview: PreviewRules
    version: VersionRules
    review: ReviewRules
    release: ReleaseRules
    desk: DeskRules
    open_platform: OpenPlatformRules
    pay: PayRules
    api: ApiRules
