"""Account information (wire-api.md §1.7)."""

from django.utils.translation import gettext_lazy as _

from openplatform.api.account_info import basic_info
from openplatform.api.declaration import Answer, Call, Field, Token, endpoint
from platform_site.kernel.rulebook import RULES


@endpoint(
    "/cgi-bin/account/getaccountbasicinfo",
    methods=("GET", "POST"),
    token=Token.OWN,
    parameters=(),
    codes=(),
    said=_("What the platform knows of the Mini Program: who stands behind it, its name, its picture, its quotas."),
    answers=(
        Field("appid", _("The AppID.")),
        Field("account_type", _("Always 3: a Mini Program.")),
        Field("principal_type", _("0 individual, 1 enterprise, 2 media, 3 government, 4 other.")),
        Field("principal_name", _("Who stands behind it.")),
        Field("credential", _("Their number: ID card, credit code or organisation code.")),
        Field("customer_type", _("The same in finer kinds: 1 enterprise, 2 media, 3 government, 4 other, 12 …, 15 …")),
        Field("realname_status", _("1 proven, 2 in progress, 3 failed.")),
        Field("nickname", _("Its name.")),
        Field("registered_country", _("The country of the entity; 1017 is China.")),
        Field("wx_verify_info", _("WeChat Verification: whether it is verified, and the period of the yearly review.")),
        Field("signature_info", _("The introduction, and how often it was changed this month and may be.")),
        Field("head_image_info", _("The picture, and how often it was changed this month and may be.")),
        Field("nickname_info", _("The name, and how often it was changed and may be.")),
    ),
    per_day=lambda: RULES.api.calls_per_day,
    empty_body=True,
    reads=("entity", "standing", "profile"),
)
def getaccountbasicinfo(call: Call) -> Answer:
    """Entity, name, picture, introduction, verification."""
    return basic_info(call.mini_program)
