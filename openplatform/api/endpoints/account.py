"""Account information (wire-api.md §1.7)."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from openplatform.api.account_info import basic_info
from openplatform.api.declaration import Answer, Call, Field, Kind, Token, endpoint
from platform_site.kernel.rulebook import RULES

text = partial(Field, always=False)  # what a Mini Program has only once its entity or its profile is there
number = partial(Field, kind=Kind.INTEGER, always=False)
VERIFIED = (
    Field("qualification_verify", _("Whether the entity is verified."), Kind.BOOLEAN),
    Field("naming_verify", _("Whether the name is verified."), Kind.BOOLEAN),
    Field(
        "annual_review", _("Whether the yearly review can be made: there while it is verified."), Kind.BOOLEAN, False
    ),
    number("annual_review_begin_time", _("When the yearly review begins, as a Unix time.")),
    number("annual_review_end_time", _("When it has to be done, as a Unix time.")),
)
USED = (
    Field("modify_used_count", _("How often it was changed."), Kind.INTEGER),
    Field("modify_quota", _("How often it may be changed."), Kind.INTEGER),
)


@endpoint(
    "/cgi-bin/account/getaccountbasicinfo",
    methods=("GET", "POST"),
    token=Token.OWN,
    parameters=(),
    codes=(),
    said=_("What the platform knows of the Mini Program: who stands behind it, its name, its picture, its quotas."),
    answers=(
        Field("appid", _("The AppID.")),
        Field("account_type", _("Always 3: a Mini Program."), Kind.INTEGER),
        number("principal_type", _("0 individual, 1 enterprise, 2 media, 3 government, 4 other.")),
        text("principal_name", _("Who stands behind it.")),
        text("credential", _("Their number: ID card, credit code or organisation code.")),
        number("customer_type", _("The same in finer kinds: 1 enterprise, 2 media, 3 government, 4 other, 12 …, 15 …")),
        number("realname_status", _("1 proven, 2 in progress, 3 failed.")),
        text("nickname", _("Its name.")),
        number("registered_country", _("The country of the entity; 1017 is China.")),
        Field(
            "wx_verify_info",
            _("WeChat Verification: whether it is verified, and the period of the yearly review."),
            always=False,
            parts=VERIFIED,
        ),
        Field(
            "signature_info",
            _("The introduction, and how often it was changed this month and may be."),
            always=False,
            parts=(Field("signature", _("The introduction.")), *USED),
        ),
        Field(
            "head_image_info",
            _("The picture, and how often it was changed this month and may be."),
            always=False,
            parts=(Field("head_image_url", _("The address of the picture.")), *USED),
        ),
        Field(
            "nickname_info",
            _("The name, and how often it was changed and may be."),
            always=False,
            parts=(Field("nickname", _("Its name.")), *USED),
        ),
    ),
    per_day=lambda: RULES.api.calls_per_day,
    empty_body=True,
    reads=("entity", "standing", "profile"),
)
def getaccountbasicinfo(call: Call) -> Answer:
    """Entity, name, picture, introduction, verification."""
    return basic_info(call.mini_program)
