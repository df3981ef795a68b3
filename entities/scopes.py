"""The six entity types with their scopes, as the seed describes them ("Select entity type")."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from entities.models import EntityType
from entities.organisations import COMPANIES, entity_limit
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Scope:
    """An entity type, who belongs to it, how its identity is verified, and what it fills in."""

    type: EntityType
    scope: str | Promise
    verification: str | Promise
    asks_for: str | Promise

    @property
    def limit(self) -> int:
        """How many accounts one such entity may have."""
        return entity_limit(self.type)

    @property
    def is_mainland_only(self) -> bool:
        """Whether only entities of mainland China can be of this type."""
        return self.type not in COMPANIES


_CORPORATE = format_lazy(
    _("Verified by remitting money from the company's corporate account, or by WeChat Verification for {fee} yuan."),
    fee=RULES.verification.fee_fen // 100,
)
_WECHAT_VERIFICATION = _("Verified by WeChat Verification only.")
_LICENCE = _("Name and number of the business licence; for a remittance the corporate account.")
_CERTIFICATE = _("Name, organization code and a sealed scan of the certificate.")

SCOPES: tuple[Scope, ...] = (
    Scope(
        EntityType.INDIVIDUAL,
        _("A real-name WeChat user with Chinese ID information, aged 18 or above."),
        _("Verified by the scan of the administrator's own WeChat."),
        _("Nothing but the administrator's information."),
    ),
    Scope(EntityType.CORPORATE, _("A company, a branch, or a company-related brand."), _CORPORATE, _LICENCE),
    Scope(EntityType.INDIVIDUAL_BUSINESS, _("An individually-owned business."), _CORPORATE, _LICENCE),
    Scope(
        EntityType.GOVERNMENT,
        _(
            "All types of Chinese government agencies, public institutions, or social organizations with "
            "administrative functions, at all levels. At present, this mainly covers public security agencies, Party "
            "organizations, judicial organs, transport agencies, tourism agencies, industrial and commercial tax "
            "agencies, and municipal institutions."
        ),
        _("Verified by WeChat Verification only, free of charge."),
        _("The full name."),
    ),
    Scope(
        EntityType.MEDIA,
        _("Newspapers, magazines, television, radio, news agencies, and others."),
        _WECHAT_VERIFICATION,
        _CERTIFICATE,
    ),
    Scope(
        EntityType.OTHER,
        _("Types that are not classified as government, media, corporate, or individual."),
        _WECHAT_VERIFICATION,
        _CERTIFICATE,
    ),
)
