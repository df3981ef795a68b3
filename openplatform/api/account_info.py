"""What getaccountbasicinfo tells of a Mini Program, in the documented numbers (wire-api.md §1.7)."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts.models import MiniProgram
from entities.lifecycle import StandingStatus
from entities.models import Entity, EntityType, Profile, Standing
from entities.queries import entity_of, profile_of, standing_of
from entities.quotas import Quota, quotas_of
from entities.wording import masked_number
from platform_site.kernel.rulebook import RULES

MINI_PROGRAM = 3
CHINA, ELSEWHERE = 1017, 0
PRINCIPAL = {  # (principal_type, customer_type)
    EntityType.INDIVIDUAL: (0, 15),
    EntityType.CORPORATE: (1, 1),
    EntityType.INDIVIDUAL_BUSINESS: (1, 12),
    EntityType.GOVERNMENT: (3, 3),
    EntityType.MEDIA: (2, 2),
    EntityType.OTHER: (4, 4),
}
REALNAME = {StandingStatus.UNPROVEN: 2, StandingStatus.FAILED: 3}  # 1 in all other states


def basic_info(mini_program: MiniProgram) -> dict[str, Any]:
    """Entity, verification, name, picture and introduction; a person's ID number only as the console shows it."""
    told: dict[str, Any] = {"appid": mini_program.appid, "account_type": MINI_PROGRAM}
    if (entity := entity_of(mini_program)) is not None:
        told |= _principal(entity)
    told |= _verification(standing_of(mini_program))
    if (profile := profile_of(mini_program)) is not None:
        told |= _profile(profile)
    return told


def _principal(entity: Entity) -> dict[str, Any]:
    principal_type, customer_type = PRINCIPAL[EntityType(entity.type)]
    is_person = entity.type == EntityType.INDIVIDUAL
    return {
        "principal_type": principal_type,
        "principal_name": entity.name,
        "credential": masked_number(entity.number) if is_person else entity.number,
        "customer_type": customer_type,
        "registered_country": CHINA if entity.country == "CN" else ELSEWHERE,
    }


def _verification(standing: Standing | None) -> dict[str, Any]:
    """A verification proves both the entity and the right to its name (console.md §12)."""
    if standing is None:
        return {}
    verified = standing.is_verified
    info: dict[str, Any] = {"qualification_verify": verified, "naming_verify": verified}
    if verified and standing.verified_until is not None:
        ends = standing.verified_until
        info |= {
            "annual_review": True,
            "annual_review_begin_time": int((ends - timedelta(days=RULES.verification.renewal_days)).timestamp()),
            "annual_review_end_time": int(ends.timestamp()),
        }
    return {"realname_status": REALNAME.get(StandingStatus(standing.status), 1), "wx_verify_info": info}


def _profile(profile: Profile) -> dict[str, Any]:
    quotas = quotas_of(profile)
    picture = settings.BASE_URL + profile.avatar_url
    return {
        "nickname": profile.name,
        "signature_info": {"signature": profile.introduction, **_used(quotas.introduction)},
        "head_image_info": {"head_image_url": picture, **_used(quotas.avatar)},
        "nickname_info": {"nickname": profile.name, **_used(quotas.name)},
    }


def _used(quota: Quota) -> dict[str, int]:
    return {"modify_used_count": quota.used, "modify_quota": quota.limit}
