"""The six entity types with their scopes, as the seed describes them ("Select entity type")."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entities.models import EntityType


@dataclass(frozen=True)
class Scope:
    """An entity type, who belongs to it, and how its identity is verified."""

    type: EntityType
    scope: str | Promise
    verification: str | Promise

    @property
    def is_open(self) -> bool:
        """Whether this release registers it."""
        return self.type == EntityType.INDIVIDUAL


_CORPORATE = _(
    "Verified by remitting money from the company's corporate account, or by WeChat Verification for a fee of 300 yuan."
)
_WECHAT_VERIFICATION = _("Verified by WeChat Verification only.")

SCOPES: tuple[Scope, ...] = (
    Scope(
        EntityType.INDIVIDUAL,
        _("A real-name WeChat user with Chinese ID information, aged 18 or above."),
        _("Verified by the scan of the administrator's own WeChat."),
    ),
    Scope(EntityType.CORPORATE, _("A company, a branch, or a company-related brand."), _CORPORATE),
    Scope(EntityType.INDIVIDUAL_BUSINESS, _("An individually-owned business."), _CORPORATE),
    Scope(
        EntityType.GOVERNMENT,
        _(
            "All types of Chinese government agencies, public institutions, or social organizations with "
            "administrative functions, at all levels. At present, this mainly covers public security agencies, Party "
            "organizations, judicial organs, transport agencies, tourism agencies, industrial and commercial tax "
            "agencies, and municipal institutions."
        ),
        _WECHAT_VERIFICATION,
    ),
    Scope(
        EntityType.MEDIA,
        _("Newspapers, magazines, television, radio, news agencies, and others."),
        _WECHAT_VERIFICATION,
    ),
    Scope(
        EntityType.OTHER,
        _("Types that are not classified as government, media, corporate, or individual."),
        _WECHAT_VERIFICATION,
    ),
)
