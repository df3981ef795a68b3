"""Log-in of a person (wire-api.md §1.2)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openplatform.actions.logins import log_in
from openplatform.api.declaration import Answer, Call, Field, Kind, Parameter, Token, endpoint
from openplatform.api.endpoints.tokens import APPID, SECRET
from platform_site.kernel.rulebook import RULES


@endpoint(
    "/sns/jscode2session",
    methods=("GET",),
    token=Token.SECRET,
    parameters=(
        APPID,
        SECRET,
        Parameter(
            "js_code",
            Kind.TEXT,
            _("What wx.login gave: good for five minutes and for once."),
            required=True,
            missing=41008,
            wrong=40029,
            most=128,
            secret=True,
        ),
        Parameter(
            "grant_type",
            Kind.TEXT,
            _("Always authorization_code."),
            wrong=40002,
            choices=("authorization_code",),
            default="authorization_code",
        ),
    ),
    codes=(40163,),
    said=_("Who has logged in: exchanges the code of wx.login. An access token in the query is not looked at."),
    answers=(
        Field("openid", _("Who this is in this Mini Program.")),
        Field("session_key", _("The key of their session: base64 of 16 bytes. It must never reach the phone.")),
        Field(
            "unionid",
            _("Who this is in all that is bound to one Open Platform account; left out where unbound."),
            always=False,
        ),
    ),
    per_day=lambda: RULES.api.calls_per_day,
    plain=True,
    comma=True,
)
def jscode2session(call: Call) -> Answer:
    """openid, session key and, by the rules, UnionID."""
    who = log_in(call.mini_program, code=call.given["js_code"])
    told: dict[str, Any] = {"openid": who.openid, "session_key": who.session_key}
    return told if who.unionid is None else {**told, "unionid": who.unionid}
